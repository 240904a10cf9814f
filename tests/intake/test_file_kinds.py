"""What a file is: its bytes decide, and claims to the contrary are reported, not trusted."""

import gzip

import pytest

from agent.intake.file_kinds import Kind, recognise
from agent.intake.text_encoding import read_text
from agent.values import Attachment
from tests.intake import samples

PNG = samples.png(2, 3)
XLSX = samples.workbook({"Sheet1": [["a"], [1]]})
UNSTATED = "text/plain;charset=US-ASCII"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"a,b\n", Kind.CSV),
        ("a.CSV", b"a,b\n", Kind.CSV),
        ("a.tsv", b"a\tb\n", Kind.TSV),
        ("a.json", b"{}", Kind.JSON),
        ("a.geojson", b"{}", Kind.JSON),
        ("a.jsonl", b"{}\n{}\n", Kind.JSON_LINES),
        ("a.svg", b"<svg/>", Kind.SVG),
        ("a", b"<svg xmlns='x'/>", Kind.SVG),
        ("a", b' {"a": 1}', Kind.JSON),
        ("a", b"{no json", Kind.TEXT),
        ("a.md", b"# A", Kind.TEXT),
        ("a.ts", b"let a: number", Kind.TEXT),
        ("a.html", b"<p>", Kind.TEXT),
        ("BMI.txt", b"BMI is a figure", Kind.TEXT),
        ("a.txt", "größe".encode("latin-1"), Kind.TEXT),
        ("a.txt", "größe".encode("utf-16"), Kind.TEXT),
        ("a.png", PNG, Kind.IMAGE),
        ("a.xlsx", XLSX, Kind.XLSX),
        ("a.docx", samples.word(), Kind.DOCX),
        ("a.pptx", samples.presentation(), Kind.PPTX),
        ("a.pdf", samples.pdf("x"), Kind.PDF),
        ("a.ipynb", samples.notebook(), Kind.NOTEBOOK),
        ("a.xml", b"<?xml version='1.0'?><a/>", Kind.XML),
        ("a", b"<?xml version='1.0'?><a/>", Kind.XML),
        ("a.rss", b"<rss/>", Kind.XML),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nhi\n", Kind.SUBTITLES),
        ("a.parquet", samples.parquet(1, ["a"]), Kind.PARQUET),
        ("a.heic", samples.heic(), Kind.UNSHOWN_PICTURE),
        ("a.tif", samples.tiff(2, 2), Kind.UNSHOWN_PICTURE),
        ("a.mp3", samples.mp3(1), Kind.AUDIO),
        ("a.wav", samples.wav(1), Kind.AUDIO),
        ("a.gz", gzip.compress(b"x", mtime=0), Kind.ARCHIVE),
        ("a.bin", bytes(range(256)), Kind.BINARY),
        ("a.txt", b"", Kind.TEXT),
    ],
)
def test_a_file_is_recognised_and_its_own_name_is_no_disagreement(
    name: str, content: bytes, kind: Kind
) -> None:
    recognised = recognise(Attachment(name, UNSTATED, content))

    assert recognised.kind is kind
    assert recognised.note is None


@pytest.mark.parametrize(
    ("name", "stated", "content", "note"),
    [
        ("a.csv", "", PNG, "its name says text/csv; its bytes are image/png"),
        ("a.png", "image/jpeg", PNG, "its sender stated image/jpeg; its bytes are image/png"),
        ("a.jpg", "image/png", PNG, "its name says image/jpeg; its bytes are image/png"),
        (
            "a.png",
            "image/png",
            b"hello",
            "its name says image/png and its sender stated image/png;",
        ),
        ("a.xlsx", "", b"a,b\n1,2\n", "spreadsheetml.sheet; its bytes are text/plain"),
        ("a.pdf", "", XLSX, "its name says application/pdf; its bytes are application/vnd"),
    ],
)
def test_a_claim_that_the_bytes_deny_is_reported(
    name: str, stated: str, content: bytes, note: str
) -> None:
    recognised = recognise(Attachment(name, stated, content))

    assert note in (recognised.note or "")


@pytest.mark.parametrize(
    ("name", "stated", "content"),
    [
        ("a.csv", "application/vnd.ms-excel", b"a,b\n"),
        ("a.csv", "text/plain", b"a,b\n"),
        ("a.md", "application/octet-stream", b"# A"),
        ("a.jpg", "image/jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        ("a.ogg", "video/ogg", b"OggS" + bytes(40)),
    ],
)
def test_usual_looseness_is_not_reported(name: str, stated: str, content: bytes) -> None:
    assert recognise(Attachment(name, stated, content)).note is None


def test_the_stated_type_decides_where_the_name_says_nothing() -> None:
    recognised = recognise(Attachment("rates", "text/csv; charset=utf-8", b"a,b\n"))

    assert recognised.kind is Kind.CSV


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        ("é".encode(), "", "é"),
        (b"\xef\xbb\xbfa", "", "a"),
        ("é".encode("utf-16"), "", "é"),
        (b"\xe9", "", "é"),
        (b"\xbf", "text/plain; charset=iso-8859-7", "Ώ"),
        (b"\xe9", "text/plain; charset=hex", "é"),
        (b"\xe9", "text/plain; charset=nonsense", "é"),
        (b"a\0b", "", None),
        (b"\x81", "", None),
    ],
)
def test_text_is_read_in_the_encoding_it_is_in(
    content: bytes, media_type: str, text: str | None
) -> None:
    assert read_text(content, media_type) == text
