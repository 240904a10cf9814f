"""Excel workbooks as tables of text: values instead of formulas, dates in ISO form."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import openpyxl

from agent.intake.archives import check_archive
from agent.intake.tables import Row, Rows, as_rectangle, check_area
from agent.intake.unreadable import BROKEN, Unreadable

_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+")
_MIDNIGHT: Final = "T00:00:00"
_SHEETS: Final = "xl/worksheets/sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's cells as text, all rows equally long.

    `unknown` counts the formulas whose value no program ever saved: those cells are empty.
    """

    title: str
    rows: Rows = field(repr=False)
    unknown: int


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """The sheets in the workbook's order. Raises Unreadable."""
    check_archive(content)
    try:
        formulas = _has_formulas(content)
        values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = []
        for sheet in values.worksheets:
            rows = _dated(as_rectangle(_texts(sheet)))
            unknown = _unknown(content, sheet.title, rows) if formulas else 0
            sheets.append(Sheet(sheet.title, rows, unknown))
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(f"it cannot be read as an Excel workbook ({error})") from error
    return tuple(sheets)


def _has_formulas(content: bytes) -> bool:
    """A quick look that spares most workbooks a second reading."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.namelist()
        return any(b"<f" in archive.read(part) for part in parts if part.startswith(_SHEETS))


def _texts(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # the stated ones are often wrong, and may be a bomb
    cells = 0
    for row in sheet.rows:
        cells += len(row)
        check_area(cells, 1)
        yield tuple(cell_text(cell.value, cell.number_format) for cell in row)


def _unknown(content: bytes, title: str, rows: Rows) -> int:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    sheet: Any = book[title]
    sheet.reset_dimensions()
    return sum(
        cell.data_type == "f" and not _at(rows, row_index, column)
        for row_index, row in enumerate(sheet.rows)
        for column, cell in enumerate(row)
    )


def _dated(rows: Rows) -> Rows:
    """Columns whose moments are all midnights hold dates, whatever format the writer gave them."""
    upright = list(zip(*rows, strict=True))
    return tuple(zip(*map(_dates, upright), strict=True)) if upright else rows


def _dates(cells: Row) -> Row:
    moments = [cell for cell in cells if _MOMENT.fullmatch(cell)]
    if not moments or not all(moment.endswith(_MIDNIGHT) for moment in moments):
        return cells
    return tuple(
        cell.removesuffix(_MIDNIGHT) if _MOMENT.fullmatch(cell) else cell for cell in cells
    )


def _at(rows: Rows, row: int, column: int) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def cell_text(value: object, number_format: str | None = None) -> str:
    """A cell's value as text; a moment at midnight shown without its time is a date."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime():
            is_date = value.time() == time() and "h" not in (number_format or "").lower()
            return value.date().isoformat() if is_date else value.isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)
