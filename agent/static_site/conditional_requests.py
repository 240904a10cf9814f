"""Evaluates the preconditions and the byte range of a GET request for a file with an entity tag.

Source: RFC 9110, 13 "Conditional Requests" and 14 "Range Requests". Files have no date, so only
tags are compared; of several ranges at once the whole file is sent, as 14.2 allows.
Names of headers are in lower case.
"""

import re
from collections.abc import Mapping

_TAG = re.compile(r'(W/)?("[^"]*")')
_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


def failed_precondition(headers: Mapping[str, str], tag: str) -> int | None:
    """The status for a precondition that does not hold: 412, or 304 for an unchanged file."""
    expected = headers.get("if-match")
    if expected is not None and not _is_among(tag, expected, weakly=False):
        return 412
    known = headers.get("if-none-match")
    return 304 if known is not None and _is_among(tag, known, weakly=True) else None


def byte_range(headers: Mapping[str, str], tag: str, size: int) -> range | None:
    """The bytes that are requested; None for all, an empty range for bytes past the end."""
    found = _RANGE.fullmatch(headers.get("range", ""))
    if found is None or headers.get("if-range", tag) != tag:
        return None
    first, last = found.groups()
    if first:
        is_backwards = last and int(last) < int(first)
        return None if is_backwards else range(int(first), min(int(last or size), size - 1) + 1)
    if not last or (int(last) and not size):  # the last bytes of an empty file are all of it
        return None
    return range(max(0, size - int(last)), size)


def _is_among(tag: str, stated: str, weakly: bool) -> bool:
    """Whether a list of tags names this one; only the weak comparison ignores `W/`."""
    if stated.strip() == "*":
        return True
    return any(opaque == tag and (weakly or not weak) for weak, opaque in _TAG.findall(stated))
