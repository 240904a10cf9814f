"""Data URIs in every legal spelling, and what browsers make of the others."""

import base64
import string
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.data_uris import BadDataUri, read_data_uri

CAP = 100_000


@pytest.mark.parametrize(
    ("uri", "media_type", "content"),
    [
        ("data:,", "text/plain;charset=US-ASCII", b""),
        ("data:,A%20brief%20note", "text/plain;charset=US-ASCII", b"A brief note"),
        ("data:text/csv;charset=utf-8;base64,w6k=", "text/csv;charset=utf-8", "é".encode()),
        ("data:text/csv;base64,w6k", "text/csv", "é".encode()),
        ("data:text/csv;BASE64,w6k=", "text/csv", "é".encode()),
        ("data:text/csv; base64,w6k=", "text/csv", "é".encode()),
        ("DATA:text/csv;base64,w6k=", "text/csv", "é".encode()),
        ("data:;base64,w6k%3D", "text/plain;charset=US-ASCII", "é".encode()),
        ("data:text/csv;base64,w6\r\n k=", "text/csv", "é".encode()),
        ("data:text/csv;base64,w6%0D%0Ak=", "text/csv", "é".encode()),
        ("data:text/plain;charset=utf-8,é", "text/plain;charset=utf-8", "é".encode()),
        ("data:;charset=utf-8,x", "text/plain;charset=utf-8", b"x"),
        ("data:application/x;name=a.csv;base64,QQ==", "application/x;name=a.csv", b"A"),
        ("data:text/html,a,b", "text/html", b"a,b"),
        ("data:text/html,100%", "text/html", b"100%"),
        ("data:text/html,%zz%4", "text/html", b"%zz%4"),
        ("data:text/html,a+b?c=d", "text/html", b"a+b?c=d"),
        ("data:text/html,a#b", "text/html", b"a"),
        ("data:text/html,a\nb", "text/html", b"ab"),
        ("data:nonsense,x", "text/plain;charset=US-ASCII", b"x"),
        ("data:base64,QQ==", "text/plain;charset=US-ASCII", b"QQ=="),
        ("data:text/plain;base64;x=y,QQ==", "text/plain;base64;x=y", b"QQ=="),
        ("data:text/plain,\ud800", "text/plain", "\N{REPLACEMENT CHARACTER}".encode()),
    ],
)
def test_a_data_uri_is_read_as_browsers_read_it(uri: str, media_type: str, content: bytes) -> None:
    held = read_data_uri(uri, CAP)

    assert (held.media_type, held.content) == (media_type, content)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("data:text/plain", "no comma"),
        ("data:text/plain#,x", "no comma"),
        ("x", "no comma"),
        ("data:;base64,Q", "one too many or too few"),
        ("data:;base64,QQ=", "holds '='"),
        ("data:;base64,Q=Q=", "holds '='"),
        ("data:;base64,QQ-_", "holds '-'"),
        ("data:;base64,w6é=", "holds"),
    ],
)
def test_what_browsers_refuse_is_refused(uri: str, expected: str) -> None:
    with pytest.raises(BadDataUri, match=expected):
        read_data_uri(uri, CAP)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A data URI in one of its legal spellings, its media type, and what it holds."""
    content = draw(st.binary(max_size=300))
    media_type = draw(st.sampled_from(["text/csv", "image/png", "text/plain;charset=utf-8"]))
    mark = draw(st.sampled_from(["", ";base64", ";BASE64", "; base64", ";  Base64"]))
    body = draw(_base64(content) if mark else _percent_encoded(content))
    scheme = draw(st.sampled_from(["data:", "DATA:", "Data:", " data:"]))
    fragment = draw(st.sampled_from(["", "#", "#fragment,"]))
    return f"{scheme}{media_type}{mark},{body}{fragment}", media_type, content


@st.composite
def _base64(draw: st.DrawFn, content: bytes) -> str:
    text = base64.b64encode(content).decode()
    if draw(st.booleans()):
        text = text.rstrip("=")
    escaped = draw(st.sampled_from(["", "=", "+/=", string.ascii_letters]))
    letters = [f"%{ord(letter):02X}" if letter in escaped else letter for letter in text]
    width = draw(st.integers(1, 80))
    lines = ("".join(letters[start : start + width]) for start in range(0, len(text), width))
    return draw(st.sampled_from(["", "\n", "\r\n", " ", "\t", "%0A", "%20"])).join(lines)


def _percent_encoded(content: bytes) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            "".join(f"%{byte:02x}" for byte in content),
            urllib.parse.quote_from_bytes(content, safe=""),
            urllib.parse.quote_from_bytes(content, safe="!$&'()*+,;=:@/?"),
        ]
    )


@given(spellings())
def test_every_legal_spelling_gives_back_the_same_bytes(spelling: tuple[str, str, bytes]) -> None:
    uri, media_type, content = spelling

    held = read_data_uri(uri, CAP)

    assert (held.media_type, held.content) == (media_type, content)


@given(st.text(alphabet="dat:;,%#base64=/+ \n\x00é0aAF"), st.integers(0, 20))
def test_nonsense_is_read_or_refused_and_never_longer_than_the_cap(text: str, cap: int) -> None:
    try:
        held = read_data_uri(f"data:{text}", cap)
    except BadDataUri:
        return

    assert len(held.content) <= cap


@given(st.binary(max_size=50))
def test_exactly_the_cap_is_read_in_either_spelling(content: bytes) -> None:
    for uri in (
        "data:;base64," + base64.encodebytes(content).decode(),
        "data:," + urllib.parse.quote_from_bytes(content),
    ):
        assert read_data_uri(uri, len(content)).content == content
        if content:
            with pytest.raises(BadDataUri, match="more than"):
                read_data_uri(uri, len(content) - 1)
