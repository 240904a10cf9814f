"""Workbooks become the table that one sees in them."""

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.tables import read_csv, write_csv
from agent.intake.unreadable import Unreadable
from agent.intake.workbooks import read_workbook
from tests.intake import samples


def test_every_sheet_is_read_with_values_as_text() -> None:
    content = samples.workbook(
        {
            "Sales": [["item", "price", "on"], ["tea", 1.5, True], ["salt", 3, None]],
            "Übersicht": [["x"]],
        }
    )

    sales, overview = read_workbook(content)

    assert sales.rows == (("item", "price", "on"), ("tea", "1.5", "TRUE"), ("salt", "3", ""))
    assert (overview.title, overview.rows) == ("Übersicht", (("x",),))


def test_dates_and_times_are_iso() -> None:
    moments: list[object] = [
        date(2026, 3, 1),
        datetime(2026, 3, 1, 9, 30),
        time(9, 30),
        timedelta(hours=30),
    ]

    (sheet,) = read_workbook(samples.workbook({"S": [moments]}))

    assert sheet.rows[0] == ("2026-03-01", "2026-03-01T09:30:00", "09:30:00", "1 day, 6:00:00")


def test_a_column_of_midnights_is_a_column_of_dates() -> None:
    midnight, morning = datetime(2026, 3, 1), datetime(2026, 3, 2, 9)
    rows: list[list[object]] = [["day", "moment"], [midnight, midnight], [midnight, morning]]

    (sheet,) = read_workbook(samples.workbook({"S": rows}))

    assert sheet.rows[1] == ("2026-03-01", "2026-03-01T00:00:00")
    assert sheet.rows[2] == ("2026-03-01", "2026-03-02T09:00:00")


def test_a_formula_gives_its_saved_value_and_one_without_is_counted() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"], sheet["A3"] = 1, 2, "=A1+A2"
    target = io.BytesIO()
    book.save(target)

    (read,) = read_workbook(target.getvalue())

    assert read.rows == (("1",), ("2",))
    assert read.unknown == 1


def test_cells_that_are_formatted_and_empty_do_not_count() -> None:
    (sheet,) = read_workbook(samples.workbook({"S": [["a", None, ""], [None], ["", None]]}))

    assert sheet.rows == (("a",),)


@pytest.mark.parametrize(
    "content", [b"", b"no zip", samples.word(), samples.workbook({"S": []})[:-30]]
)
def test_what_is_no_workbook_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_workbook(content)


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text("abé,;\"' \n1=", max_size=8).filter(lambda text: not text.startswith("=")),
)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=4))
def test_the_csv_of_a_sheet_is_equal_to_the_sheet(
    rows: list[list[int | float | str | None]],
) -> None:
    (sheet,) = read_workbook(samples.workbook({"S": rows}))

    again = read_csv(write_csv(sheet.rows).decode(), ",")

    assert again == sheet.rows
    for row, cells in zip(rows, again, strict=False):
        for value, cell in zip(row, cells, strict=False):
            if isinstance(value, float):  # a workbook stores 16 digits of it
                assert float(cell) == pytest.approx(value, rel=1e-14)
            else:
                assert cell == "" if value is None else type(value)(cell) == value
