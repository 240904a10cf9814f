"""What is said of columns: only what is certain."""

import pytest

from agent.intake.column_facts import table_facts
from agent.intake.csv_tables import csv_table


def facts(text: str) -> str:
    table, _ = csv_table(text)
    return "\n".join(table_facts(table))


def column(*cells: str) -> str:
    return facts("x;v\n" + "".join(f"a;{cell}\n" for cell in cells))


def test_decimal_commas_are_added_up_where_nothing_else_is_possible() -> None:
    assert "(decimal comma, as in 0,500), total 3.875, from 0,500 (row 1: a) to 2,125" in column(
        "0,500", "1,250", "2,125"
    )


@pytest.mark.parametrize("cells", [("1,250", "2,125"), ("1.250", "2.125")])
def test_what_may_be_decimals_or_thousands_has_no_total(cells: tuple[str, ...]) -> None:
    said = column(*cells)

    assert (
        f"decimal comma or thousands: ambiguous: 2 different: {', '.join(cells)}, no total" in said
    )
    assert "total 3" not in said


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("1,5", "1.5"), "different notations"),
        (("1 €", "2 $"), "numbers with different signs ($, €)"),
        (("1", "2", "n/a"), "2 numbers and other values (n/a), no total"),
        (("007", "008"), "2 different: 007, 008"),
        (("9007199254740993", "1"), "integers past 2^53, which JavaScript rounds"),
        (("2026-01-02", "2026-01-01"), "date, from 2026-01-01 to 2026-01-02"),
        (("2026-01-02T10:00Z", "2026-01-01T10:00"), "text, 2 different"),
        (("true", "FALSE"), "boolean"),
        (("1e99", "1e-99"), "number, from 1e-99 (row 2: a) to 1e99"),
    ],
)
def test_a_column_is_described_as_what_it_is(cells: tuple[str, ...], said: str) -> None:
    assert said in column(*cells)


def test_rows_that_are_too_long_leave_no_figure_certain() -> None:
    said = facts("name,price\nLamp,1,50\nDesk,2,75\n")

    assert "no total or range is certain" in said
    assert "column price: integer\n" in f"{said}\n"


def test_a_header_of_numbers_and_a_last_row_of_sums_are_pointed_out() -> None:
    said = facts("land,2019,2020\nA,1,2\nTotal,1,2\n")

    assert "its first row, taken for the header row, holds numbers" in said
    assert "its last row looks like a sum of the others; figures include it" in said


def test_what_stands_above_the_header_is_quoted() -> None:
    assert "2 lines stand above the header row: Account 12 / IBAN DE1" in facts(
        "Account 12\nIBAN;DE1\n\nday;text;sum\n1.1.;a;1\n"
    )
