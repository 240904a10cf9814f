"""Edits between marker lines: search/replace blocks and apply_patch envelopes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from agent.drafting.edits.edit import Create, Delete, Edit, Hunk, HunkLine, Mark, Revise, Unusable
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.file_names import header_name
from agent.drafting.edits.known_files import Known
from agent.drafting.edits.placeholders import is_placeholder
from agent.drafting.edits.unified_diff import hunk_lines

_BLOCK_BEGIN: Final = re.compile(r"^(?:<{5,9}|-{5,9}) ?(?:SEARCH|ORIGINAL)\b")
_BLOCK_MIDDLE: Final = re.compile(r"^={5,9}\s*$")
_BLOCK_END: Final = re.compile(r"^(?:>{5,9}|\+{5,9}) ?(?:REPLACE|UPDATED)\b")
_SPLITS_TRIED: Final = 4
_LINES_COMPARED: Final = 2000
"""Longer blocks are taken as removed and added as a whole: comparing lines is quadratic."""


@dataclass(frozen=True, slots=True)
class SearchBlock:
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
    return _BLOCK_BEGIN.match(line) is not None


def read_block(lines: Sequence[str], start: int, known: Known) -> SearchBlock | None:
    """The block that begins at `start`; None if the lines end, or another begins, inside it."""
    middles: list[int] = []
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if begins_block(line):
            return None
        if _BLOCK_MIDDLE.match(line):
            middles.append(index)
        elif _BLOCK_END.match(line) and middles:
            return _block(lines, start, middles, index, known)
    return None


def _block(
    lines: Sequence[str], start: int, middles: Sequence[int], end: int, known: Known
) -> SearchBlock:
    """A line of equal signs may also be text: then the longest search is tried first."""
    hunks = [
        Hunk(compared(lines[start + 1 : middle], lines[middle + 1 : end], known), is_prefixed=False)
        for middle in reversed(middles[:_SPLITS_TRIED])
    ]
    searched = lines[start + 1 : middles[0]]
    text = None
    if not any(line.strip() for line in searched):
        text = "".join(f"{line}\n" for line in lines[middles[0] + 1 : end])
    return SearchBlock(replace(hunks[0], splits=tuple(hunks[1:])), text, end + 1)


def compared(old: Sequence[str], new: Sequence[str], known: Known) -> tuple[HunkLine, ...]:
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


_PATCH_BEGIN: Final = re.compile(r"^\*\*\* Begin Patch\s*$")
_PATCH_END: Final = re.compile(r"^\*\*\* End Patch\s*$")
_PATCH_FILE: Final = re.compile(r"^\*\*\* (?P<verb>Update|Add|Delete) File: (?P<name>.+)$")
_PATCH_MOVE: Final = re.compile(r"^\*\*\* (?:Move to|Rename to): (?P<name>.+)$")
_FILE_END: Final = re.compile(r"^\*\*\* End of File\s*$")


def begins_envelope(line: str) -> bool:
    """Whether an envelope, or a part of one that lacks its first line, begins here."""
    return bool(_PATCH_BEGIN.match(line) or _PATCH_FILE.match(line))


def read_envelope(lines: Sequence[str], start: int, known: Known) -> tuple[list[Edit], int]:
    """The edits of the envelope at `start`, and the line behind it; unended is truncated."""
    edits: list[Edit] = []
    at = start + 1 if _PATCH_BEGIN.match(lines[start]) else start
    while at < len(lines) and not _PATCH_END.match(lines[at]):
        part = _PATCH_FILE.match(lines[at])
        end = at + 1
        while end < len(lines) and not (
            _PATCH_FILE.match(lines[end]) or _PATCH_END.match(lines[end])
        ):
            end += 1
        if part:
            name = header_name(part["name"])
            edits.append(_file_edit(part["verb"], name, lines[at + 1 : end], known))
        at = end
    if at >= len(lines):
        message = "the patch has no *** End Patch; it was cut off"
        path = header_name(part["name"]) if lines[start:] and (part := _last_file(lines)) else ""
        return [Unusable(path, Reason.TRUNCATED, message, "\n".join(lines[start:][-40:]))], at
    return edits, at + 1


def _last_file(lines: Sequence[str]) -> re.Match[str] | None:
    return next((found for line in reversed(lines) if (found := _PATCH_FILE.match(line))), None)


def _file_edit(verb: str, name: str, body: Sequence[str], known: Known) -> Edit:
    if verb == "Delete":
        return Delete(name)
    if verb == "Add":
        lines = list(body)
        while lines and not lines[-1].strip():
            lines.pop()
        return Create(name, "".join(f"{line.removeprefix('+')}\n" for line in lines))
    moved = _PATCH_MOVE.match(body[0]) if body else None
    hunks = _hunks(body[1:] if moved else body, known)
    target = header_name(moved["name"]) if moved else name
    return Revise(name, target, hunks, moves=moved is not None)


def _hunks(body: Sequence[str], known: Known) -> tuple[Hunk, ...]:
    hunks: list[Hunk] = []
    section: str | None = None
    lines: list[str] = []
    for line in [*body, "@@"]:
        if _FILE_END.match(line):
            continue
        if not line.startswith("@@"):
            lines.append(line)
            continue
        hunk = Hunk(hunk_lines(lines, known), section=section)
        if hunk.changes:
            hunks.append(hunk)
        section = line.strip("@ ").strip() or None
        lines = []
    return tuple(hunks)
