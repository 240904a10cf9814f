"""Owns where a fenced block of an answer ends, also when it holds fences itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.drafting.edits.whole import is_document, is_finished

_FENCE: Final = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)$")
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


def fence_at(line: str) -> Fence | None:
    """The fence that a line is, or None."""
    if "```" not in line and "~~~" not in line:
        return None
    found = _FENCE.match(line)
    return Fence(found["indent"], found["ticks"], found["info"].strip()) if found else None


def dedented(lines: Sequence[str], fence: Fence) -> list[str]:
    """The lines of a block without the indentation of its fence."""
    width = len(fence.indent)
    if not width:
        return list(lines)
    return [line[width:] if not line[:width].strip() else line.lstrip() for line in lines]


def end_of_diff(lines: Sequence[str], start: int, fence: Fence) -> int | None:
    """The line that closes a fenced diff whose first line is `start`; None if nothing does.

    A context line of the diff may itself be a fence, with its space or without: a closing line
    has the opening line's indentation, and is not followed by more of the diff.
    """
    for index in range(start, len(lines)):
        found = fence_at(lines[index])
        if not found or not fence.is_closed_by(found) or found.indent != fence.indent:
            continue
        if not _diff_goes_on(lines, index + 1, fence):
            return index
    return None


def _diff_goes_on(lines: Sequence[str], start: int, fence: Fence) -> bool:
    """Whether nothing but lines of a diff follow up to another line that can close it."""
    marked = False
    for line in lines[start:]:
        found = fence_at(line)
        if found and found.indent == fence.indent:
            return marked and fence.is_closed_by(found)
        if not _DIFF_LINE.match(line[len(fence.indent) :]):
            return False
        marked = marked or bool(line.strip())
    return False


def end_of_file(lines: Sequence[str], start: int, fence: Fence) -> int | None:
    """The line that closes a fenced whole file whose first line is `start`; None if nothing does.

    An HTML document goes on to its </html>; elsewhere inner fences come in pairs.
    """
    closings = _closings(lines, start, fence)
    if not closings:
        return None
    head = "\n".join(lines[start : start + 20])
    if is_document(head):
        for index in range(start, len(lines)):
            if is_finished(lines[index]):
                return next((closing for closing in closings if closing > index), None)
        return closings[0]
    return _paired_end(lines, start, fence)


def has_bare_fence_next(lines: Sequence[str], start: int) -> bool:
    """Whether the next fence from `start` on has no info string: inner code, or another block?"""
    for line in lines[start:]:
        found = fence_at(line)
        if found:
            return not found.info
    return False


def _closings(lines: Sequence[str], start: int, fence: Fence) -> list[int]:
    return [
        index
        for index in range(start, len(lines))
        if (found := fence_at(lines[index])) and fence.is_closed_by(found)
    ]


def _paired_end(lines: Sequence[str], start: int, fence: Fence) -> int | None:
    inner: list[Fence] = []
    for index in range(start, len(lines)):
        found = fence_at(lines[index])
        if not found or not fence.contends_with(found):
            continue
        if found.info:
            inner.append(found)
        elif inner and inner[-1].is_closed_by(found):
            inner.pop()
        elif not inner and fence.is_closed_by(found):
            return index
    return None
