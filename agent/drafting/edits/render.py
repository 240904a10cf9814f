"""Owns how an edit is written back as part of an answer, to be quoted and read again."""

import re
from collections.abc import Sequence

from agent.drafting.edits.edit import (
    Create,
    Delete,
    Edit,
    Hunk,
    Mark,
    Revise,
    Unusable,
    Write,
)
from agent.drafting.edits.targets import NOWHERE


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
