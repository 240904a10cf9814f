"""Owns how added lines take on the file's indentation where the model's differs from it."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from agent.drafting.edits.fold import indent_of

Pair = tuple[str, str]


class Indenter:
    """What the matched lines of a hunk tell about indentation: (the model's, the file's) pairs."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._pairs = [pair for pair in pairs if any(pair)]
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for theirs, ours in pairs:
            seen[theirs][ours] += 1
        self._known = {theirs: ours.most_common(1)[0][0] for theirs, ours in seen.items()}

    @property
    def agrees(self) -> bool:
        """Whether most indented lines have the file's indentation already."""
        same = sum(theirs == ours for theirs, ours in self._pairs)
        return 2 * same >= len(self._pairs)

    def apply(self, line: str) -> str:
        """The line, indented as the file would have it."""
        theirs = indent_of(line)
        if self.agrees or not line or (theirs == line and theirs not in self._known):
            return line
        return self._ours(theirs) + line[len(theirs) :]

    def _ours(self, theirs: str) -> str:
        if theirs in self._known:
            return self._known[theirs]
        differing = [pair for pair in self._pairs if pair[0] != pair[1]]
        converted = _converted(theirs, differing)
        if converted is not None:
            return converted
        return _shifted(theirs, differing)


def _converted(theirs: str, pairs: Sequence[Pair]) -> str | None:
    """Tabs for spaces or spaces for tabs, by the width that the pairs agree on; else None."""
    to_tabs = {
        len(a) // len(b)
        for a, b in pairs
        if a and b and not a.strip(" ") and not b.strip("\t") and len(a) % len(b) == 0
    }
    if len(to_tabs) == 1 and not theirs.strip(" "):
        width = to_tabs.pop()
        return "\t" * (len(theirs) // width) + " " * (len(theirs) % width)
    to_spaces = {
        len(b) // len(a)
        for a, b in pairs
        if a and b and not a.strip("\t") and not b.strip(" ") and len(b) % len(a) == 0
    }
    if len(to_spaces) == 1:
        return theirs.replace("\t", " " * to_spaces.pop())
    return None


def _shifted(theirs: str, pairs: Sequence[Pair]) -> str:
    """The indentation moved as far as most of the pairs are."""
    moves: Counter[tuple[str, str]] = Counter()
    for a, b in pairs:
        if b.endswith(a):
            moves["add", b[: len(b) - len(a)]] += 1
        elif a.endswith(b):
            moves["cut", a[: len(a) - len(b)]] += 1
    if not moves:
        return theirs
    (kind, step), _ = moves.most_common(1)[0]
    if kind == "add":
        return step + theirs
    return theirs[len(step) :] if theirs.startswith(step) else theirs
