"""Owns the nouns of an answer: what a model asked to be done to which file.

Paths are as the model wrote them, without quotes and decoration; `targets` finds what they mean
in the tree. Nothing here has been placed yet.
"""

from dataclasses import dataclass
from enum import StrEnum

from agent.drafting.edits.refusals import Reason


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
    """

    path: str
    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A part of the answer that is meant as an edit and cannot be one."""

    path: str
    reason: Reason
    message: str
    quote: str = ""


Edit = Revise | Create | Delete | Write | Unusable
