"""Numbers as people write them: one notation for a column, or none."""

from decimal import Decimal

import pytest

from agent.intake.number_notation import Notation, NotationTally, read_number


def notation(*cells: str, is_point_certain: bool = False) -> Notation | None:
    tally = NotationTally()
    for cell in cells:
        reading = read_number(cell, is_point_certain)
        if reading is None:
            return None
        tally.add(reading)
    return tally.notation


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["0,500", "1,250", "2,125"], Notation.COMMA),
        (["1,5", "12"], Notation.COMMA),
        (["1.234,50", "3"], Notation.COMMA),
        (["1.234.567"], Notation.COMMA),
        (["1 234,5", "1\u202f000"], Notation.COMMA),
        (["1,234.50", "3"], Notation.POINT),
        (["1,234,567"], Notation.POINT),
        (["12,34,567"], Notation.POINT),
        (["1'234.5"], Notation.POINT),
        (["1,250", "3.5"], Notation.POINT),
        (["1 234", "5"], Notation.POINT),
        (["1.5", "2"], Notation.PLAIN),
        (["-1", "+2", "1e3"], Notation.PLAIN),
        (["1,250", "2,125"], Notation.AMBIGUOUS),
        (["1.250", "2.125"], Notation.AMBIGUOUS),
        (["1,5", "1.5"], Notation.MIXED),
        (["1,25", "1,250.5"], Notation.MIXED),
        (["-$1,234.50", "$ 2"], Notation.POINT),
        (["12,5 %", "3 %"], Notation.COMMA),
    ],
)
def test_a_column_has_the_one_notation_that_fits_all_its_numbers(
    cells: list[str], expected: Notation
) -> None:
    assert notation(*cells) is expected


def test_a_lone_point_is_decimal_where_that_is_known() -> None:
    assert notation("1.250", "2.125", is_point_certain=True) is Notation.PLAIN


@pytest.mark.parametrize(
    "cell", ["007", "01067", "1.2.3", "2026-01-02", "5$5", "$5€", "1,23,4", "", "12 Uhr", "1,,2"]
)
def test_what_is_no_number_is_not_read_as_one(cell: str) -> None:
    assert read_number(cell) is None


@pytest.mark.parametrize(
    ("cell", "point", "comma"),
    [
        ("1,250", "1250", "1.250"),
        ("1.250", "1.250", "1250"),
        ("0,5", None, "0.5"),
        ("-1 234,5", None, "-1234.5"),
        ("12,34,567.5", "1234567.5", None),
        ("- $5", "-5", "-5"),
    ],
)
def test_each_reading_of_a_number_has_its_value(
    cell: str, point: str | None, comma: str | None
) -> None:
    reading = read_number(cell)

    assert reading is not None
    assert reading.point == (Decimal(point) if point else None)
    assert reading.comma == (Decimal(comma) if comma else None)
