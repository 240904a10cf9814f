"""What a GET says beside its URL: preconditions and a byte range, for files with an entity tag.

Source: RFC 9110, 13 "Conditional Requests" and 14 "Range Requests". Files have no date, so only
tags are compared; of several ranges at once the whole file is sent, as 14.2 allows.
"""

import re

from starlette.datastructures import Headers

_TAG = re.compile(r'(W/)?("[^"]*")')
_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


def unmet(headers: Headers, tag: str) -> int | None:
    """The status for a precondition that does not hold: 412, or 304 for what is known already."""
    expected = headers.getlist("If-Match")
    if expected and not _is_among(tag, expected, weakly=False):
        return 412
    return 304 if _is_among(tag, headers.getlist("If-None-Match"), weakly=True) else None


def wanted(headers: Headers, tag: str, size: int) -> range | None:
    """The bytes of a file that are asked for; None for all, an empty range for none it has."""
    found = _RANGE.fullmatch(headers.get("Range", ""))
    if found is None or headers.get("If-Range", tag) != tag:
        return None
    first, last = found.groups()
    if first:
        is_backwards = last and int(last) < int(first)
        return None if is_backwards else range(int(first), min(int(last or size), size - 1) + 1)
    if not last or (int(last) and not size):  # the end of nothing is all of it
        return None
    return range(max(0, size - int(last)), size)


def _is_among(tag: str, stated: list[str], weakly: bool) -> bool:
    """Whether lists of tags name this one; only a weak comparison takes `W/` for nothing."""
    if any(value.strip() == "*" for value in stated):
        return True
    tags = [found for value in stated for found in _TAG.findall(value)]
    return any(opaque == tag and (weakly or not weak) for weak, opaque in tags)
