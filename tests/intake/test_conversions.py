"""Files of an answer that are made from attachments by code."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import DraftRefused
from agent.intake.conversions import convert, place_converted
from agent.intake.csv_tables import table_of
from agent.intake.json_tables import table_as_json, table_from_json
from agent.values import Attachment
from tests.intake import samples
from tests.intake.sent import attached

SALES = attached(
    "data.xlsx",
    samples.workbook({"Sheet1": [["item", "n"], ["tea", 2]], "More": [["x", "y"], [1.5, "é"]]}),
)
RATES = Attachment("rates.csv", "", b"code,rate,old\nEUR,0.90,true\nGBP,28,false\n,007.5,\n")


def test_a_from_line_is_replaced_by_what_it_names() -> None:
    placed = place_converted({"index.html": "<p>", "data.csv": "from: data.xlsx\n"}, [SALES])

    assert placed == {"index.html": b"<p>", "data.csv": b"item,n\ntea,2\n"}


@pytest.mark.parametrize(
    "line", ["from: data.xlsx#More", " From:data.xlsx#More \n", "from: `data.xlsx#More`"]
)
def test_a_sheet_is_named_after_the_file(line: str) -> None:
    assert place_converted({"b.csv": line}, [SALES])["b.csv"] == "x,y\n1.5,é\n".encode()


def test_a_file_to_its_own_kind_is_a_copy() -> None:
    placed = place_converted({"copy.csv": b"from: rates.csv"}, [RATES])

    assert placed["copy.csv"] == RATES.content


def test_content_that_only_begins_like_a_from_line_is_left_alone() -> None:
    mail = "from: Ada\nto: Grace\n"

    assert place_converted({"mail.txt": mail}, [RATES]) == {"mail.txt": mail.encode()}


def test_csv_becomes_json_with_the_types_of_its_columns() -> None:
    content = convert([RATES], "rates.json", "rates.csv")

    assert json.loads(content) == [
        {"code": "EUR", "rate": "0.90", "old": True},
        {"code": "GBP", "rate": "28", "old": False},
        {"code": "", "rate": "007.5", "old": None},
    ]


def test_numbers_keep_their_spelling() -> None:
    table = Attachment("n.csv", "", b"a,b\n1.50,1\n,2\n")

    assert (
        convert([table], "n.json", "n.csv")
        == b'[\n  {"a": 1.50, "b": 1},\n  {"a": null, "b": 2}\n]\n'
    )


def test_json_becomes_csv() -> None:
    data = Attachment("d.json", "", b'[{"a": 1.50, "b": "x,y"}, {"b": null, "c": [1, {"d": 2.5}]}]')

    content = convert([data], "d.csv", "d.json")

    assert content == b'a,b,c\n1.50,"x,y",\n,,"[1, {""d"": 2.5}]"\n'


def test_a_workbook_becomes_json_and_json_lines() -> None:
    assert json.loads(convert([SALES], "a.json", "data.xlsx")) == [{"item": "tea", "n": 2}]
    assert convert([SALES], "a.jsonl", "data.xlsx") == b'{"item": "tea", "n": 2}\n'


def test_documents_become_markdown_and_text() -> None:
    report = attached("report.docx", samples.word())
    paper = attached("paper.pdf", samples.pdf("Hello harbour", "Second page"))
    talk = attached("talk.pptx", samples.presentation())

    assert convert([report], "report.md", "report.docx").decode() == (
        "# Harbour report\n\nBoats came **early**\n\n- salt\n- rope\n\n"
        "| boat | tons |\n| --- | --- |\n| Ada | 12 |\n"
    )
    assert convert([paper], "paper.txt", "paper.pdf") == b"Hello harbour\n\nSecond page\n"
    assert b"## Slide 1\n\nTides\n\nHigh at noon\n\nNotes: speak slowly" in convert(
        [talk], "talk.md", "talk.pptx"
    )


@pytest.mark.parametrize(
    ("wanted", "source", "message"),
    [
        ("a.csv", "dta.xlsx", "names no attachment; the attachments are: data.xlsx, rates.csv"),
        ("a.csv", "data.xlsx#Nope", "no sheet 'Nope'; its sheets are: Sheet1, More"),
        ("a.png", "rates.csv", "a.png: cannot be made from rates.csv: CSV to .png"),
        ("a", "rates.csv", "a name without an ending"),
    ],
)
def test_a_refusal_says_what_there_is_instead(wanted: str, source: str, message: str) -> None:
    with pytest.raises(DraftRefused) as caught:
        place_converted({wanted: f"from: {source}"}, [SALES, RATES])

    assert message in str(caught.value)


@pytest.mark.parametrize("content", [b"a,a\n1,2\n", b"a,\n1,2\n"])
def test_columns_without_names_of_their_own_make_no_json(content: bytes) -> None:
    with pytest.raises(DraftRefused, match="a name of its own"):
        convert([Attachment("a.csv", "", content)], "a.json", "a.csv")


NAMES = st.lists(
    st.text("abcé ", min_size=1, max_size=4).map(str.strip).filter(bool),
    min_size=1,
    max_size=4,
    unique=True,
)
CELLS = st.one_of(
    st.from_regex(r"(0|-?[1-9][0-9]{0,5})(\.[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["", "true", "FALSE", "007", "1,000", "2026-01-01"]),
    st.text("abé\"', \n", max_size=5),
)


@given(st.data())
def test_csv_to_json_and_back_is_the_same_table(data: st.DataObject) -> None:
    names = tuple(data.draw(NAMES))
    body = data.draw(st.lists(st.tuples(*[CELLS] * len(names)), min_size=1, max_size=5))

    objects = ",".join(table_as_json(table_of((names, *body))))
    again = table_from_json(f"[{objects}]")

    assert again.header == names
    for before, after in zip(body, again.rows(), strict=True):
        for cell, other in zip(before, after, strict=True):
            assert other == cell or other == cell.strip().lower().removeprefix("+")


def test_decimal_commas_stay_text_in_json() -> None:
    table = Attachment("k.csv", "", b"Ware;Preis, EUR\nHut;1,50\nSchal;12,75\n")

    content = convert([table], "k.json", "k.csv")

    assert json.loads(content) == [
        {"Ware": "Hut", "Preis, EUR": "1,50"},
        {"Ware": "Schal", "Preis, EUR": "12,75"},
    ]


def test_integers_that_browsers_round_stay_text_in_json() -> None:
    table = Attachment("n.csv", "", b"id\n9007199254740993\n1\n")

    assert json.loads(convert([table], "n.json", "n.csv"))[0] == {"id": "9007199254740993"}


def test_lines_above_the_header_are_left_out() -> None:
    table = Attachment("bank.csv", "", b"sep=;\nAccount;12\n\nday;text;sum\n1.2.;tea;3\n")

    assert json.loads(convert([table], "b.json", "bank.csv")) == [
        {"day": "1.2.", "text": "tea", "sum": 3}
    ]


def test_json_that_browsers_refuse_becomes_json_that_they_take() -> None:
    odd = Attachment("odd.json", "", b'{"a": [1, NaN,], /* rate */ "b": "// no comment"} // end')

    content = convert([odd], "valid.json", "odd.json#valid")

    assert json.loads(content) == {"a": [1, None], "b": "// no comment"}


@pytest.mark.parametrize(
    ("name", "content"), [("p.heic", samples.heic()), ("p.tiff", samples.tiff(4, 3))]
)
@pytest.mark.parametrize(("wanted", "mark"), [("p.jpg", b"\xff\xd8\xff"), ("p.png", b"\x89PNG")])
def test_pictures_that_browsers_do_not_show_become_pictures_that_they_show(
    name: str, content: bytes, wanted: str, mark: bytes
) -> None:
    picture = attached(name, content)

    assert convert([picture], wanted, name).startswith(mark)


def test_subrip_becomes_webvtt() -> None:
    film = Attachment("f.srt", "", b"1\n00:00:01,500 --> 00:00:02,000\nhi, you\n")

    content = convert([film], "f.vtt", "f.srt")

    assert content == b"WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.000\nhi, you\n"


def test_a_notebook_becomes_markdown() -> None:
    cell = {"cell_type": "code", "source": ["1 + 1"], "outputs": [{"data": {"text/plain": "2"}}]}
    book = Attachment("b.ipynb", "", samples.notebook(cell))

    content = convert([book], "b.md", "b.ipynb")

    assert content == b"```python\n1 + 1\n```\n\nOutput:\n\n```\n2\n```\n"


def test_a_file_that_was_renamed_is_found_under_either_name() -> None:
    moved = Attachment("data/a.csv", "", b"a\n1\n", sent_as="data\\a.csv")

    assert convert([moved], "b.csv", "data\\a.csv") == convert([moved], "b.csv", "data/a.csv")
