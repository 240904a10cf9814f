"""Owns where in a file an alignment of a hunk can begin at all, so that few places are tried.

Blank lines drift, so places are counted in lines with text. If a hunk of such lines may hold so
many faults, then of one more blocks than that at least one is in the file unbroken, and the hunk
begins as far in front of it as the hunk says, give or take the faults.
"""

from agent.drafting.edits.edit import Mark
from agent.drafting.edits.page import Page
from agent.drafting.edits.script import Script


class Seeds:
    """The ranks (counted in lines with text) at which the hunk's first line with text may lie."""

    def __init__(self, script: Script, page: Page) -> None:
        self._page = page
        first = [n for n, old in enumerate(script.olds) if old.mark is Mark.ELIDED and n]
        head = script.olds[: first[0]] if first else script.olds
        self._head = [old.key for old in head if old.key]
        self._faults = script.events_allowed
        removed = [n for n, old in enumerate(o for o in head if o.key) if old.mark is Mark.REMOVED]
        self._removed = min(removed, key=lambda n: len(page.where(self._head[n])), default=None)
        self._ranks = self._found()

    def allows(self, start: int, ahead: int) -> bool:
        """Whether the hunk's line number `ahead` (of those with text) may be at this file line."""
        return self._ranks is None or self._page.rank(start) - ahead in self._ranks

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
        page = self._page
        offset, rarest = min(enumerate(keys), key=lambda item: len(page.where(item[1])))
        found = []
        for place in page.where(rarest):
            rank = page.rank(place) - offset
            lines = page.telling[rank : rank + len(keys)] if rank >= 0 else []
            if [page.keys[line] for line in lines] == keys:
                found.append(rank)
        return found
