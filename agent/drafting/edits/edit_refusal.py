"""Why edits of an answer are refused, and what the file really says there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from agent.errors import DraftRefused


class Reason(StrEnum):
    """Why an edit is refused: the codes of `FailedEdit.reason`."""

    NOTHING = "nothing"  # the answer holds no edit, or its edits change nothing
    TRUNCATED = "truncated"  # the answer or a file in it ends too early
    PLACEHOLDER = "placeholder"  # a comment stands for code that is not there
    FRAGMENT = "fragment"  # a part of a file stands where a whole file would be
    LOSS = "loss"  # a whole file lacks what the old one has, unasked
    NOT_FOUND = "not-found"  # removed lines, or the lines around a change, are not in the file
    AMBIGUOUS = "ambiguous"  # more than one place fits, with different results
    CONFLICT = "conflict"  # two edits change the same lines, or the same file in two ways
    NO_FILE = "no-file"  # the file to change does not exist, or it is not said which one
    EXISTS = "exists"  # a file to create exists already
    DIFFERS = "differs"  # the text to delete is not the file's text
    PATH = "path"  # the path is unsafe
    BINARY = "binary"  # a file that is not text
    MODE = "mode"  # a link, a submodule
    MALFORMED = "malformed"  # it looks like an edit and cannot be read as one


class NumberedLine(NamedTuple):
    """A line that is really in the file; numbers count from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class FailedEdit:
    """One edit that cannot be applied.

    `path` may be empty if the answer names none; `nearest` are the real lines closest to what
    the edit expects; `edit` is the edit itself, readable again by this package where it could
    be read, and otherwise quoted.
    """

    path: str
    reason: Reason
    message: str
    nearest: tuple[NumberedLine, ...] = ()
    edit: str = ""


@dataclass(frozen=True, slots=True)
class Applicable:
    """One edit that would have been applied, written so that this package reads it again."""

    path: str
    edit: str


class Refusal(Exception):
    """Why one edit cannot be, inside this package; becomes a FailedEdit."""

    def __init__(
        self,
        reason: Reason,
        message: str,
        path: str = "",
        nearest: Sequence[NumberedLine] = (),
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.path = path
        self.nearest = tuple(nearest)


class EditRefused(DraftRefused):
    """An answer's edits cannot all be applied, so none was.

    `failures` says why, `applied` which edits would have been applied without the others.
    `kept` is an answer made of those: followed by a model's second try it is a whole answer.
    """

    def __init__(self, failures: Sequence[FailedEdit], applied: Sequence[Applicable] = ()) -> None:
        super().__init__(tuple(failures), tuple(applied))
        self.failures = tuple(failures)
        self.applied = tuple(applied)

    @property
    def kept(self) -> str:
        """The applicable edits as one answer."""
        return "\n".join(edit.edit for edit in self.applied)

    def __str__(self) -> str:
        return "; ".join(
            f"{failure.path}: {failure.message}" if failure.path else failure.message
            for failure in self.failures
        )
