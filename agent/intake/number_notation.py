"""Reads numbers as people write them, and says which notation a column of them is in.

`1,250` is 1250 to some and 1.25 to others. A column has a notation only if all its values can be
read in that one and, where they can be read in another, mean the same there.
"""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

_SIGNS: Final = "$€£¥₹%"
_UNIT: Final = re.compile(rf"[{_SIGNS}]")
_SPACES: Final = " \u00a0\u202f"
_PLAIN: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,2})?")
_NUMBERLIKE: Final = re.compile(
    rf"[-+]?[{_SPACES}]?[{_SIGNS}]?[{_SPACES}]?(?P<digits>[-+]?[0-9][0-9.,'’{_SPACES}]*)[{_SIGNS}]?"
)


def _grammar(decimal: str, group: str) -> re.Pattern[str]:
    """Numbers with a decimal sign, whole digits in groups of three or in one piece."""
    grouped = "|".join(
        rf"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}}){{1,9}}"
        for sign in (re.escape(group), f"[{_SPACES}]", "['’]")
    )
    return re.compile(
        rf"[-+]?(?:{grouped}|0|[1-9][0-9]{{0,29}})(?:{re.escape(decimal)}[0-9]{{1,20}})?"
    )


_POINT: Final = _grammar(".", ",")
_COMMA: Final = _grammar(",", ".")
_INDIAN: Final = re.compile(r"[-+]?[1-9][0-9]?(?:,[0-9]{2}){1,9},[0-9]{3}(?:\.[0-9]{1,20})?")


class Notation(StrEnum):
    """How the numbers of a column are written."""

    PLAIN = "plain"
    POINT = "decimal point"
    COMMA = "decimal comma"
    AMBIGUOUS = "decimal comma or thousands: ambiguous"
    MIXED = "different notations"


class NumberReading(NamedTuple):
    """What one cell can mean: its value by decimal point and by decimal comma, and its unit."""

    point: Decimal | None
    comma: Decimal | None
    unit: str
    is_plain: bool


def read_number(cell: str, is_point_certain: bool = False) -> NumberReading | None:
    """None: the cell is not a number in any notation. `007` is an identifier, not a number.

    `is_point_certain` says that a lone point is known to be a decimal point, as in `1.250`.
    """
    if _PLAIN.fullmatch(cell):
        value = Decimal(cell)
        if "." not in cell:
            return NumberReading(value, value, "", True)
        comma = None if is_point_certain else _value(_COMMA, cell, ",")
        return NumberReading(value, comma, "", True)
    match = _NUMBERLIKE.fullmatch(cell)
    units = _UNIT.findall(cell) if match else ()
    if not match or len(units) > 1:
        return None
    sign = "-" if cell.startswith("-") and not match["digits"].startswith("-") else ""
    digits = sign + match["digits"].rstrip(_SPACES)
    point = _value(_INDIAN, digits, ".")
    point = _value(_POINT, digits, ".") if point is None else point
    comma = _value(_COMMA, digits, ",")
    if point is None and comma is None:
        return None
    return NumberReading(point, comma, "".join(units), False)


def _value(grammar: re.Pattern[str], digits: str, decimal: str) -> Decimal | None:
    if not grammar.fullmatch(digits):
        return None
    whole, _, fraction = digits.partition(decimal)
    return Decimal(re.sub(r"[^-+0-9]", "", whole) + (f".{fraction}" if fraction else ""))


class NotationTally:
    """Narrows the notation of a column down, one reading after another."""

    def __init__(self) -> None:
        self._all_plain = True
        self._can_be_point, self._can_be_comma = True, True
        self._all_same = True
        self.units: set[str] = set()

    def add(self, reading: NumberReading) -> None:
        point, comma, unit, is_plain = reading
        self.units.add(unit)
        self._all_plain &= is_plain
        if point == comma:
            return
        self._all_same = False
        self._can_be_point &= point is not None
        self._can_be_comma &= comma is not None

    @property
    def notation(self) -> Notation:
        if self._can_be_point and self._can_be_comma and not self._all_same:
            return Notation.AMBIGUOUS
        if self._can_be_point:
            return Notation.PLAIN if self._all_plain else Notation.POINT
        return Notation.COMMA if self._can_be_comma else Notation.MIXED
