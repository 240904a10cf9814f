"""How a file that is not what its kind promises is told."""

import struct
import zipfile
import zlib
from typing import Final
from xml.etree.ElementTree import ParseError

BROKEN: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the readers of office files and PDFs raise for damaged ones: they stumble, unprepared.

Only for the lines in which such a library reads, some of them piece by piece.
"""


class Unreadable(ValueError):
    """A file cannot be read as what it seems to be; the message says why, in words for a model."""
