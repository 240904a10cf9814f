"""Tables of text: rows that can be read again and again, and the CSV they come from and become."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.intake.csv_dialect import Dialect, Row, dialect_of, split_rows
from agent.intake.unreadable import Unreadable

_MOST_CELLS: Final = 4_000_000


@dataclass(frozen=True)
class Table:
    """A header and a way to go through the rows below it; nothing holds all cells at once.

    `preamble` is what stands above the header. `is_point_certain` says that in this table a lone
    point is a decimal point: in comma-separated values, in JSON, in a workbook.
    """

    header: Row
    read: Callable[[], Iterator[Row]] = field(repr=False)
    preamble: tuple[Row, ...] = ()
    is_point_certain: bool = True

    def rows(self) -> Iterator[Row]:
        """The rows below the header. Raises Unreadable where they cannot be read on."""
        return self.read()


def table_of(rows: Sequence[Row]) -> Table:
    """A table of rows that are at hand; the first one is the header."""
    return Table(rows[0] if rows else (), lambda: iter(rows[1:]))


def csv_table(text: str, delimiter: str = "") -> tuple[Table, Dialect]:
    """The table in a text; the delimiter is found out where none is given. Raises Unreadable."""
    dialect = dialect_of(text, delimiter)
    rows = split_rows(text, dialect)
    preamble = tuple(row for _, row in zip(range(dialect.preamble), rows, strict=False))
    header = next(rows, ())
    is_point_certain = dialect.delimiter == ","

    def below() -> Iterator[Row]:
        again = split_rows(text, dialect)
        for _ in range(dialect.preamble + 1):
            next(again, None)
        return again

    return Table(header, below, preamble, is_point_certain), dialect


def read_csv(text: str, delimiter: str = "") -> tuple[Row, ...]:
    """Header and rows, all at once. Raises Unreadable."""
    table, _ = csv_table(text, delimiter)
    return (table.header, *table.rows()) if table.header else ()


def write_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """UTF-8 with `\\n` line ends, quoted where needed."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()


def check_area(height: int, width: int) -> None:
    """Raises Unreadable for a table that a short file can describe and no memory can hold.

    To be asked wherever short rows are filled up: one far cell, or one more key in each object,
    makes a small file a huge rectangle.
    """
    if height * width > _MOST_CELLS:
        raise Unreadable(
            f"as a table it has {height:,} rows of {width:,} cells, "
            f"and at most {_MOST_CELLS:,} cells are read"
        )
