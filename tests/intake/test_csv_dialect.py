"""How CSV files divide their cells, and where their tables begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.csv_dialect import dialect_of
from agent.intake.csv_tables import csv_table, read_csv, write_csv


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n1,5;2\n", [("a", "b"), ("1,5", "2")]),
        ("a\tb\n1\t2\n", [("a", "b"), ("1", "2")]),
        ("a|b\n1|2\n", [("a", "b"), ("1", "2")]),
        ("just one\ncolumn\n", [("just one",), ("column",)]),
        ("Ware;Preis, EUR\nHut;1,50\nTuch;2,75\n", [("Ware", "Preis, EUR"), ("Hut", "1,50")]),
        ("Ort;Wert\nA;0,5\nB;1,25\n", [("Ort", "Wert"), ("A", "0,5")]),
        ("id,tags\n1,a;b\n2,c;d\n3,e\n", [("id", "tags"), ("1", "a;b")]),
        ('n,t\n1,"x;y;z"\n2,"u;v;w"\n', [("n", "t"), ("1", "x;y;z")]),
        ('n;t\n1;"a, b\nc"\n2;d\n', [("n", "t"), ("1", "a, b\nc")]),
        ("n\tt\n1\tHello, you\n2\tBye, all\n", [("n", "t"), ("1", "Hello, you")]),
        ("name\nSmith, Ann\nDoe, Joe\n", [("name",), ("Smith", " Ann")]),
        ("a;b;c\n1.234,50;2,5;3\n", [("a", "b", "c"), ("1.234,50", "2,5", "3")]),
    ],
)
def test_the_delimiter_is_the_one_that_all_rows_agree_on(
    text: str, rows: list[tuple[str, ...]]
) -> None:
    assert list(read_csv(text)[:2]) == rows


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n'])
def test_a_line_for_spreadsheets_names_the_delimiter_and_is_no_row(line: str) -> None:
    assert read_csv(f"{line}a,b;c\n1;2\n") == (("a,b", "c"), ("1", "2"))


@pytest.mark.parametrize(
    "above",
    [
        "Umsätze Girokonto\nIBAN;DE12\n\n",
        "Umsätze;;\nvom;1.2.;\n;;\n",
        "Account 12\n",
        "from;to\n1.1.;31.1.\n\n",
    ],
)
def test_lines_above_the_header_are_no_part_of_the_table(above: str) -> None:
    table, _ = csv_table(f"{above}Tag;Text;Betrag\n1.2.;Tee;3,50\n2.2.;Salz;1,25\n")

    assert table.header == ("Tag", "Text", "Betrag")
    assert list(table.rows()) == [("1.2.", "Tee", "3,50"), ("2.2.", "Salz", "1,25")]
    assert table.preamble


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\n",
        "a,,c\n1,2,3\nx,y,z\n",
        "1,2,3\n4,5,6\n",
        "x,y\na,b\n",
        "a\n",
        "",
        "a,b,c\n",
    ],
)
def test_a_table_that_begins_at_once_loses_no_row(text: str) -> None:
    assert dialect_of(text).preamble == 0


WORDS = st.text("abcXYZäé 19.", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(
    st.sampled_from(",;\t|"),
    st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=3, max_size=6),
)
def test_a_written_table_is_read_back_by_its_delimiter(
    delimiter: str, rows: list[tuple[str, ...]]
) -> None:
    text = write_csv(rows, delimiter).decode()

    table, dialect = csv_table(text)

    assert dialect.delimiter == delimiter
    assert (table.header, *table.rows())[-1] == rows[-1]
