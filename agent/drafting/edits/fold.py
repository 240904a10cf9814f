"""Owns when two lines are the same text to a reader: whitespace and typography folded away."""

import re
from typing import Final

_TYPOGRAPHY: Final = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ""),
        "\u2026": "...",
    }
)
_WORD: Final = re.compile(r"\w+")
_ENTITY: Final = re.compile(r"&(?:lt|gt|amp|quot|apos|#x27|#39|#34);")
_CHARACTERS: Final = {
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    "&quot;": '"',
    "&apos;": "'",
    "&#x27;": "'",
    "&#39;": "'",
    "&#34;": '"',
}


def fold(text: str) -> str:
    """The line without indentation, with single spaces and plain quotes and dashes."""
    if not text.isascii():
        text = text.translate(_TYPOGRAPHY)
    return " ".join(text.split())


def indent_of(text: str) -> str:
    """The whitespace that the line begins with."""
    return text[: len(text) - len(text.lstrip(" \t"))]


def unescaped(text: str) -> str:
    """The text with one level of HTML escaping taken off, as `&lt;` for `<`."""
    return _ENTITY.sub(lambda found: _CHARACTERS[found.group()], text)


def likeness(one: str, other: str) -> float:
    """How alike two folded lines are, 0 to 1: by common ends, or by common words."""
    if not one or not other:
        return 0.0
    return max(_common_ends(one, other), _common_words(one, other))


def _common_ends(one: str, other: str) -> float:
    short = min(len(one), len(other))
    head = 0
    while head < short and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < short - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return 2 * (head + tail) / (len(one) + len(other))


def _common_words(one: str, other: str) -> float:
    first, second = _WORD.findall(one), _WORD.findall(other)
    if not first or not second:
        return 0.0
    rest = list(second)
    shared = 0
    for word in first:
        if word in rest:
            rest.remove(word)
            shared += 1
    return 2 * shared / (len(first) + len(second))
