"""Decides whether bytes are text and decodes them: UTF-8, the stated charset, or windows-1252."""

import codecs
import re
from dataclasses import dataclass, field
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)
_NOT_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# What Western spreadsheets and editors still write; browsers read "latin-1" as this, too.
_LEGACY: Final = "cp1252"


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text without its byte order mark, line ends as they are, and how its bytes spell it."""

    text: str = field(repr=False)
    encoding: str

    @property
    def is_utf8(self) -> bool:
        return self.encoding in ("utf-8", "utf-8-sig")


def decode_text(content: bytes, media_type: str = "") -> DecodedText | None:
    """None: the bytes are not text."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    for encoding in ("utf-8", *_stated(media_type), _LEGACY):
        if decoded := _decoded(content, encoding):
            return decoded
    return None


def read_text(content: bytes, media_type: str = "") -> str | None:
    """The text alone; None: the bytes are not text."""
    decoded = decode_text(content, media_type)
    return decoded.text if decoded else None


def is_unicode(content: bytes) -> bool:
    """Whether the bytes are text beyond doubt: anything at all can be read as a legacy encoding."""
    marked = any(content.startswith(mark) for mark, _ in _BOMS)
    return _decoded(content, "utf-8") is not None or (marked and read_text(content) is not None)


def _stated(media_type: str) -> tuple[str, ...]:
    match = _CHARSET.search(media_type)
    if not match:
        return ()
    try:
        codec = codecs.lookup(match[1])
    except LookupError:
        return ()
    # Python also lists "hex", "zip" and other encodings that are not of text.
    return (codec.name,) if getattr(codec, "_is_text_encoding", True) else ()


def _decoded(content: bytes, encoding: str) -> DecodedText | None:
    try:
        text = content.decode(encoding)
    except UnicodeError:
        return None
    return None if _NOT_TEXT.search(text) else DecodedText(text, encoding)
