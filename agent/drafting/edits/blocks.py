"""Owns reading search/replace blocks: `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from agent.drafting.edits.edit import Create, Edit, Hunk, HunkLine, Mark, Revise
from agent.drafting.edits.paragraph import Known
from agent.drafting.edits.placeholders import is_placeholder

_BEGIN: Final = re.compile(r"^<{5,9} ?(?:SEARCH|ORIGINAL)\b")
_MIDDLE: Final = re.compile(r"^={5,9}\s*$")
_END: Final = re.compile(r"^>{5,9} ?(?:REPLACE|UPDATED)\b")
_SPLITS_TRIED: Final = 4
_LINES_COMPARED: Final = 2000
"""Longer blocks are taken as removed and added as a whole: comparing lines is quadratic."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block's hunk, and its text if it searches for nothing; `end` is the line behind it."""

    hunk: Hunk
    text: str | None
    end: int

    def edit(self, path: str) -> Edit:
        """The block for a file: a search for nothing makes a new one."""
        if self.text is not None:
            return Create(path, self.text)
        return Revise(path, path, (self.hunk,))


def begins_block(line: str) -> bool:
    """Whether a search/replace block begins with this line."""
    return _BEGIN.match(line) is not None


def read_block(lines: Sequence[str], start: int, known: Known) -> Block | None:
    """The block that begins at `start`; None if the lines end, or another begins, inside it."""
    middles: list[int] = []
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if begins_block(line):
            return None
        if _MIDDLE.match(line):
            middles.append(index)
        elif _END.match(line) and middles:
            return _block(lines, start, middles, index, known)
    return None


def _block(
    lines: Sequence[str], start: int, middles: Sequence[int], end: int, known: Known
) -> Block:
    """A line of equal signs may also be text: then the longest search is tried first."""
    hunks = [
        Hunk(
            _compared(lines[start + 1 : middle], lines[middle + 1 : end], known), is_prefixed=False
        )
        for middle in reversed(middles[:_SPLITS_TRIED])
    ]
    searched = lines[start + 1 : middles[0]]
    text = None
    if not any(line.strip() for line in searched):
        text = "".join(f"{line}\n" for line in lines[middles[0] + 1 : end])
    return Block(replace(hunks[0], splits=tuple(hunks[1:])), text, end + 1)


def _compared(old: Sequence[str], new: Sequence[str], known: Known) -> tuple[HunkLine, ...]:
    """The search and replace parts as one hunk: what both have is context."""
    before, after = [line.rstrip() for line in old], [line.rstrip() for line in new]
    if before == after:
        before, after = list(old), list(new)
    head = _shared_ends(before, after)
    tail = _shared_ends(before[head:][::-1], after[head:][::-1])
    stop, new_stop = len(old) - tail, len(new) - tail
    return (
        *(_shared(line, known) for line in old[:head]),
        *_changed(old[head:stop], new[head:new_stop], known),
        *(_shared(line, known) for line in old[stop:]),
    )


def _shared_ends(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    for count, (first, second) in enumerate(zip(one, other, strict=False)):
        if first != second:
            return count
    return min(len(one), len(other))


def _changed(old: Sequence[str], new: Sequence[str], known: Known) -> Iterator[HunkLine]:
    """The differing middle of a block's parts."""
    groups: Sequence[tuple[str, int, int, int, int]] = [("replace", 0, len(old), 0, len(new))]
    if len(old) + len(new) <= _LINES_COMPARED:
        before, after = [line.rstrip() for line in old], [line.rstrip() for line in new]
        groups = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for kind, i, j, m, n in groups:
        if kind == "equal":
            yield from (_shared(line, known) for line in old[i:j])
            continue
        yield from (HunkLine(Mark.REMOVED, line) for line in old[i:j])
        yield from (HunkLine(Mark.ADDED, line) for line in new[m:n])


def _shared(line: str, known: Known) -> HunkLine:
    elided = bool(line.strip()) and is_placeholder(line) and not known(line)
    return HunkLine(Mark.ELIDED if elided else Mark.CONTEXT, line)
