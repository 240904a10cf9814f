"""Shows a workbook's cell as a person sees it, and gives its value as JSON has it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from xlfmt import format_value

_GENERAL: Final = ("", "General", "@")
# Excel shows these as the reader's own machine is set up.
_BY_MACHINE: Final = ("mm-dd-yy", "m/d/yy h:mm")
_SYSTEM_DATE: Final = ("[$-F800]", "[$-f800]", "[$-F400]", "[$-f400]")
# In dates, xlfmt drops a dot that is neither escaped nor the beginning of split seconds.
_DOT: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|\.(?!0)')

CellValue = None | bool | int | float | str | date | time | timedelta


@dataclass(frozen=True, slots=True)
class CellDisplay:
    """`shown` is what the cell shows, `value` what JSON has for it, `counted` what is added up.

    `is_string` says that the cell holds text, also where that looks like a number.
    """

    shown: str
    value: bool | int | float | str | None
    counted: str
    is_string: bool = False


_NOTHING: Final = CellDisplay("", None, "")


@lru_cache(maxsize=50_000, typed=True)
def display(kind: str, value: CellValue, number_format: str, is_1904: bool) -> CellDisplay:
    """`kind` is openpyxl's letter for the cell's type; errors have `e`."""
    match value:
        case None | "":
            return _NOTHING
        case bool():
            return CellDisplay(str(value).upper(), value, str(value).lower())
        case str():
            is_string = kind != "e"
            return CellDisplay(_shown(value, number_format, is_1904), value, value, is_string)
        case int() | float():
            plain = _digits(value)
            return CellDisplay(_shown(value, number_format, is_1904, plain), value, plain)
    iso = _iso(value, number_format)
    return CellDisplay(_shown(value, number_format, is_1904, iso), iso, iso)


def _digits(number: int | float) -> str:
    """The 15 digits that Excel works with."""
    return str(number) if isinstance(number, int) else f"{number:.15g}"


def _iso(moment: date | time | timedelta, number_format: str) -> str:
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(moment, datetime):
        has_time = moment.time() != time() or "h" in number_format.lower()
        return moment.isoformat() if has_time else moment.date().isoformat()
    return moment.isoformat()


def _shown(value: CellValue, number_format: str, is_1904: bool, plain: str = "") -> str:
    """By the cell's number format; `plain` where there is none or it cannot be carried out."""
    plain = plain or str(value)
    if number_format in _GENERAL or number_format in _BY_MACHINE:
        return plain.replace("T", " ")[:16] if number_format == "m/d/yy h:mm" else plain
    if number_format.startswith(_SYSTEM_DATE):
        return plain
    if not isinstance(value, (int, float, str)):
        number_format = _DOT.sub(_escaped_dot, number_format)
    if isinstance(value, timedelta):
        value = Decimal(value.total_seconds()) / 86400  # type: ignore[assignment]
    try:
        return str(format_value(value, number_format, date1904=is_1904))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return plain


def _escaped_dot(match: re.Match[str]) -> str:
    return "\\." if match[0] == "." else match[0]
