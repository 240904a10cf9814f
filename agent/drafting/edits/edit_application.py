"""The application of an answer's edits to a tree: all of them, or a refusal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from agent.drafting.edits.captions import Unread
from agent.drafting.edits.edit import (
    Create,
    Delete,
    Edit,
    Hunk,
    Revise,
    Unusable,
    Write,
    paths_of,
    rendered,
)
from agent.drafting.edits.edit_refusal import (
    Applicable,
    EditRefused,
    FailedEdit,
    Reason,
    Refusal,
)
from agent.drafting.edits.file_lines import FileLines, fold
from agent.drafting.edits.file_revision import FileRevision, like_before, spells
from agent.drafting.edits.html_document import without_tail
from agent.drafting.edits.target_paths import TargetPaths, without_side
from agent.drafting.edits.whole_file import WholeFile, refuse_markers, refuse_placeholders

STAND_IN: Final = "\0"
"""What no text begins with."""


class EditApplication:
    """Works one answer's edits out against the files of one tree."""

    def __init__(self, files: Mapping[str, str], taken: Collection[str], brief: str = "") -> None:
        self._files = files
        self._brief = brief
        self._targets = TargetPaths(files, taken)
        self._taken = frozenset(taken)
        self._after: dict[str, str] = {**files, **{path: STAND_IN + path for path in taken}}
        self._before = dict(self._after)
        self._settled: dict[str, tuple[str, str | None]] = {}
        self._failures: list[FailedEdit] = []
        self._applied: list[Applicable] = []

    def run(self, edits: Sequence[Edit], unread: Sequence[Unread] = ()) -> dict[str, str]:
        """The tree after all the edits; raises EditRefused.

        A file that is not text has STAND_IN and its path of before as its text. `unread` is what
        would be left out if it was meant as an edit.
        """
        revisions: dict[tuple[str, str], list[Hunk]] = {}
        for edit in edits:
            if isinstance(edit, Revise):
                self._collect(edit, revisions)
            else:
                self._single(edit)
        for (source, target), hunks in revisions.items():
            self._revise(source, target, hunks)
        self._failures.extend(each for each in map(self._left_out, unread) if each)
        if not self._failures and self._after == self._before:
            nothing = "the answer changes nothing; say what is to change"
            if not self._files:
                nothing = (
                    "there is no file in the answer; give each file's path alone on a line, "
                    "then its content in a code fence"
                )
            self._failures.append(FailedEdit("", Reason.NOTHING, nothing))
        if self._failures:
            raise EditRefused(self._failures, self._applied)
        return self._after

    def _left_out(self, unread: Unread) -> FailedEdit | None:
        """Why code beside the edits would be left out; None if the tree has it."""
        paths = [unread.path] if unread.path in self._after else list(self._after)
        for path in paths:
            text = fold(self._after[path])
            if all(fold(line) in text for line in unread.lines):
                return None
        message = (
            "this is not understood as an edit, and would be left out; give it as a diff, or the "
            "whole file, if it is meant as one"
        )
        return FailedEdit(unread.path, Reason.MALFORMED, message, edit=unread.quote)

    def _single(self, edit: Create | Write | Delete | Unusable) -> None:
        """Carry out an edit that concerns a whole file."""
        try:
            edit = replace(edit, path=self._path(edit))
            self._settle(edit.path, type(edit).__name__, self._content(edit))
        except Refusal as refusal:
            self._fail(refusal, edit, edit.path)
        else:
            self._succeed(edit.path, edit)

    def _path(self, edit: Create | Write | Delete | Unusable) -> str:
        """The path in the tree of the file that an edit concerns."""
        match edit:
            case Create(path=name):
                return self._targets.new(name)
            case Write(path=name):
                return self._targets.whole(name)
            case Delete(path=name):
                return self._targets.existing(name, is_whole=not edit.hunks)
            case Unusable(path=path, reason=reason, message=message):
                raise Refusal(reason, message, path)

    def _content(self, edit: Create | Write | Delete | Unusable) -> str | None:
        """The new content of the file at an edit's path; None for no file."""
        match edit:
            case Create(path=path, text=text):
                text = without_tail(text)
                refuse_markers(path, text, None)
                refuse_placeholders(text, None)
                return text
            case Write():
                return self._whole(edit)
            case Delete(path=path, hunks=hunks):
                if hunks and not spells(hunks, FileLines(self._files[path])):
                    message = (
                        "the lines to delete are not this file's whole text; to delete the file, "
                        f"write only `diff --git a/{path} b/{path}` and `deleted file mode 100644`"
                    )
                    raise Refusal(Reason.DIFFERS, message, path)
        return None

    def _whole(self, edit: Write) -> str:
        path = edit.path
        before = self._files.get(path)
        text = edit.text
        if edit.label is not None and not (before or "").startswith(edit.label):
            text = text.partition("\n")[2]
        text = without_tail(text)
        WholeFile(path, text, before, edit.is_given_whole, self._brief).check()
        return text if before is None else like_before(text, before)

    def _collect(self, edit: Revise, revisions: dict[tuple[str, str], list[Hunk]]) -> None:
        """Find the file of a revision; all hunks of one file are placed together."""
        try:
            if edit.moves:
                source = self._targets.existing(edit.old, is_whole=not edit.hunks)
                files = source, self._targets.new(edit.new, moved_from=source)
            else:
                source = self._targets.existing(*dict.fromkeys((edit.old, edit.new)))
                files = source, source
        except Refusal as refusal:
            self._fail(refusal, edit)
        else:
            revisions.setdefault(files, []).extend(edit.hunks)

    def _revise(self, source: str, target: str, hunks: Sequence[Hunk]) -> None:
        moves = source != target
        if source in self._taken:
            self._move(source, target)
            return
        revision = FileRevision(source, self._files[source], hunks, self._brief)
        if not hunks and not moves:
            message = "the diff names this file and changes nothing in it"
            self._fail(Refusal(Reason.NOTHING, message, source), Revise(source, source, ()))
            return
        for hunk, refusal in revision.results:
            edit = Revise(source, target, (hunk,), moves)
            if refusal is not None:
                self._fail(refusal, edit, source)
            else:
                self._succeed(source, edit)
        whole = Revise(source, target, tuple(hunks), moves)
        try:
            refuse_markers(target, revision.content, self._files[source])
            if moves:
                self._settle(source, "Revise", None)
            self._settle(target, "Revise", revision.content)
        except Refusal as refusal:
            self._fail(refusal, whole)
        else:
            if not hunks:
                self._succeed(target, whole)

    def _move(self, source: str, target: str) -> None:
        """Give a file that is not text another path."""
        edit = Revise(source, target, (), moves=True)
        try:
            self._settle(source, "Revise", None)
            self._settle(target, "Revise", self._before[source])
        except Refusal as refusal:
            self._fail(refusal, edit)
        else:
            self._succeed(target, edit)

    def _settle(self, path: str, kind: str, content: str | None) -> None:
        """Enter a file's new content, None for its end; edits that disagree are refused."""
        if self._settled.setdefault(path, (kind, content)) != (kind, content):
            message = "the answer changes this file in two different ways"
            raise Refusal(Reason.CONFLICT, message, path)
        if content is None:
            self._after.pop(path, None)
        else:
            self._after[path] = content

    def _fail(self, refusal: Refusal, edit: Edit, path: str = "") -> None:
        path = path or refusal.path
        self._failures.append(
            FailedEdit(path, refusal.reason, refusal.message, refusal.nearest, rendered(edit))
        )

    def _succeed(self, path: str, edit: Edit) -> None:
        self._applied.append(Applicable(path, rendered(edit)))


def merged_edits(earlier: Sequence[Edit], later: Sequence[Edit]) -> list[Edit]:
    """Edits of two answers to one prompt: a whole file replaces earlier edits of that file."""
    whole = {edit.path for edit in later if isinstance(edit, Write)}
    kept = (edit for edit in earlier if not whole & set(map(without_side, paths_of(edit))))
    return [*kept, *later]
