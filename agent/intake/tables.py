"""Tables as rows of text, and the CSV that they are read from and written as."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from agent.intake.unreadable import Unreadable

Row = tuple[str, ...]
Rows = tuple[Row, ...]

_DELIMITERS: Final = ",;\t|"
_SAMPLED_LINES: Final = 20
_LONGEST_CELL: Final = 10 * 1024 * 1024
_MOST_CELLS: Final = 4_000_000


def read_csv(text: str, delimiter: str | None = None) -> Rows:
    """The rows without empty lines; the delimiter is found out where none is given.

    Raises Unreadable.
    """
    csv.field_size_limit(_LONGEST_CELL)
    source = io.StringIO(text, newline="")
    try:
        reader = csv.reader(source, delimiter=delimiter or delimiter_of(text), strict=True)
        return tuple(tuple(row) for row in reader if row)
    except csv.Error as error:
        raise Unreadable(
            f"it does not read as a table in line {reader.line_num}: {error}"
        ) from error


def write_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """UTF-8 with `\\n` line ends, quoted where needed."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()


def delimiter_of(text: str) -> str:
    """The one of `,` `;` tab `|` that divides the first lines most evenly; a comma if none does."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_SAMPLED_LINES]
    if not lines:
        return ","

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return sum(count == counts[0] > 0 for count in counts), counts[0]

    best = max(_DELIMITERS, key=evenness)
    return best if lines[0].count(best) else ","


def check_area(height: int, width: int) -> None:
    """Raises Unreadable for a table that a short file can describe and no memory can hold.

    To be asked wherever short rows are filled up: one far cell, or one key more in each object,
    makes a small file a huge rectangle.
    """
    if height * width > _MOST_CELLS:
        raise Unreadable(
            f"as a table it has {height:,} rows of {width:,} cells, "
            f"and at most {_MOST_CELLS:,} cells are read"
        )


def as_rectangle(rows: Iterable[Row]) -> Rows:
    """Rows of one width, without the empty rows and columns at the end. Raises Unreadable."""
    found = list(rows)
    while found and not any(found[-1]):
        found.pop()
    width = max((_width(row) for row in found), default=0)
    check_area(len(found), width)
    return tuple((row + ("",) * width)[:width] for row in found)


def _width(row: Row) -> int:
    return max((index + 1 for index, cell in enumerate(row) if cell), default=0)
