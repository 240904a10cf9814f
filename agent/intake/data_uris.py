"""What a `data:` URI holds, read as browsers read it (RFC 2397 and the WHATWG Fetch standard).

Browsers drop tabs, line breaks and the fragment, take base64 with or without padding, spaces or
percent-encoding, and give what states no usable media type the type `text/plain`.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

_UNSTATED: Final = "text/plain;charset=US-ASCII"
_CONTROLS_AND_SPACE: Final = "".join(map(chr, range(0x21)))
_BASE64_MARK: Final = re.compile(r"; *base64$", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[!#$%&'*+.^_`|~\w-]+/[!#$%&'*+.^_`|~\w-]+\s*(;[ -~]*)?", re.ASCII)
_LONGEST_MEDIA_TYPE: Final = 200
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WHITESPACE: Final = b"\t\n\f\r "
_PIECE: Final = 64 * 1024
# The longest spelling of a byte: base64 with each of its letters percent-encoded.
_LONGEST_SPELLING: Final = 4


class BadDataUri(ValueError):
    """The text is no data URI that a browser would read, or it holds too much."""


@dataclass(frozen=True, slots=True)
class DataUri:
    """What was stated and what was held; `media_type` keeps its parameters."""

    media_type: str
    content: bytes = field(repr=False)


def read_data_uri(uri: str, cap_bytes: int) -> DataUri:
    """Raises BadDataUri. Nothing longer than a few times `cap_bytes` is ever decoded."""
    if len(uri) > _LONGEST_SPELLING * cap_bytes + _PIECE:
        raise _too_long(cap_bytes)
    head, body = _split(uri)
    marked = _BASE64_MARK.search(head)
    if _least_size(body, is_base64=bool(marked)) > cap_bytes:
        raise _too_long(cap_bytes)
    content = _percent_decoded(body)
    if marked:
        head = head[: marked.start()]
        content = _base64_decoded(content, cap_bytes)
    if len(content) > cap_bytes:
        raise _too_long(cap_bytes)
    return DataUri(_media_type(head), content)


def data_uri(media_type: str, content: bytes) -> str:
    """The content as a URI, in base64 (RFC 2397)."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _split(uri: str) -> tuple[str, str]:
    """What stands before and after the first comma, with what browsers drop left out."""
    text = uri.strip(_CONTROLS_AND_SPACE)
    for dropped in "\t\n\r":
        text = text.replace(dropped, "")
    scheme, _, rest = text.partition("#")[0].partition(":")
    head, comma, body = rest.partition(",")
    if scheme.lower() != "data" or not comma:
        raise BadDataUri("expected data:[<media type>][;base64],<data>, and there is no comma")
    return head.strip(" \f"), body


def _least_size(body: str, is_base64: bool) -> int:
    """Bytes that the body cannot be shorter than, counted without decoding anything."""
    escapes = body.count("%")
    if is_base64:  # each escape may be a line break, which counts for nothing
        return max(0, (len(body) - 3 * escapes - body.count(" ") - 2) * 3 // 4)
    return len(body) - 2 * escapes


def _percent_decoded(body: str) -> bytes:
    # A lone surrogate becomes U+FFFD, as in any URL.
    text = body.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if b"%" not in text:
        return text
    return b"".join(map(unquote_to_bytes, _pieces(text)))


def _pieces(text: bytes) -> Iterator[bytes]:
    """The text in parts that cut no escape in two; at once it would take 100 times its size."""
    begin = 0
    while begin < len(text):
        end = begin + _PIECE
        last = text.rfind(b"%", end - 2, end)
        end = last if last > begin else end
        yield text[begin:end]
        begin = end


def _base64_decoded(text: bytes, cap_bytes: int) -> bytes:
    """The WHATWG's forgiving decode: whitespace and missing padding are all right."""
    plain = text.translate(None, _WHITESPACE)
    if len(plain) % 4 == 0:
        plain = plain[:-2] + plain[-2:].rstrip(b"=")
    if len(plain) * 3 // 4 > cap_bytes:
        raise _too_long(cap_bytes)
    foreign = plain.translate(None, _ALPHABET)
    if foreign:
        letter = foreign[:1].decode("ascii", "backslashreplace")
        raise BadDataUri(f"expected base64 (A–Z a–z 0–9 + /), and it holds {letter!r}")
    if len(plain) % 4 == 1:
        raise BadDataUri(f"expected base64, and {len(plain):,} letters are one too many or too few")
    return base64.b64decode(plain + b"=" * (-len(plain) % 4))


def _media_type(head: str) -> str:
    stated = f"text/plain{head}" if head.startswith(";") else head
    if len(stated) > _LONGEST_MEDIA_TYPE or not _MEDIA_TYPE.fullmatch(stated):
        return _UNSTATED
    return stated


def _too_long(cap_bytes: int) -> BadDataUri:
    return BadDataUri(f"it holds more than the {cap_bytes:,} bytes allowed")
