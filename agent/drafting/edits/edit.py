"""The edits that an answer asks for as values, and their text form for quoting them.

Paths are as the model wrote them; `tree_changes` finds the files that they mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.drafting.edits.edit_refusal import Reason

NOWHERE: Final = "/dev/null"


class Mark(StrEnum):
    """What a line of a hunk says about its text."""

    CONTEXT = " "
    REMOVED = "-"
    ADDED = "+"
    ELIDED = "~"  # "..." standing for any number of unchanged lines


@dataclass(frozen=True, slots=True)
class HunkLine:
    """One line of a hunk; `unended` means that the model said no line end follows it."""

    mark: Mark
    text: str
    unended: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """One contiguous change with its surroundings.

    `start` is the line number in the old file that the header claims, counted from 1, or None.
    `is_miscounted` says that the header counts other numbers of lines than there are.
    `is_prefixed` says that context lines were written behind a space, which may be lost.
    `section` is the text behind `@@` in an envelope, which names a line above the hunk.
    `splits` are the other places where an unclear search block may be divided.
    """

    lines: tuple[HunkLine, ...]
    start: int | None = None
    section: str | None = None
    is_miscounted: bool = False
    is_prefixed: bool = True
    splits: tuple["Hunk", ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the hunk adds or removes anything."""
        return any(line.mark in (Mark.ADDED, Mark.REMOVED) for line in self.lines)

    @property
    def added(self) -> list[HunkLine]:
        """The lines that the hunk brings in."""
        return [line for line in self.lines if line.mark is Mark.ADDED]


@dataclass(frozen=True, slots=True)
class Revise:
    """Change a file that exists, and move it if `new` is a different file and `moves` is set."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    """Add a file that does not exist yet."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a file; hunks, if there are any, must spell its whole text."""

    path: str
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """A whole file: a new one, or the complete new text of an old one.

    `label` is a first line that only names the file; it is left out unless the old file has it.
    `is_given_whole` says that the answer gave it in the form of a whole file: directly below its
    path, or as the content of an element of its own.
    """

    path: str
    text: str
    label: str | None = None
    is_given_whole: bool = True


@dataclass(frozen=True, slots=True)
class Unusable:
    """A part of the answer that is meant as an edit and cannot be one."""

    path: str
    reason: Reason
    message: str
    quote: str = ""


Edit = Revise | Create | Delete | Write | Unusable


def paths_of(edit: Edit) -> frozenset[str]:
    """The paths that an edit names."""
    return frozenset({edit.old, edit.new} if isinstance(edit, Revise) else {edit.path})


def rendered(edit: Edit) -> str:
    """The edit as a fenced diff or a fenced whole file, complete in itself."""
    match edit:
        case Write(path=path, text=text):
            return _fenced(f"FILE: {path}\n", "", text)
        case Create(path=path, text=text):
            return _fenced("", "diff", _patch(NOWHERE, path, [_all_added(text)]))
        case Delete(path=path, hunks=hunks):
            return _fenced(
                "",
                "diff",
                f"diff --git a/{path} b/{path}\ndeleted file mode 100644\n"
                + _patch(path, NOWHERE, hunks),
            )
        case Revise(old=old, new=new, hunks=hunks, moves=moves):
            head = (
                f"diff --git a/{old} b/{new}\nrename from {old}\nrename to {new}\n" if moves else ""
            )
            return _fenced("", "diff", head + _patch(old, new, hunks))
        case Unusable(quote=quote):
            return quote


def _all_added(text: str) -> str:
    lines = text.split("\n")
    ended = lines[-1] == ""
    body = "".join(f"+{line}\n" for line in (lines[:-1] if ended else lines))
    return f"@@ -0,0 +1 @@\n{body}" + (
        "" if ended or not text else "\\ No newline at end of file\n"
    )


def _patch(old: str, new: str, hunks: Sequence[Hunk | str]) -> str:
    before = old if old == NOWHERE else f"a/{old}"
    after = new if new == NOWHERE else f"b/{new}"
    body = "".join(hunk if isinstance(hunk, str) else _hunk(hunk) for hunk in hunks)
    return f"--- {before}\n+++ {after}\n{body}"


def _hunk(hunk: Hunk) -> str:
    parts = ["@@ @@"]
    if hunk.start is not None:
        old = sum(line.mark is not Mark.ADDED for line in hunk.lines) + hunk.is_miscounted
        new = sum(line.mark is not Mark.REMOVED for line in hunk.lines)
        parts = [f"@@ -{hunk.start},{old} +{hunk.start},{new} @@"]
    for line in hunk.lines:
        mark = Mark.CONTEXT if line.mark is Mark.ELIDED else line.mark
        parts.append(mark + line.text)
        if line.unended:
            parts.append("\\ No newline at end of file")
    return "\n".join(parts) + "\n"


def _fenced(head: str, info: str, body: str) -> str:
    ticks = max((len(run) for run in re.findall(r"`{3,}", body)), default=2) + 1
    fence = "`" * max(ticks, 3)
    ending = "" if body.endswith("\n") or not body else "\n"
    return f"{head}{fence}{info}\n{body}{ending}{fence}\n"
