"""The step from a model's answer to a tree: every edit is placed right, or the answer is refused.

    answer ── answer_reader ──► edits ── target_paths, placement ──► the tree after, or EditRefused

`answer_reader` recognises the form of each edit and the file that it is for. `placement` puts each
hunk where one `alignment` of its old lines with the file says, and refuses if near-best alignments
disagree about the result. `edit_application` applies all or nothing. Text in, text out.
"""

from collections.abc import Collection, Mapping

from agent.drafting.edits.answer_reader import read
from agent.drafting.edits.edit_application import STAND_IN, EditApplication, merged_edits
from agent.drafting.edits.edit_refusal import (
    Applicable,
    EditRefused,
    FailedEdit,
    NumberedLine,
    Reason,
)
from agent.drafting.edits.thoughts import without_thoughts

__all__ = [
    "STAND_IN",
    "Applicable",
    "EditRefused",
    "FailedEdit",
    "NumberedLine",
    "Reason",
    "apply",
    "prose",
    "without_thoughts",
]


def apply(
    files: Mapping[str, str],
    answer: str,
    *,
    taken: Collection[str] = (),
    kept: str = "",
    brief: str = "",
) -> dict[str, str]:
    """The whole tree after an answer's edits; raises EditRefused if any of them cannot be.

    `files` maps paths to texts; `taken` are paths that exist and are not text: those that are still
    there have STAND_IN and their path of before as their text. `kept` are the edits
    that were applicable in a refused answer before this one. `brief` is what was asked for: without
    its asking for it, no file loses what it has. Nothing but what the answer names changes, and
    nothing changes if anything in it is refused.
    """
    reading = read(answer, files)
    earlier = read(kept, files).edits if kept else ()
    return EditApplication(files, taken, brief).run(
        merged_edits(earlier, reading.edits), reading.unread
    )


def prose(answer: str) -> str:
    """The words of an answer outside its edits, for instance for the subject of a commit."""
    return read(answer, {}).prose
