"""Workbooks become what a person sees in them, and JSON keeps the types of their cells."""

import csv
import io
import json
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from agent.intake.conversions import convert
from agent.intake.csv_tables import read_csv
from agent.intake.readers import workbook
from tests.intake import samples
from tests.intake.sent import attached, document


def book_of(*cells: tuple[object, str], header: str = "v", is_1904: bool = False) -> bytes:
    """A workbook of one column: values with their number formats."""
    book = openpyxl.Workbook()
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet["A1"] = header
    for row, (value, number_format) in enumerate(cells, 2):
        cell = sheet.cell(row, 1, value)  # type: ignore[call-overload]
        cell.number_format = number_format
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_every_sheet_is_read_as_it_is_shown() -> None:
    content = samples.workbook(
        {
            "Sales": [["item", "price", "on"], ["tea", 1.5, True], ["salt", 3, None]],
            "Übersicht": [["x"]],
        }
    )

    sales, overview = workbook.read(content).sheets

    assert sales.csv == "item,price,on\ntea,1.5,TRUE\nsalt,3,\n"
    assert json.loads(sales.values) == [
        ["item", "price", "on"],
        ["tea", 1.5, True],
        ["salt", 3, None],
    ]
    assert (overview.title, overview.csv) == ("Übersicht", "x\n")


@pytest.mark.parametrize(
    ("value", "number_format", "shown", "kept"),
    [
        (1067, "00000", "01067", 1067),
        ("01067", "@", "01067", "01067"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05", "30:05:00"),
        (0.125, "0.0%", "12.5%", 0.125),
        (1234.5, '#,##0.00 "€"', "1,234.50 €", 1234.5),
        (-3, "0;(0)", "(3)", -3),
        (12345.678, "0.00E+00", "1.23E+04", 12345.678),
        (1.25, "# ?/?", "1 1/4", 1.25),
        (date(2026, 3, 1), "d.m.yyyy", "1.3.2026", "2026-03-01"),
        (
            datetime(2026, 3, 1, 9, 30),
            "yyyy-mm-dd hh:mm",
            "2026-03-01 09:30",
            "2026-03-01T09:30:00",
        ),
        (date(2026, 3, 1), "mm-dd-yy", "2026-03-01", "2026-03-01"),
        (time(9, 30), "h:mm AM/PM", "9:30 AM", "09:30:00"),
        (1234567890123, "General", "1234567890123", 1234567890123),
        (date(2026, 3, 1), "[$-407]dd.mm.yyyy;@", "01.03.2026", "2026-03-01"),
        (date(2026, 3, 1), 'd\\. mmmm "a.d."', "1. March a.d.", "2026-03-01"),
        (timedelta(minutes=1, seconds=2), "mm:ss.0", "01:02.0", "00:01:02"),
        ("#DIV/0!", "General", "#DIV/0!", "#DIV/0!"),
        (1e300, "0.00", "1", 1e300),
    ],
)
def test_csv_has_what_a_cell_shows_and_json_what_it_holds(
    value: object, number_format: str, shown: str, kept: object
) -> None:
    (sheet,) = workbook.read(book_of((value, number_format))).sheets

    assert read_csv(sheet.csv, ",")[1][0].startswith(shown)
    assert json.loads(sheet.values)[1] == [kept]


def test_dates_count_from_the_epoch_of_the_workbook() -> None:
    content = book_of((date(2026, 3, 1), "yyyy-mm-dd"), is_1904=True)

    (sheet,) = workbook.read(content).sheets

    assert sheet.csv == "v\n2026-03-01\n"


def test_a_formula_gives_its_saved_value_and_one_without_is_named() -> None:
    found = workbook.read(book_of((1, "General"), ("=A2*2", "General"), (4, "General")))

    assert found.sheets[0].csv == "v\n1\n\n4\n" or found.sheets[0].csv == 'v\n1\n""\n4\n'
    assert any("1 formulas have no saved value" in fact for fact in found.facts)
    assert any("A3 (=A2*2)" in fact for fact in found.facts)


def test_merged_cells_hidden_sheets_and_titles_are_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Fleet 2026"], [], ["boat", "port", "tons"], ["Ada", "Ulm", 3], ["Eve", None, 5]):
        sheet.append(row)
    sheet.merge_cells("B4:B5")
    book.create_sheet("Notes").sheet_state = "hidden"

    found = workbook.read(saved(book))

    assert "sheet Sheet: above the header row stands: Fleet 2026" in found.facts
    assert any("column tons: integer, total 8" in fact for fact in found.facts)
    assert any("merged cells" in fact and "B4:B5" in fact for fact in found.facts)
    assert any("sheet Notes: it is hidden" in fact for fact in found.facts)
    assert json.loads(found.sheets[0].values)[0] == ["boat", "port", "tons"]


def test_totals_are_of_the_values_behind_what_is_shown() -> None:
    facts = document("a.xlsx", book_of((0.125, "0%"), (0.5, "0%"))).facts

    assert any(
        "column v: number, total 0.625" in fact and "shown as 13% in CSV and 0.125 in JSON" in fact
        for fact in facts
    )


def test_a_workbook_is_converted_with_what_is_shown_and_with_types() -> None:
    trips = attached("trips.xlsx", book_of((1067, "00000"), (99085, "00000"), header="zip"))

    assert convert([trips], "trips.csv", "trips.xlsx") == b"zip\n01067\n99085\n"
    assert convert([trips], "trips.tsv", "trips.xlsx") == b"zip\n01067\n99085\n"
    assert json.loads(convert([trips], "trips.json", "trips.xlsx")) == [
        {"zip": 1067},
        {"zip": 99085},
    ]


def test_cells_that_are_formatted_and_empty_do_not_count() -> None:
    (sheet,) = workbook.read(samples.workbook({"S": [["a", None, ""], [None], ["", None]]})).sheets

    assert sheet.csv == "a\n"


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text("abé,;\"' \n1", max_size=8),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
@example([[0], [";", "a", ","], [0]])
def test_the_csv_of_a_sheet_has_all_its_cells(rows: list[list[int | float | str | None]]) -> None:
    (sheet,) = workbook.read(samples.workbook({"S": rows})).sheets

    filled = [row for row in rows if any(value not in (None, "") for value in row)]
    shown = [row for row in csv.reader(io.StringIO(sheet.csv, newline="")) if any(row)]
    assert len(shown) == len(filled)
    for row, cells in zip(filled, shown, strict=True):
        for value, cell in zip(row, cells, strict=False):
            if isinstance(value, float):  # fifteen digits of it are shown
                assert float(cell) == pytest.approx(value, rel=1e-14)
            else:
                assert cell == "" if value is None else type(value)(cell) == value
