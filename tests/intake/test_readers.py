"""What the child process finds in documents of each format."""

import pytest

from agent.deadline import Deadline
from agent.intake.document_process import with_documents
from agent.intake.shapes import shapes_of
from agent.values import Attachment
from tests.intake import samples
from tests.intake.sent import attached, document


def test_only_documents_are_read() -> None:
    sent = [
        Attachment("a.csv", "", b"a\n1\n"),
        Attachment("a.pdf", "", samples.pdf("Hello")),
        Attachment("a.png", "", samples.png(1, 1)),
    ]

    read = with_documents(sent, Deadline.within(60))

    assert [each.document is not None for each in read] == [False, True, False]
    assert [each.content for each in read] == [each.content for each in sent]


def test_a_parquet_file_is_described_by_its_footer() -> None:
    facts = document("a.parquet", samples.parquet(1200, ["city", "note"])).facts

    assert facts[0] == "1,200 rows, 2 columns; its values are not shown"
    assert facts[1:] == ("column city: text, may be empty", "column note: text, may be empty")


def test_xml_is_described_by_its_records() -> None:
    feed = b"""<?xml version="1.0"?><feed xmlns="http://x.org/feed">
    <entry n="1"><title>Ada</title><tons>2.5</tons></entry>
    <entry n="2"><title>Eve</title><tons>4</tons></entry></feed>"""

    facts = document("a.xml", feed).facts

    assert facts[:2] == ("well-formed XML, root element feed", "namespace http://x.org/feed")
    assert (
        "feed.entry: column tons: number, total 6.5, "
        "from 2.5 (feed.entry[0]: Ada) to 4 (feed.entry[1]: Eve)"
    ) in facts


def test_xml_that_is_not_well_formed_is_shown_with_the_place_of_its_fault() -> None:
    (shape,) = shapes_of([attached("a.xml", b"<a><b></a>")], 2_000)

    assert any("not well-formed XML: mismatched tag: line 1" in fact for fact in shape.facts)
    assert shape.excerpt == "<a><b></a>"


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [("p.heic", samples.heic(), "64 × 48 pixels"), ("p.tif", samples.tiff(5, 4), "5 × 4 pixels")],
)
def test_a_picture_that_browsers_do_not_show_is_measured_and_seen(
    name: str, content: bytes, size: str
) -> None:
    (shape,) = shapes_of([attached(name, content)], 2_000)

    assert size in shape.facts
    assert any("browsers do not show this format" in fact for fact in shape.facts)
    assert shape.image is not None
    assert shape.image.media_type == "image/jpeg"


def test_a_notebook_is_shown_as_its_cells() -> None:
    content = samples.notebook(
        {"cell_type": "markdown", "source": "# Tides"},
        {"cell_type": "code", "source": "1/0", "outputs": [{"ename": "Oops", "evalue": "zero"}]},
    )

    (shape,) = shapes_of([attached("a.ipynb", content)], 2_000)

    assert "1 markdown cells, 1 code cells" in shape.facts
    assert shape.excerpt == "# Tides\n\n```python\n1/0\n```\n\nOutput:\n\n```\nOops: zero\n```\n"


def test_subtitles_are_counted() -> None:
    content = b"1\n00:00:01,000 --> 00:00:02,500\nhi\n\n2\n00:01:00,000 --> 00:01:04,000\nyou\n"

    (shape,) = shapes_of([attached("a.srt", content)], 2_000)

    assert "2 cues, the first at 00:00:01,000, the last until 00:01:04,000" in shape.facts


def test_a_name_that_was_repaired_is_shown() -> None:
    moved = Attachment("data/a.csv", "", b"a\n1\n", sent_as="data\\a.csv")

    (shape,) = shapes_of([moved], 2_000)

    assert r"it was sent under the name 'data\\a.csv', which had to be repaired" in shape.facts
