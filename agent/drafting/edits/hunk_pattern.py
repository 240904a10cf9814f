"""A hunk as a pattern of old lines, and the places in a file where it can begin.

Blank lines drift, so places are counted in lines with text. A hunk with at most n wrong lines,
divided into n + 1 blocks, has at least one block that is in the file unbroken, and the hunk
begins as far in front of that block as the hunk says, give or take n lines.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from agent.drafting.edits.edit import Hunk, HunkLine, Mark
from agent.drafting.edits.file_lines import FileLines, fold

LONG_RUN: Final = 6
"""So many removed lines in a row are a block, and blank lines inside of it belong to it."""


@dataclass(frozen=True, slots=True)
class OldLine:
    """A line that the hunk says is in the file (or, elided, a stretch of them)."""

    mark: Mark
    text: str
    key: str

    @property
    def is_blank(self) -> bool:
        """Whether the line holds nothing but whitespace."""
        return not self.key


class HunkPattern:
    """Old lines 0 to n-1, and for each of the n+1 boundaries the lines added there."""

    def __init__(self, hunk: Hunk) -> None:
        self.hunk = hunk
        self.olds: list[OldLine] = []
        self.added: list[list[HunkLine]] = [[]]
        for line in hunk.lines:
            if line.mark is Mark.ADDED:
                self.added[-1].append(line)
                continue
            key = "" if line.mark is Mark.ELIDED else fold(line.text)
            self.olds.append(OldLine(line.mark, line.text, key))
            self.added.append([])

    def lost_its_space(self, index: int, line: str) -> bool:
        """Whether a context line is the file's if the space that marks it was left out."""
        old = self.olds[index]
        prefixed = self.hunk.is_prefixed and old.mark is Mark.CONTEXT
        return prefixed and line == " " + old.text

    def mark(self, index: int) -> Mark | None:
        """The mark of an old line, None beyond either end."""
        return self.olds[index].mark if 0 <= index < len(self.olds) else None

    def changes_before(self, index: int) -> bool:
        """Whether a change lies directly in front of this old line."""
        return bool(self.added[index]) or self.mark(index - 1) is Mark.REMOVED

    def changes_after(self, index: int) -> bool:
        """Whether a change lies directly behind this old line."""
        return bool(self.added[index + 1]) or self.mark(index + 1) is Mark.REMOVED

    def may_skip_blank(self, boundary: int) -> tuple[bool, bool]:
        """Whether blank lines of the file may lie at a boundary, before and behind what is added.

        Added lines stick to removed ones. Between context lines, added lines that begin with a
        blank line follow the first, and those that end with one precede the second: the other
        way would pile up blank lines. With neither, both are possible, and if blank lines are
        there the place is ambiguous.
        """
        before, after = self.mark(boundary - 1), self.mark(boundary)
        if before is None or after is None:
            return False, False
        added = self.added[boundary]
        if not added:
            both = before is Mark.REMOVED and after is Mark.REMOVED
            return not both, False
        if before is Mark.REMOVED or after is Mark.REMOVED:
            return before is not Mark.REMOVED, after is not Mark.REMOVED
        if not added[0].text.strip():
            return False, True
        return True, bool(added[-1].text.strip())

    def may_remove_blank(self, boundary: int) -> bool:
        """Whether blank lines at a boundary go with the removed lines: inside of a long run."""
        first = last = boundary
        while self.mark(first - 1) is Mark.REMOVED and not self.added[first]:
            first -= 1
        while self.mark(last) is Mark.REMOVED and not self.added[last]:
            last += 1
        return first < boundary < last and last - first >= LONG_RUN

    def is_insertion(self, boundary: int) -> bool:
        """Whether lines are added at a boundary between two context lines."""
        return bool(self.added[boundary]) and (
            self.mark(boundary - 1) is Mark.CONTEXT and self.mark(boundary) is Mark.CONTEXT
        )

    def may_skip_text(self, boundary: int) -> bool:
        """Whether unmentioned lines may lie at a boundary: only between two context lines."""
        around = (self.mark(boundary - 1), self.mark(boundary))
        return not self.added[boundary] and around == (Mark.CONTEXT, Mark.CONTEXT)

    def _beside(self, boundary: int) -> tuple[int, int]:
        """The old lines with text on both sides of a boundary; -1 and n where there is none."""
        first, last = boundary - 1, boundary
        while first >= 0 and self.olds[first].is_blank and self.mark(first) is Mark.CONTEXT:
            first -= 1
        while (
            last < len(self.olds) and self.olds[last].is_blank and self.mark(last) is Mark.CONTEXT
        ):
            last += 1
        return first, last

    def sides(self, boundary: int) -> tuple[Mark | None, Mark | None]:
        """The marks of the old lines with text before and behind a boundary."""
        first, last = self._beside(boundary)
        return self.mark(first), self.mark(last)

    @cached_property
    def faults_allowed(self) -> float:
        """How many lines may be wrong: one in three of those that say something, at most 3."""
        return min(3, sum(1 for old in self.olds if old.key) / 3)

    @cached_property
    def events_allowed(self) -> int:
        """How many lines may be wrong if slips count fully; one may be, in two or more."""
        filled = sum(1 for old in self.olds if old.key)
        return max(int(self.faults_allowed), 1 if filled > 1 else 0)


class CandidatePositions:
    """The ranks (counted in lines with text) at which the hunk's first line with text may lie."""

    def __init__(self, pattern: HunkPattern, file: FileLines) -> None:
        self._file = file
        first = [n for n, old in enumerate(pattern.olds) if old.mark is Mark.ELIDED and n]
        head = pattern.olds[: first[0]] if first else pattern.olds
        self._head = [old.key for old in head if old.key]
        self._faults = pattern.events_allowed
        removed = [n for n, old in enumerate(o for o in head if o.key) if old.mark is Mark.REMOVED]
        self._removed = min(removed, key=lambda n: len(file.where(self._head[n])), default=None)
        self._ranks = self._found()

    def allows(self, start: int, ahead: int) -> bool:
        """Whether the hunk's line number `ahead` (of those with text) may be at this file line."""
        return self._ranks is None or self._file.rank(start) - ahead in self._ranks

    def _found(self) -> set[int] | None:
        """The possible ranks; None if nothing can be excluded."""
        blocks = self._blocks()
        if blocks is None:
            return None
        ranks: set[int] = set()
        for offset, keys in blocks:
            for rank in self._occurrences(keys):
                ranks.update(range(rank - offset - self._faults, rank - offset + self._faults + 1))
        return ranks

    def _blocks(self) -> list[tuple[int, list[str]]] | None:
        """Parts of the hunk of which at least one is in the file: (offset, keys)."""
        if self._removed is not None and self._faults == 0 and not self._head:
            return None
        count = self._faults + 1
        size = len(self._head) // count
        if size == 0:
            if self._removed is None:
                return None
            return [(self._removed, [self._head[self._removed]])]
        return [(n * size, self._head[n * size : (n + 1) * size]) for n in range(count)]

    def _occurrences(self, keys: list[str]) -> list[int]:
        """The ranks at which these keys follow one another."""
        file = self._file
        offset, rarest = min(enumerate(keys), key=lambda item: len(file.where(item[1])))
        found = []
        for place in file.where(rarest):
            rank = file.rank(place) - offset
            lines = file.filled[rank : rank + len(keys)] if rank >= 0 else []
            if [file.keys[line] for line in lines] == keys:
                found.append(rank)
        return found
