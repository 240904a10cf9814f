"""What a file is: its bytes decide, and claims to the contrary are reported, not trusted."""

import gzip

import pytest

from agent.intake.file_kinds import FileKind, recognise
from agent.intake.text_encoding import read_text
from agent.values import Attachment
from tests.intake import samples

PNG = samples.png(2, 3)
XLSX = samples.workbook({"Sheet1": [["a"], [1]]})
UNSTATED = "text/plain;charset=US-ASCII"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"a,b\n", FileKind.CSV),
        ("a.CSV", b"a,b\n", FileKind.CSV),
        ("a.tsv", b"a\tb\n", FileKind.TSV),
        ("a.json", b"{}", FileKind.JSON),
        ("a.geojson", b"{}", FileKind.JSON),
        ("a.jsonl", b"{}\n{}\n", FileKind.JSON_LINES),
        ("a.svg", b"<svg/>", FileKind.SVG),
        ("a", b"<svg xmlns='x'/>", FileKind.SVG),
        ("a", b' {"a": 1}', FileKind.JSON),
        ("a", b"{no json", FileKind.TEXT),
        ("a.md", b"# A", FileKind.TEXT),
        ("a.ts", b"let a: number", FileKind.TEXT),
        ("a.html", b"<p>", FileKind.TEXT),
        ("BMI.txt", b"BMI is a figure", FileKind.TEXT),
        ("a.txt", "größe".encode("latin-1"), FileKind.TEXT),
        ("a.txt", "größe".encode("utf-16"), FileKind.TEXT),
        ("a.png", PNG, FileKind.IMAGE),
        ("a.xlsx", XLSX, FileKind.XLSX),
        ("a.docx", samples.word(), FileKind.DOCX),
        ("a.pptx", samples.presentation(), FileKind.PPTX),
        ("a.pdf", samples.pdf("x"), FileKind.PDF),
        ("a.ipynb", samples.notebook(), FileKind.NOTEBOOK),
        ("a.xml", b"<?xml version='1.0'?><a/>", FileKind.XML),
        ("a", b"<?xml version='1.0'?><a/>", FileKind.XML),
        ("a.rss", b"<rss/>", FileKind.XML),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nhi\n", FileKind.SUBTITLES),
        ("a.parquet", samples.parquet(1, ["a"]), FileKind.PARQUET),
        ("a.heic", samples.heic(), FileKind.UNSHOWN_PICTURE),
        ("a.tif", samples.tiff(2, 2), FileKind.UNSHOWN_PICTURE),
        ("a.mp3", samples.mp3(1), FileKind.AUDIO),
        ("a.wav", samples.wav(1), FileKind.AUDIO),
        ("a.gz", gzip.compress(b"x", mtime=0), FileKind.ARCHIVE),
        ("a.bin", bytes(range(256)), FileKind.BINARY),
        ("a.txt", b"", FileKind.TEXT),
    ],
)
def test_a_file_is_recognised_and_its_own_name_is_no_disagreement(
    name: str, content: bytes, kind: FileKind
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

    assert recognised.kind is FileKind.CSV


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
