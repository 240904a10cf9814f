"""Owns reading the envelope form: `*** Begin Patch`, `*** Update File: …`, `*** End Patch`."""

import re
from collections.abc import Sequence
from typing import Final

from agent.drafting.edits.edit import Create, Delete, Edit, Hunk, Revise, Unusable
from agent.drafting.edits.names import header_name
from agent.drafting.edits.paragraph import Known
from agent.drafting.edits.refusals import Reason
from agent.drafting.edits.unified import hunk_lines

_BEGIN: Final = re.compile(r"^\*\*\* Begin Patch\s*$")
_END: Final = re.compile(r"^\*\*\* End Patch\s*$")
_FILE: Final = re.compile(r"^\*\*\* (?P<verb>Update|Add|Delete) File: (?P<name>.+)$")
_MOVE: Final = re.compile(r"^\*\*\* (?:Move to|Rename to): (?P<name>.+)$")
_LAST: Final = re.compile(r"^\*\*\* End of File\s*$")


def begins_envelope(line: str) -> bool:
    """Whether an envelope, or a part of one that lacks its first line, begins here."""
    return bool(_BEGIN.match(line) or _FILE.match(line))


def read_envelope(lines: Sequence[str], start: int, known: Known) -> tuple[list[Edit], int]:
    """The edits of the envelope at `start`, and the line behind it; unended is truncated."""
    edits: list[Edit] = []
    at = start + 1 if _BEGIN.match(lines[start]) else start
    while at < len(lines) and not _END.match(lines[at]):
        part = _FILE.match(lines[at])
        end = at + 1
        while end < len(lines) and not (_FILE.match(lines[end]) or _END.match(lines[end])):
            end += 1
        if part:
            name = header_name(part["name"])
            edits.append(_edit(part["verb"], name, lines[at + 1 : end], known))
        at = end
    if at >= len(lines):
        message = "the patch has no *** End Patch; it was cut off"
        path = header_name(part["name"]) if lines[start:] and (part := _last(lines)) else ""
        return [Unusable(path, Reason.TRUNCATED, message, "\n".join(lines[start:][-40:]))], at
    return edits, at + 1


def _last(lines: Sequence[str]) -> re.Match[str] | None:
    return next((found for line in reversed(lines) if (found := _FILE.match(line))), None)


def _edit(verb: str, name: str, body: Sequence[str], known: Known) -> Edit:
    if verb == "Delete":
        return Delete(name)
    if verb == "Add":
        lines = list(body)
        while lines and not lines[-1].strip():
            lines.pop()
        return Create(name, "".join(f"{line.removeprefix('+')}\n" for line in lines))
    moved = _MOVE.match(body[0]) if body else None
    hunks = _hunks(body[1:] if moved else body, known)
    target = header_name(moved["name"]) if moved else name
    return Revise(name, target, hunks, moves=moved is not None)


def _hunks(body: Sequence[str], known: Known) -> tuple[Hunk, ...]:
    hunks: list[Hunk] = []
    section: str | None = None
    lines: list[str] = []
    for line in [*body, "@@"]:
        if _LAST.match(line):
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
