"""What the columns of a table hold: their type, their range, and the true totals of numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from agent.intake.tables import Rows, check_area

_EXACT: Final = Context(prec=60)
_NUMBER: Final = re.compile(
    r"[-+]?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,2})?"
)
_AMOUNT: Final = re.compile(r"-?[$€£¥₹]? ?-?[0-9]{1,3}(?:,?[0-9]{3}){0,9}(?:\.[0-9]{1,20})? ?[%€]?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{4,15}(?:Z|[-+][0-9:]{4,6})?)?")
_MOST_LISTED: Final = 8
_LONGEST_VALUE: Final = 40


class Type(StrEnum):
    """What all non-empty cells of a column are."""

    EMPTY = "empty"
    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "number written with a currency sign, comma or %"
    BOOLEAN = "boolean"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A named column and its cells below the header."""

    name: str
    type: Type
    cells: tuple[str, ...]

    @property
    def total(self) -> Decimal | None:
        """The exact sum of a column of numbers."""
        if self.type not in (Type.INTEGER, Type.NUMBER, Type.AMOUNT):
            return None
        total = Decimal(0)
        for cell in self.cells:
            if cell.strip():
                total = _EXACT.add(total, _value(cell))
        return total


def columns(rows: Rows) -> tuple[Column, ...]:
    """The columns of a table whose first row names them; short rows count as empty at the end.

    Raises Unreadable.
    """
    if not rows:
        return ()
    width = len(rows[0])
    check_area(len(rows), width)
    upright = zip_longest(*(row[:width] for row in rows), fillvalue="")
    return tuple(Column(name.strip(), _type(below), tuple(below)) for name, *below in upright)


def fact(column: Column) -> str:
    """One line about a column."""
    filled = [cell.strip() for cell in column.cells if cell.strip()]
    parts = [f"{_short(column.name) or '(no name)'}: {column.type}"]
    if (total := column.total) is not None:
        values = sorted(filled, key=_value)
        parts += [f"total {plain(total)}", f"from {values[0]} to {values[-1]}"]
    elif column.type is Type.DATE:
        parts.append(f"from {min(filled)} to {max(filled)}")
    elif column.type is Type.TEXT:
        parts.append(_distinct(filled))
    if empty := len(column.cells) - len(filled):
        parts.append(f"{empty:,} empty")
    return ", ".join(parts)


def plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _type(cells: Sequence[str]) -> Type:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return Type.EMPTY
    if all(map(_NUMBER.fullmatch, filled)):
        return Type.INTEGER if all(cell.lstrip("+-").isdigit() for cell in filled) else Type.NUMBER
    if all(cell.lower() in ("true", "false") for cell in filled):
        return Type.BOOLEAN
    if all(map(_DATE.fullmatch, filled)):
        return Type.DATE
    if all(map(_AMOUNT.fullmatch, filled)) and not all(cell.isdigit() for cell in filled):
        return Type.AMOUNT
    return Type.TEXT


def _value(cell: str) -> Decimal:
    return Decimal(re.sub(r"[$€£¥₹,% ]", "", cell))


def _distinct(filled: Sequence[str]) -> str:
    values = list(dict.fromkeys(filled))
    if len(values) > _MOST_LISTED:
        return f"{len(values):,} different values"
    return f"{len(values)} different: {', '.join(map(_short, values))}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
