"""Owns the step from a model's answer to a tree: every edit placed right, or the answer refused.

    answer ── reader ──► edits ── targets, place ──► the tree after, or EditRefused

`reader` recognises the form of each edit (`unified`, `blocks`, `envelope`, whole files in
`fences`) and `names` which file it is for. `place` puts each hunk where one alignment (`align`)
of its old lines with the file says, and refuses if near-best alignments disagree about the
result. `tree` applies all or nothing. Everything here is pure: text in, text out.
"""

from collections.abc import Collection, Mapping

from agent.drafting.edits.reader import read
from agent.drafting.edits.refusals import (
    Applicable,
    EditRefused,
    Failure,
    NumberedLine,
    Reason,
)
from agent.drafting.edits.tree import Application

__all__ = [
    "Applicable",
    "EditRefused",
    "Failure",
    "NumberedLine",
    "Reason",
    "apply",
    "prose",
]


def apply(files: Mapping[str, str], answer: str, *, taken: Collection[str] = ()) -> dict[str, str]:
    """The whole tree after an answer's edits; raises EditRefused if any of them cannot be.

    `files` maps paths to texts; `taken` are paths that exist and are not text. Nothing but what
    the answer names changes, and nothing changes if anything in it is refused.
    """
    return Application(files, taken).run(read(answer, files).edits)


def prose(answer: str) -> str:
    """The words of an answer outside its edits, for instance for the subject of a commit."""
    return read(answer, {}).prose
