"""Measures pictures in pixels and sound and film in seconds, and picks what a model can see."""

import io
import struct
from datetime import timedelta
from typing import Final

from tinytag import TinyTag, TinyTagException

from agent.ports import Image

_SEEN: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_MOST_SEEN_BYTES: Final = 5 * 1024 * 1024
_STUMBLES: Final = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    RecursionError, TypeError, ValueError, struct.error,
)  # fmt: skip
"""What the reader of sound raises for damaged files."""
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture(media_type: str, content: bytes) -> Image | None:
    """The image for models that see; None where the format or the size is not widely taken."""
    if media_type not in _SEEN or not 0 < len(content) <= _MOST_SEEN_BYTES:
        return None
    return Image(media_type, content)


def pixels(content: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG, GIF, JPEG, WebP or BMP."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _pair(struct.unpack_from(">II", content, 16))
        if content.startswith((b"GIF87a", b"GIF89a")):
            return _pair(struct.unpack_from("<HH", content, 6))
        if content.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", content, 18)
            return width, abs(height)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp(content)
        if content.startswith(b"\xff\xd8"):
            return _jpeg(content)
    except (struct.error, IndexError):  # the header is cut short
        return None
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width = int.from_bytes(content[24:27], "little") + 1
            return width, int.from_bytes(content[27:30], "little") + 1
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """From the first frame header, which stands after any number of other segments."""
    place = 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        place += 2 + int(struct.unpack_from(">H", content, place + 2)[0])
    return None


def _pair(numbers: tuple[int, ...]) -> tuple[int, int]:
    return numbers[0], numbers[1]


def duration(content: bytes) -> str | None:
    """As hours:minutes:seconds; None where the format is not known or the file is damaged."""
    try:
        seconds = TinyTag.get(file_obj=io.BytesIO(content), tags=False).duration
    except (TinyTagException, *_STUMBLES):
        return None
    return str(timedelta(seconds=round(seconds))) if seconds else None
