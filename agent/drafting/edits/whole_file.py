"""The conditions under which a whole file of an answer is taken in place of the old one."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from agent.drafting.edits.edit_refusal import Reason, Refusal
from agent.drafting.edits.file_lines import FileLines, fold
from agent.drafting.edits.html_document import document_end, is_document
from agent.drafting.edits.losses import Loss
from agent.drafting.edits.placeholders import is_placeholder

_MOST: Final = 0.5
"""A text that keeps this share of the old one's words is a whole file."""

_NEARLY_ALL: Final = 0.75
"""A rewritten text that keeps this share of the words may lose words that nothing is named by."""

_DOCUMENT: Final = 1 / 3
"""A document that is rewritten, and has gained little, keeps at least this share of the words."""

_AS_LONG: Final = 0.6
"""So is a text of this share of the old one's length, if it has the form of a whole file."""

_OPEN_END: Final = re.compile(r"(?:[({\[,+=?&|]|=>|\b(?:const|let|var|function|return|if|else))\Z")
_SCRIPTS: Final = (".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".css", ".scss", ".json")
_LITERAL: Final = re.compile(
    r"/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    r"|(?<![:\w])//[^\n]*"
    r"|(?<=[=(,:!&|?;{}\[\n])[ \t]*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/",
    re.DOTALL,
)
"""Strings, templates, comments and regular expressions, in which brackets do not count."""

_FROM: Final = re.compile(r"\s*from:[^\n]*\s*", re.IGNORECASE)
_MARKER: Final = re.compile(
    r"^(?:<{7}(?: |$)|>{7}(?: |$)|[-+<>]{5,9} (?:SEARCH|REPLACE|ORIGINAL|UPDATED)\b)", re.MULTILINE
)
_PHASE: Final = re.compile(
    r"^\s*(?://|/\*|<!--|#)\W*(?P<word>before|old|original|after|new|updated)\b[^\n]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file's new text beside the old one, and whether the answer gave it as a whole file."""

    path: str
    text: str
    before: str | None
    is_given_whole: bool
    brief: str

    def check(self) -> None:
        """Raise Refusal unless the text is a whole file that leaves nothing out."""
        refuse_cut_off(self.path, self.text, self.before)
        refuse_markers(self.path, self.text, self.before)
        loss = Loss(self.path, self.before or "", self.text)
        refuse_stand_in(loss, self.brief)
        refuse_placeholders(self.text, self.before)
        if self.before is not None and not _FROM.fullmatch(self.text):
            self._refuse_loss(loss)

    def _refuse_loss(self, loss: Loss) -> None:
        if loss.is_asked_for(self.brief):
            return
        if self._is_fragment(loss):
            message = (
                "this is only a part of the file and would replace all of it; this would be lost: "
                f"{loss.described()}; where does the part belong? Give it as a diff with unchanged "
                "lines around it, or write the whole file"
            )
            raise Refusal(Reason.FRAGMENT, message, self.path)
        if self._leaves_out(loss):
            message = (
                f"the file would lose this, and the brief does not ask for it: {loss.described()}; "
                "write the whole file with it, or remove it by a diff if that is meant"
            )
            raise Refusal(Reason.LOSS, message, self.path)

    def _is_fragment(self, loss: Loss) -> bool:
        if is_document(loss.before):
            return not is_document(self.text)
        if loss.share_kept >= _MOST:
            return False
        return not (self.is_given_whole and loss.size >= _AS_LONG)

    def _leaves_out(self, loss: Loss) -> bool:
        if loss.is_cut_off or (loss.words_gained == 0 and loss.words_lost > 0):
            return True
        if is_document(self.text):  # whole from its doctype to its end, so it may be written anew
            return loss.outweighs and loss.share_kept < _DOCUMENT
        return loss.outweighs and (bool(loss.names) or loss.share_kept < _NEARLY_ALL)


def refuse_cut_off(path: str, text: str, before: str | None) -> None:
    """Raise Refusal if the file stops in the middle of something, and did not before."""
    message = _cut_off(path, text)
    if message and (before is None or not _cut_off(path, before)):
        raise Refusal(Reason.TRUNCATED, message, path)


def _cut_off(path: str, text: str) -> str:
    """How the file shows that it was cut off; empty if it does not."""
    if is_document(text) and document_end(text) is None:
        return "the document has no </html> outside of scripts and comments; it was cut off"
    if not path.lower().endswith(_SCRIPTS):
        return ""
    if _OPEN_END.search(text.rstrip()):
        return "the file ends in the middle of a statement; it was cut off"
    brackets = Counter(_LITERAL.sub(" ", text))
    if any(brackets[opening] != brackets[closing] for opening, closing in ("{}", "()", "[]")):
        return "the file's brackets are not closed; it was cut off, or code was left out"
    return ""


def refuse_markers(path: str, text: str, before: str | None) -> None:
    """Raise Refusal if the text holds two versions of itself between marker lines."""
    known = FileLines(before or "")
    marker = next((m[0] for m in _MARKER.finditer(text) if not _has_line_like(known, m[0])), "")
    phases = {m["word"].lower() for m in _PHASE.finditer(text) if not known.where(fold(m[0]))}
    if phases & {"before", "old", "original"} and phases & {"after", "new", "updated"}:
        marker = "before and after"
    if marker:
        message = (
            f"the file's text holds two versions of it (marked {marker.strip()!r}); "
            "write only the version that is meant, or a diff"
        )
        raise Refusal(Reason.MALFORMED, message, path)


def _has_line_like(file: FileLines, start: str) -> bool:
    return any(line.startswith(start) for line in file.lines)


def refuse_stand_in(loss: Loss, brief: str) -> None:
    """Raise Refusal if a new comment stands where the old text had more, by its effect."""
    if loss.is_asked_for(brief) and not loss.names_unasked(brief):
        return
    if comment := loss.stand_in:
        message = (
            f"the comment “{comment[:80]}” stands where the file had more; this would be lost: "
            f"{loss.described()}; write the whole file, or only the changed lines as a diff"
        )
        raise Refusal(Reason.PLACEHOLDER, message, loss.path)


def refuse_placeholders(text: str, before: str | None) -> None:
    """Raise Refusal if a line stands for code and the old file does not have that line."""
    known = None if before is None else FileLines(before)
    for line in text.split("\n"):
        if is_placeholder(line) and not (known and known.where(fold(line))):
            message = (
                f"this line stands for code that is not there: {line.strip()!r}; "
                "write the whole file"
            )
            raise Refusal(Reason.PLACEHOLDER, message)
