"""Counts what the columns of a table hold: types, ranges, and totals, where those are certain."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from functools import partial
from typing import Final

from agent.intake.csv_tables import Table
from agent.intake.number_notation import Notation, NotationTally, NumberReading, read_number

_EXACT: Final = Context(prec=80, traps=[Inexact])
_MOST_COLUMNS: Final = 200
_MOST_LISTED: Final = 8
_MOST_DISTINCT: Final = 10_000
_LONGEST_VALUE: Final = 40
_SAFE: Final = 2**53
_SAFE_DIGITS: Final = 15
_SUMS: Final = frozenset({"total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt",
                          "grand total", "subtotal", "somme", "totale", "suma"})  # fmt: skip


class ColumnType(StrEnum):
    """What all non-empty cells of a column are."""

    EMPTY = "empty"
    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "number in a notation that JavaScript does not read"
    BOOLEAN = "boolean"
    DATE = "date"
    TEXT = "text"


@dataclass(slots=True)
class Extreme:
    """The lowest or highest number so far, as it is written, and which records hold it."""

    value: Decimal
    cell: str
    record: Callable[[], str]
    others: int = 0

    def __str__(self) -> str:
        record = self.record()
        if not record:
            return self.cell
        others = f" and {self.others:,} more" if self.others else ""
        return f"{self.cell} ({record}{others})"


@dataclass(slots=True)
class Range:
    """Total, lowest and highest of the numbers that one notation gives."""

    total: Decimal | None = Decimal(0)
    lowest: Extreme | None = None
    highest: Extreme | None = None

    def copy(self) -> "Range":
        lowest = replace(self.lowest) if self.lowest else None
        return Range(self.total, lowest, replace(self.highest) if self.highest else None)

    def add(self, value: Decimal, cell: str, record: Callable[[], str]) -> None:
        if self.total is not None:
            try:
                self.total = _EXACT.add(self.total, value)
            except Inexact:
                self.total = None
        low, high = self.lowest, self.highest
        if low is None or value < low.value:
            self.lowest = Extreme(value, cell, record)
        elif value == low.value:
            low.others += 1
        if high is None or value > high.value:
            self.highest = Extreme(value, cell, record)
        elif value == high.value:
            high.others += 1

    def facts(self) -> Iterator[str]:
        if self.total is not None:
            yield f"total {plain(self.total)}"
        if self.lowest and self.highest:
            yield f"from {self.lowest} to {self.highest}"


def _nameless() -> str:
    return ""


class ColumnTally:
    """Takes the cells of one column, one after another, and keeps only what is counted."""

    def __init__(self, name: str, is_point_certain: bool = True) -> None:
        self.name = name
        self.filled = 0
        self._is_point_certain = is_point_certain
        self._numbers, self._strings = 0, 0
        self._booleans, self._dates = 0, 0
        self._has_comparable_dates = True
        self._has_fraction, self._is_too_long = False, False
        self._notation = NotationTally()
        self._points = Range()
        self._commas: Range | None = None  # apart from the points once the two differ
        self._moments: list[tuple[datetime, str]] = []
        self._distinct: dict[str, bool] = {}

    def add(
        self, cell: str, record: Callable[[], str] = _nameless, is_string: bool = False
    ) -> None:
        """`is_string` says that the cell is known to be text, whatever it looks like.

        `record` names the record that the cell is in; it is only asked for extremes.
        """
        if not cell:
            return
        self.filled += 1
        reading = read_number(cell, self._is_point_certain)
        if reading:
            self._numbers += 1
            self._strings += is_string
            self._add_number(reading, cell, record)
        elif not is_string and cell.lower() in ("true", "false"):
            self._booleans += 1
        else:
            self._add_moment(cell)
        if len(self._distinct) <= _MOST_DISTINCT:
            self._distinct.setdefault(cell, reading is not None)

    def _add_number(self, reading: NumberReading, cell: str, record: Callable[[], str]) -> None:
        self._notation.add(reading)
        self._has_fraction |= not cell.lstrip("+-").isdigit()
        self._is_too_long |= len(cell) > _SAFE_DIGITS and abs(int(reading.point or 0)) > _SAFE
        if self._commas is None and reading.point != reading.comma:
            self._commas = self._points.copy()
        if self._commas is not None and reading.comma is not None:
            self._commas.add(reading.comma, cell, record)
        if reading.point is not None:
            self._points.add(reading.point, cell, record)

    def _add_moment(self, cell: str) -> None:
        """Keeps the first and the last of the moments in ISO form."""
        if cell[4:5] != "-" or not cell[:4].isdigit():
            return
        try:
            moment = (datetime.fromisoformat(cell), cell)
        except ValueError:
            return
        self._dates += 1
        self._moments = self._moments or [moment, moment]
        try:
            if moment < self._moments[0]:
                self._moments[0] = moment
            elif moment > self._moments[1]:
                self._moments[1] = moment
        except TypeError:  # one moment names its time zone, another does not
            self._has_comparable_dates = False

    @property
    def type(self) -> ColumnType:
        if not self.filled:
            return ColumnType.EMPTY
        if self._numbers == self.filled and not self._strings:
            return self._type_of_numbers()
        if self._booleans == self.filled:
            return ColumnType.BOOLEAN
        is_date = self._dates == self.filled and self._has_comparable_dates
        return ColumnType.DATE if is_date else ColumnType.TEXT

    def _type_of_numbers(self) -> ColumnType:
        notation = self._notation.notation
        if notation in (Notation.POINT, Notation.COMMA):
            return ColumnType.AMOUNT if len(self._notation.units) == 1 else ColumnType.TEXT
        if notation is not Notation.PLAIN:
            return ColumnType.TEXT
        if self._has_fraction:
            return ColumnType.NUMBER
        return ColumnType.TEXT if self._is_too_long else ColumnType.INTEGER

    @property
    def total(self) -> Decimal | None:
        """The exact sum of a column of numbers; None where it is not certain."""
        return self._range.total if self._range else None

    @property
    def _range(self) -> Range | None:
        if self.type not in (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.AMOUNT):
            return None
        is_comma = self._notation.notation is Notation.COMMA
        return self._commas if is_comma and self._commas else self._points

    def fact(self, height: int, with_figures: bool = True) -> str:
        """One line about the column of a table of so many rows."""
        parts = [f"{short(self.name) or '(no name)'}: {self.type}{self._written()}"]
        if self._range:
            parts += self._range.facts() if with_figures else ()
        elif self.type is ColumnType.DATE:
            parts.append(f"from {self._moments[0][1]} to {self._moments[-1][1]}")
        elif self.type is ColumnType.TEXT:
            parts.append(self._described_text())
        if empty := height - self.filled:
            parts.append(f"{empty:,} empty")
        return ", ".join(parts)

    def _written(self) -> str:
        """How the numbers of a column of amounts are written."""
        if self.type is not ColumnType.AMOUNT:
            return ""
        signs = "".join(f" and {unit}" for unit in self._notation.units if unit)
        return f" ({self._notation.notation}{signs}, as in {next(iter(self._distinct))})"

    def _described_text(self) -> str:
        if self._numbers and self._numbers == self.filled:
            return f"{self._why_no_number()}, no total"
        if self._numbers * 2 > self.filled:
            others = [short(value) for value, is_number in self._distinct.items() if not is_number]
            listed = f" ({', '.join(others[:_MOST_LISTED])})" if others else ""
            return f"{self._numbers:,} numbers and other values{listed}, no total"
        return self._listed()

    def _why_no_number(self) -> str:
        if self._strings:
            return f"numbers kept as text: {self._listed()}"
        if self._is_too_long and self._notation.notation is Notation.PLAIN:
            return f"integers past 2^53, which JavaScript rounds: {self._listed()}"
        if self._notation.notation in (Notation.AMBIGUOUS, Notation.MIXED):
            return f"{self._notation.notation}: {self._listed()}"
        units = sorted(unit or "none" for unit in self._notation.units)
        return f"numbers with different signs ({', '.join(units)}): {self._listed()}"

    def _listed(self) -> str:
        values = list(self._distinct)
        if len(values) > _MOST_DISTINCT:
            return f"more than {_MOST_DISTINCT:,} different values"
        if len(values) > _MOST_LISTED:
            return f"{len(values):,} different values, such as {', '.join(map(short, values[:2]))}"
        return f"{len(values)} different: {', '.join(map(short, values))}"


def tallied(table: Table) -> tuple[ColumnTally, ...]:
    """All columns of a table, counted. Raises Unreadable."""
    return _counted(table, len(table.header))[0]


def table_facts(table: Table) -> tuple[str, ...]:
    """What is certain about a table: its size, its shape, its columns. Raises Unreadable."""
    if not table.header:
        return ("an empty table",)
    width = len(table.header)
    columns, sizes = _counted(table, _MOST_COLUMNS)
    facts = [
        *_preamble_facts(table),
        f"{sizes.rows:,} rows below the header row, {width:,} columns",
    ]
    if any(read_number(cell.strip()) for cell in table.header):
        facts.append("its first row, taken for the header row, holds numbers: figures leave it out")
    if odd := sizes.shorter + sizes.longer:
        facts.append(f"{odd:,} rows have another number of cells than the header row")
    if sizes.longer:
        facts.append("rows are longer than the header row, so no total or range is certain")
    if sizes.ends_in_sum:
        facts.append("its last row looks like a sum of the others; figures include it")
    if width > _MOST_COLUMNS:
        facts.append(f"only the first {_MOST_COLUMNS} columns are described")
    return (*facts, *(f"column {each.fact(sizes.rows, not sizes.longer)}" for each in columns))


@dataclass(slots=True)
class _Sizes:
    rows: int = 0
    shorter: int = 0
    longer: int = 0
    ends_in_sum: bool = False


def _counted(table: Table, most: int) -> tuple[tuple[ColumnTally, ...], _Sizes]:
    width, sizes = len(table.header), _Sizes()
    names = (name.strip() for name in table.header[:most])
    columns = tuple(ColumnTally(name, table.is_point_certain) for name in names)
    for row in table.rows():
        sizes.rows += 1
        sizes.shorter += len(row) < width
        sizes.longer += len(row) > width
        cells = [cell.strip() for cell in row[:most]]
        record = partial(record_name, sizes.rows, cells)
        for column, cell in zip(columns, cells, strict=False):
            column.add(cell, record)
        first = next(filter(None, cells), "")
        sizes.ends_in_sum = first.casefold().rstrip(":") in _SUMS
    return columns, sizes


def record_name(number: int, cells: Sequence[str]) -> str:
    """`row 3: Lamp`, by the first cell of the row that is not a number."""
    name = next((cell for cell in cells if cell and not cell[0].isdigit()), "")
    return f"row {number}: {short(name)}" if name else f"row {number}"


def _preamble_facts(table: Table) -> Iterable[str]:
    if table.preamble:
        lines = " / ".join(" ".join(filter(None, row)) for row in table.preamble)
        yield f"{len(table.preamble)} lines stand above the header row: {lines[:300]}"


def plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
