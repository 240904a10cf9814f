"""Reads Excel workbooks: each sheet as a person sees it, with the values behind it as JSON."""

import csv
import io
import json
import re
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from agent.documents import Document, Sheet
from agent.intake.column_facts import ColumnTally, record_name, short
from agent.intake.csv_dialect import preamble_of
from agent.intake.readers.archives import check_archive
from agent.intake.readers.cell_display import CellDisplay, display
from agent.intake.unreadable import Unreadable

_MOST_CELLS: Final = 800_000
_MOST_COLUMNS: Final = 200
_MOST_AREA: Final = 2_000_000
_SAMPLED_ROWS: Final = 100
_MOST_NAMED: Final = 5
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{1,30})"')
_PIECE: Final = 256 * 1024

Cells = tuple[CellDisplay, ...]


def read(content: bytes) -> Document:
    """Raises Unreadable, and whatever openpyxl raises for damaged files."""
    check_archive(content)
    source = _Source(content)
    sheets, facts = [], []
    for worksheet in source.values.worksheets:
        reading = source.read(worksheet)
        sheets.append(reading.sheet())
        facts += [f"sheet {worksheet.title}: {fact}" for fact in reading.facts()]
    return Document(tuple(facts), sheets=tuple(sheets))


class _Source:
    """A workbook opened for the values of its cells, and how many cells may still be read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        self._is_1904 = self.values.epoch == CALENDAR_MAC_1904
        self._left = _MOST_CELLS

    def read(self, worksheet: Any) -> "_SheetReading":
        reading = _SheetReading(worksheet.title, worksheet.sheet_state != "visible")
        part = worksheet._worksheet_path
        with zipfile.ZipFile(io.BytesIO(self._content)) as archive, archive.open(part) as source:
            reading.merged, has_formulas = _scanned(source)
        rows = self._rows(worksheet)
        if has_formulas:
            rows = reading.noting_formulas(rows, self._formulas(worksheet.title))
        reading.take(_trimmed(rows))
        return reading

    def _rows(self, worksheet: Any) -> Iterator[Cells]:
        worksheet.reset_dimensions()  # the stated ones are often wrong, and may be a bomb
        for row in worksheet.rows:
            self._left -= len(row)
            if self._left < 0:
                raise Unreadable(f"it has more than {_MOST_CELLS:,} cells")
            yield tuple(
                display(cell.data_type, cell.value, cell.number_format or "", self._is_1904)
                for cell in row
            )

    def _formulas(self, title: str) -> Iterator[Sequence[Any]]:
        """The same sheet's cells with formulas instead of the values that were saved for them."""
        sheet: Any = openpyxl.load_workbook(io.BytesIO(self._content), read_only=True)[title]
        sheet.reset_dimensions()
        yield from sheet.rows


def _scanned(source: Any) -> tuple[list[str], bool]:
    """The merged areas of a sheet's XML, and whether it has formulas."""
    merged: list[str] = []
    has_formulas, kept = False, b""
    while piece := source.read(_PIECE):
        window = kept + piece
        has_formulas |= b"<f" in window or b":f" in window
        merged += [ref.decode() for ref in _MERGED.findall(window)]
        kept = b"" if window.endswith(b">") else window[window.rfind(b"<") :][:200]
    return list(dict.fromkeys(merged)), has_formulas


def _trimmed(rows: Iterator[Cells]) -> Iterator[Cells]:
    """Rows without the empty cells at their ends, and without the empty rows at the end."""
    empty = 0
    for row in rows:
        end = max((index for index, cell in enumerate(row, 1) if cell.shown), default=0)
        if not end:
            empty += 1
            continue
        yield from ((),) * empty
        empty = 0
        yield row[:end]


class _SheetReading:
    """A sheet, row after row: of each row its lines of CSV and JSON are kept, not its cells."""

    def __init__(self, title: str, is_hidden: bool) -> None:
        self.merged: list[str] = []
        self._title, self._is_hidden = title, is_hidden
        self._unknown: list[str] = []
        self._width, self._height = 0, 0
        self._above: list[str] = []
        self._header: Cells = ()
        self._columns: list[ColumnTally] = []
        self._examples: list[str] = []
        self._csv = io.StringIO(newline="")
        self._writer = csv.writer(self._csv, lineterminator="\n")
        self._widths = array("L")
        self._json: list[tuple[str, int]] = []

    def take(self, rows: Iterator[Cells]) -> None:
        head = list(islice(rows, _SAMPLED_ROWS))
        first = _header_index(head)
        for row in head[:first]:
            self._write(row)
            self._above += [" ".join(cell.shown for cell in row if cell.shown)] if row else []
        if first < len(head):
            self._write(head[first])
            self._header = head[first]
        for row in chain(head[first + 1 :], rows):
            self._write(row)
            self._count(row)

    def _write(self, row: Cells) -> None:
        """Shorter rows are filled up once the width of the sheet is known."""
        self._width = max(self._width, len(row))
        self._widths.append(len(row))
        if len(self._widths) * self._width > _MOST_AREA:
            raise Unreadable(f"a sheet has {len(self._widths):,} rows of {self._width:,} cells")
        self._writer.writerow([cell.shown for cell in row])

    def _count(self, row: Cells) -> None:
        self._height += 1
        if not row:
            return
        values = json.dumps([cell.value for cell in row], ensure_ascii=False)
        self._json.append((values[1:-1], len(row)))
        record = partial(record_name, self._height, [cell.shown for cell in row[:_MOST_COLUMNS]])
        for index, cell in enumerate(row[:_MOST_COLUMNS]):
            if index == len(self._columns):
                name = self._header[index].shown.strip() if index < len(self._header) else ""
                self._columns.append(ColumnTally(name))
                self._examples.append("")
            self._columns[index].add(cell.counted.strip(), record, cell.is_string)
            if not self._examples[index] and not cell.is_string and cell.shown != cell.counted:
                self._examples[index] = f", shown as {cell.shown} in CSV and {cell.counted} in JSON"

    def noting_formulas(
        self, rows: Iterator[Cells], formulas: Iterator[Sequence[Any]]
    ) -> Iterator[Cells]:
        """The rows, unchanged; formulas whose value no program ever saved are noted."""
        for number, (row, written) in enumerate(zip(rows, formulas, strict=False), 1):
            self._unknown += [
                f"{get_column_letter(column)}{number} ({short(str(cell.value))})"
                for column, (shown, cell) in enumerate(zip(row, written, strict=False), 1)
                if cell.data_type == "f" and not shown.shown
            ]
            yield row

    def sheet(self) -> Sheet:
        """All rows of one width; of the JSON, the first row has the names of the columns."""
        names = [cell.shown for cell in self._header]
        names += [""] * (self._width - len(names))
        lines = [json.dumps(names, ensure_ascii=False)] if self._header else []
        lines += [f"[{line}{', null' * (self._width - size)}]" for line, size in self._json]
        return Sheet(self._title, "".join(self._filled_up()), f"[{','.join(lines)}]")

    def _filled_up(self) -> Iterator[str]:
        """Cells may have line ends, so the rows are read again as CSV where any is short."""
        text = self._csv.getvalue()
        if all(width == self._width for width in self._widths):
            yield text
            return
        target = io.StringIO(newline="")
        writer = csv.writer(target, lineterminator="\n")
        for row in csv.reader(io.StringIO(text, newline="")):
            writer.writerow(row + [""] * (self._width - len(row)))
        yield target.getvalue()

    def facts(self) -> Iterator[str]:
        """The same facts as of any table, from the values behind what is shown."""
        if self._is_hidden:
            yield "it is hidden: a person who opens the workbook does not see it"
        if self._above:
            yield f"above the header row stands: {' / '.join(self._above)[:300]}"
        if self._header:
            yield f"{self._height:,} rows below the header row, {self._width:,} columns"
        else:
            yield "an empty table"
        if any(cell.value is not None and not cell.is_string for cell in self._header):
            yield "its first row, taken for the header row, holds numbers: figures leave it out"
        if self._width > _MOST_COLUMNS:
            yield f"only the first {_MOST_COLUMNS} columns are described"
        for column, example in zip(self._columns, self._examples, strict=True):
            yield f"column {column.fact(self._height)}{example}"
        if self.merged:
            yield f"merged cells, each value in the first cell of its area: {_named(self.merged)}"
        if self._unknown:
            yield (
                f"{len(self._unknown):,} formulas have no saved value, so their cells are empty "
                f"here: {_named(self._unknown)}"
            )


def _named(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + rest


def _header_index(rows: Sequence[Cells]) -> int:
    """The place of the header among the first rows; empty rows and a title may stand above it."""
    above = preamble_of([tuple(cell.shown for cell in row) for row in rows])
    filled = [index for index, row in enumerate(rows) if row]
    return filled[above] if filled else 0
