"""Counts what a JSON text would become as objects, before anything is made of it.

A list takes two bytes to write and 56 bytes of memory, so 40 MB of JSON can take a gigabyte.
"""

import re
from itertools import islice
from typing import Final

_MOST_VALUES: Final = 100_000
_MOST_ESCAPES: Final = 2_000_000
"""PHP writes each slash of a base64 text with one; they are what makes a long text slow to scan."""

# Possessive, so that a text of escapes takes no memory; a string counts as one value.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{,]', re.DOTALL)
_MARKS: Final = (b'"', b"[", b"{", b",")


def check_size(text: bytes | bytearray) -> None:
    """Raises ValueError where the text has more values than any request needs."""
    if text.count(b"\\") > _MOST_ESCAPES:
        raise ValueError(f"it has more than {_MOST_ESCAPES:,} escapes")
    if sum(map(text.count, _MARKS)) <= _MOST_VALUES:
        return
    if next(islice(_TOKEN.finditer(text), _MOST_VALUES, None), None):
        raise ValueError(f"it has more than {_MOST_VALUES:,} values")
