"""The lines of a file, compared without regard to whitespace and typography."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from agent.drafting.edits.edit_refusal import NumberedLine

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


def with_end(content: str, end: str) -> str:
    """The content with every line ended by `end`."""
    plain = content.replace("\r\n", "\n")
    return plain if end == "\n" else plain.replace("\n", end)


class FileLines:
    """A file's lines with their folded keys, and where each key occurs.

    `lines` are without their ends; `ends` are "\\n", "\\r\\n", or "" for an unended last line, so
    that a change leaves the line ends of all other lines as they are.
    """

    def __init__(self, content: str) -> None:
        """Split at line feeds only: form feeds and their like are part of a line."""
        *parts, last = content.split("\n")
        lines = [part.removesuffix("\r") for part in parts]
        ends = ["\r\n" if part.endswith("\r") else "\n" for part in parts]
        if last:
            lines.append(last)
            ends.append("")
        self.lines: Sequence[str] = tuple(lines)
        self.ends: Sequence[str] = tuple(ends)

    @property
    def usual_end(self) -> str:
        """The line end that most lines have; a line feed for a text without any."""
        counts = Counter(end for end in self.ends if end)
        return counts.most_common(1)[0][0] if counts else "\n"

    @cached_property
    def keys(self) -> list[str]:
        """The folded text of every line; empty for a blank line."""
        return [fold(line) for line in self.lines]

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """The indices of the lines with a key, rising."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, key in enumerate(self.keys):
            found[key].append(index)
        return found

    def where(self, key: str) -> list[int]:
        """The indices of the lines with this key, rising."""
        return self.places.get(key, [])

    @cached_property
    def filled(self) -> list[int]:
        """The indices of the lines that are not blank, rising."""
        return [index for index, key in enumerate(self.keys) if key]

    def rank(self, index: int) -> int:
        """How many lines that are not blank lie in front of a line."""
        return bisect_left(self.filled, index)


SHOWN: Final = 12
LINES_COMPARED: Final = 4000
"""Pairs of lines that are compared by likeness; more would take noticeable time."""


def nearest_lines(file: FileLines, keys: Sequence[str]) -> tuple[NumberedLine, ...]:
    """The stretch of the file that most resembles the folded lines; all of a short file's."""
    if not file.lines:
        return ()
    start = _best_start(file, keys)
    length = min(max(len(keys), 3) + 2, SHOWN)
    first = max(0, min(start - 1, len(file.lines) - length))
    shown = range(first, min(first + length, len(file.lines)))
    return tuple(NumberedLine(index + 1, file.lines[index]) for index in shown)


def _best_start(file: FileLines, keys: Sequence[str]) -> int:
    votes: Counter[int] = Counter()
    for ahead, key in enumerate(keys):
        places = file.where(key) if len(key) > 2 else []
        for place in places[:50]:
            votes[place - ahead] += 1
    if votes:
        most = max(votes.values())
        return max(0, min(start for start, count in votes.items() if count == most))
    return _most_alike(file, keys)


def _most_alike(file: FileLines, keys: Sequence[str]) -> int:
    filled = sorted((key for key in keys if key), key=len, reverse=True)[:1]
    step = max(1, len(file.lines) // LINES_COMPARED)
    best, found = 0.0, 0
    for key in filled:
        for index in range(0, len(file.lines), step):
            alike = likeness(key, file.keys[index])
            if alike > best:
                best, found = alike, max(0, index - keys.index(key))
    return found
