"""The hunks for one file, placed together, and the text that they make of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from agent.drafting.edits.alignment_effects import Placed, merged
from agent.drafting.edits.edit import Hunk, Mark
from agent.drafting.edits.edit_refusal import Reason, Refusal
from agent.drafting.edits.file_lines import FileLines, fold, unescaped, with_end
from agent.drafting.edits.losses import Loss
from agent.drafting.edits.placeholders import is_placeholder, stands_in
from agent.drafting.edits.placement import place
from agent.drafting.edits.whole_file import refuse_stand_in


class FileRevision:
    """Hunks placed on one file: `results` has each hunk with its refusal or None, in order."""

    def __init__(self, path: str, before: str, hunks: Sequence[Hunk], brief: str = "") -> None:
        self._path = path
        self._brief = brief
        self._file = FileLines(before)
        self._placed: list[Placed] = []
        self.results: list[tuple[Hunk, Refusal | None]] = []
        for hunk in _readable(list(dict.fromkeys(hunks)), self._file):
            self.results.append((hunk, self._place(hunk)))

    def _place(self, hunk: Hunk) -> Refusal | None:
        try:
            _refuse_placeholders(hunk, self._file)
            self._refuse_stand_in(hunk)
            placed = _place_any(hunk, self._file)
            if placed in self._placed:
                return None
            _refuse_conflict(placed, self._placed)
        except Refusal as refusal:
            return refusal
        self._placed.append(placed)
        return None

    def _refuse_stand_in(self, hunk: Hunk) -> None:
        """Refuse a comment in place of removed lines, if its words say that they stay."""
        old = (line.text for line in hunk.lines if line.mark is not Mark.ADDED)
        new = (line.text for line in hunk.lines if line.mark is not Mark.REMOVED)
        loss = Loss(self._path, "\n".join(old), "\n".join(new))
        if loss.outweighs and any(map(stands_in, loss.new_comments)):
            refuse_stand_in(loss, self._brief)

    @cached_property
    def content(self) -> str:
        """The file's text with the hunks that could be placed."""
        file = self._file
        lines, origins = merged(file, self._placed)
        usual = file.usual_end
        ends: list[str] = []
        for origin in origins:
            if origin is None:
                ends.append(ends[-1] if ends else file.ends[0] if file.ends else usual)
            else:
                ends.append(file.ends[origin])
        ends = [end or usual for end in ends]
        if lines and self._is_unended:
            ends[-1] = ""
        return "".join(line + end for line, end in zip(lines, ends, strict=True))

    @property
    def _is_unended(self) -> bool:
        """Whether the new last line has no end: as the hunk that reaches it says, or as before."""
        ends = self._file.ends
        for placed in self._placed:
            if placed.unended is not None and placed.last == len(ends) - 1:
                return placed.unended
        return bool(ends) and ends[-1] == ""


def spells(hunks: Sequence[Hunk], file: FileLines) -> bool:
    """Whether the removed lines of the hunks are the whole file, whitespace aside."""
    lines = [line for hunk in hunks for line in hunk.lines if line.mark is not Mark.ADDED]
    if any(line.mark is not Mark.REMOVED and line.text.strip() for line in lines):
        return False
    keys = [fold(line.text) for line in lines]
    return [key for key in keys if key] == [key for key in file.keys if key]


def like_before(text: str, before: str) -> str:
    """The new text of a file with the line ends of the old one, also at its end."""
    file = FileLines(before)
    ends = file.ends
    text = with_end(text, file.usual_end)
    if ends and ends[-1] == "" and text.endswith("\n"):
        return text[: -len(file.usual_end)]
    return text


def _place_any(hunk: Hunk, file: FileLines) -> Placed:
    """Place a hunk; an unclear search block at its longest search that fits."""
    try:
        return place(hunk, file)
    except Refusal:
        for other in hunk.splits:
            try:
                return place(other, file)
            except Refusal:
                continue
        raise


def _readable(hunks: Sequence[Hunk], file: FileLines) -> list[Hunk]:
    """The hunks, freed from HTML escaping if that makes more of their old lines the file's."""
    old = {line.text for hunk in hunks for line in hunk.lines if line.mark is not Mark.ADDED}
    escaped = [text for text in old if unescaped(text) != text]
    as_written = sum(1 for text in escaped if file.where(fold(text)))
    as_meant = sum(1 for text in escaped if file.where(fold(unescaped(text))))
    if as_meant <= as_written:
        return list(hunks)
    return [
        replace(
            hunk,
            lines=tuple(replace(line, text=unescaped(line.text)) for line in hunk.lines),
        )
        for hunk in hunks
    ]


def _refuse_placeholders(hunk: Hunk, file: FileLines) -> None:
    for line in hunk.added:
        if is_placeholder(line.text) and not file.where(fold(line.text)):
            message = f"this line stands for code that is not there: {line.text.strip()!r}"
            raise Refusal(Reason.PLACEHOLDER, message)


def _refuse_conflict(placed: Placed, others: Sequence[Placed]) -> None:
    slots = {slot for slot, _ in placed.added}
    for other in others:
        if placed.removed & other.removed or slots & {slot for slot, _ in other.added}:
            message = "another edit of this answer changes the same lines; make it one edit"
            raise Refusal(Reason.CONFLICT, message)
