"""Finds out how a CSV file divides its cells, and in which row its table begins.

Spreadsheets write `sep=;` lines, banks write lines about the account above the header, and a
decimal comma looks like a delimiter. So every candidate is tried on all rows, and the one wins
whose rows are of one width and whose cells do not look cut or glued together.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from agent.intake.number_notation import read_number
from agent.intake.unreadable import Unreadable

Row = tuple[str, ...]

_CANDIDATES: Final = ",;\t|"
_SEP_LINE: Final = re.compile(r"\s*\"?sep=(?P<sign>[,;|\t])\"?[ \t]*(?:\r\n|\n|\r)", re.IGNORECASE)
_GLUED: Final = re.compile(r"[;\t|](?! )|,(?=[^\s0-9])|(?<![0-9]),(?=[0-9])")
_LONGEST_PREAMBLE: Final = 50
_SAMPLED_CELLS: Final = 20_000
_SAMPLED_COLUMNS: Final = 200
_LONGEST_CELL: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Dialect:
    """The delimiter, the characters before the first row, and the rows before the header."""

    delimiter: str
    start: int = 0
    preamble: int = 0


def dialect_of(text: str, delimiter: str = "") -> Dialect:
    """The dialect; where `delimiter` is given, only the place of the header is searched."""
    if match := _SEP_LINE.match(text):
        sign = delimiter or match["sign"]
        return Dialect(sign, match.end(), preamble_of(_head(text, sign, match.end())))
    present = [sign for sign in delimiter or _CANDIDATES if sign in text]
    if not present:
        return Dialect(delimiter or ",")
    best = max(present, key=lambda sign: _score(text, sign))
    return Dialect(best, 0, preamble_of(_head(text, best)))


def split_rows(text: str, dialect: Dialect, is_strict: bool = True) -> Iterator[Row]:
    """All rows that are not empty lines, those before the header too. Raises Unreadable."""
    csv.field_size_limit(_LONGEST_CELL)
    source = io.StringIO(text, newline="")
    source.seek(dialect.start)
    reader = csv.reader(source, delimiter=dialect.delimiter, strict=is_strict)
    try:
        yield from (tuple(row) for row in reader if row)
    except csv.Error as error:
        place = f"in line {reader.line_num}"
        raise Unreadable(f"it does not read as a table {place}: {error}") from error


def _head(text: str, sign: str, start: int = 0) -> list[Row]:
    """The first rows, an empty line as an empty row."""
    csv.field_size_limit(_LONGEST_CELL)
    source = io.StringIO(text, newline="")
    source.seek(start)
    reader = csv.reader(source, delimiter=sign)
    try:
        return [tuple(row) for row in islice(reader, 2 * _LONGEST_PREAMBLE)]
    except csv.Error:
        return []


def _score(text: str, sign: str) -> tuple[float, float]:
    """How even the rows are, reduced by cells that look glued together."""
    widths: Counter[int] = Counter()
    cells, glued = 0, 0
    try:
        for row in split_rows(text, Dialect(sign), is_strict=False):
            widths[len(row)] += 1
            if cells < _SAMPLED_CELLS:
                sample = row[:_SAMPLED_COLUMNS]
                cells += len(sample)
                glued += sum(_is_glued(cell, sign) for cell in sample)
    except Unreadable:
        return 0.0, 0.0
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
    if width < 2:
        return 0.0, 0.0
    evenness = count / widths.total()
    return evenness * (1 - glued / (2 * cells)), -_CANDIDATES.index(sign)


def _is_glued(cell: str, sign: str) -> bool:
    """Whether another delimiter stands in the cell otherwise than in prose or in a number."""
    if not _GLUED.search(cell.replace(sign, " ")):
        return False
    return read_number(cell.strip()) is None


def preamble_of(rows: Sequence[Row]) -> int:
    """The rows before the header, empty lines not counted; 0 where the table begins at once.

    The header is the first row that fills all columns; a table of two columns has to be set off
    by an empty line, since two words and a comma may be a sentence.
    """
    cells: Counter[int] = Counter()
    for row in rows[1:]:
        cells[len(row)] += len(row) if len(row) > 1 else 0
    width = cells.most_common(1)[0][0] if cells.total() else 0
    if width < 2:
        return 0
    for index, row in enumerate(rows[:_LONGEST_PREAMBLE]):
        if len(row) != width or not all(cell.strip() for cell in row):
            continue
        if any(_used(before) >= width for before in rows[:index]) or not _is_header(row):
            return 0
        is_set_off = width > 2 or (index > 0 and not _used(rows[index - 1]))
        has_body = index + 1 < len(rows) and len(rows[index + 1]) == width
        before = sum(bool(each) for each in rows[:index])
        return before if is_set_off and has_body else 0
    return 0


def _used(row: Row) -> int:
    """Cells up to the last that is not empty."""
    return max((index + 1 for index, cell in enumerate(row) if cell.strip()), default=0)


def _is_header(row: Row) -> bool:
    names = [cell.strip() for cell in row]
    return len(set(names)) == len(names) and not any(map(read_number, names))
