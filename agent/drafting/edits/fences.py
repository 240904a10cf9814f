"""Where a fenced block of an answer ends, also when it holds fences itself."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent.drafting.edits.html_document import document_end, is_document

_FENCE: Final = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)$")
_ILLUSTRATIVE: Final = re.compile(
    r"bash|sh|shell|zsh|console|terminal|cmd|powershell|bat|text|txt|plaintext|output|log"
)
_DIFF_LINE: Final = re.compile(r"^(?:[-+ @\\]|$|diff --git )")


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that opens or closes a block: its indentation, ticks, and info string."""

    indent: str
    ticks: str
    info: str

    def is_closed_by(self, other: "Fence") -> bool:
        """Whether another fence line can end the block that this one opens."""
        return self.contends_with(other) and not other.info

    def contends_with(self, other: "Fence") -> bool:
        """Whether another fence line counts inside this block: as long, and not set deeper."""
        same = other.ticks[0] == self.ticks[0] and len(other.ticks) >= len(self.ticks)
        return same and len(other.indent) <= len(self.indent) + 3

    @property
    def is_illustrative(self) -> bool:
        """Whether the block shows commands or their output, by its info string."""
        return bool(_ILLUSTRATIVE.fullmatch(self.info.split(" ")[0].lower()))


@lru_cache(maxsize=1024)
def fence_at(line: str) -> Fence | None:
    """The fence that a line is, or None."""
    if "```" not in line and "~~~" not in line:
        return None
    found = _FENCE.match(line)
    return Fence(found["indent"], found["ticks"], found["info"].strip()) if found else None


def dedented(lines: Sequence[str], fence: Fence) -> Sequence[str]:
    """The lines of a block without the indentation of its fence."""
    width = len(fence.indent)
    if not width:
        return lines
    return [line[width:] if not line[:width].strip() else line.lstrip() for line in lines]


def without_fence(lines: Sequence[str]) -> Sequence[str]:
    """The lines without a fence around them all, if there is one."""
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    opening = fence_at(kept[0]) if kept else None
    closing = fence_at(kept[-1]) if len(kept) > 1 else None
    if opening and closing and opening.is_closed_by(closing):
        return kept[1:-1]
    return lines


class FencedLines:
    """The lines of an answer with its fences found once, however often their ends are asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._fences = {n: fence for n, line in enumerate(lines) if (fence := fence_at(line))}
        self._at = list(self._fences)

    def at(self, index: int) -> Fence | None:
        """The fence that a line is, or None."""
        return self._fences.get(index)

    def end_of_diff(self, start: int, fence: Fence) -> int | None:
        """The line that closes a fenced diff with first line `start`; None if nothing does.

        A context line of the diff may itself be a fence, with its space or without: a closing
        line has the opening line's indentation, and is not followed by more of the diff.
        """
        for index in self._closings(start, fence):
            at_depth = self._fences[index].indent == fence.indent
            if at_depth and not self._diff_goes_on(index + 1, fence):
                return index
        return None

    def _diff_goes_on(self, start: int, fence: Fence) -> bool:
        """Whether nothing but lines of a diff follow up to another line that can close it."""
        marked = False
        for index in range(start, len(self._lines)):
            found = self._fences.get(index)
            if found and found.indent == fence.indent:
                return marked and fence.is_closed_by(found)
            line = self._lines[index]
            if not _DIFF_LINE.match(line[len(fence.indent) :]):
                return False
            marked = marked or bool(line.strip())
        return False

    def end_of_file(self, start: int, fence: Fence) -> int | None:
        """The line that closes a fenced whole file with first line `start`; None if nothing does.

        An HTML document goes on to its </html>; elsewhere inner fences come in pairs. A document
        that seems to end, but inside of an element that is never closed, is not read further.
        """
        if not is_document("\n".join(self._lines[start : start + 20])):
            return self._paired_end(start, fence)
        for index in self._closings(start, fence):
            text = "\n".join(self._lines[start:index])
            if document_end(text) is not None or text.rstrip().lower().endswith("</html>"):
                return index
        return next(self._closings(start, fence), None)

    def next_opening(self, start: int) -> int | None:
        """The next line from `start` on that is a fence."""
        position = bisect_left(self._at, start)
        return self._at[position] if position < len(self._at) else None

    def has_bare_fence_next(self, start: int) -> bool:
        """Whether the next fence from `start` on has no info string, so that it may be inside."""
        position = bisect_left(self._at, start)
        return position < len(self._at) and not self._fences[self._at[position]].info

    def _closings(self, start: int, fence: Fence) -> Iterator[int]:
        for position in range(bisect_left(self._at, start), len(self._at)):
            if fence.is_closed_by(self._fences[self._at[position]]):
                yield self._at[position]

    def _paired_end(self, start: int, fence: Fence) -> int | None:
        inner: list[Fence] = []
        for position in range(bisect_left(self._at, start), len(self._at)):
            index = self._at[position]
            found = self._fences[index]
            if not fence.contends_with(found):
                continue
            if found.info:
                inner.append(found)
            elif inner and inner[-1].is_closed_by(found):
                inner.pop()
            elif not inner and fence.is_closed_by(found):
                return index
        return None
