"""Owns a file's lines as something to search: by exact text and by folded text."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from agent.drafting.edits.fold import fold
from agent.drafting.edits.text import Text


class Page:
    """One file's lines with their folded keys, and where each key occurs."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.text = Text.of(content)
        self.lines: Sequence[str] = self.text.lines

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
    def telling(self) -> list[int]:
        """The indices of the lines that are not blank, rising."""
        return [index for index, key in enumerate(self.keys) if key]

    def rank(self, index: int) -> int:
        """How many lines that are not blank lie in front of a line."""
        return bisect_left(self.telling, index)
