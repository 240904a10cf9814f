"""What makes a whole file unfit to be taken: an early end, or code left out."""

import re
from typing import Final

from agent.drafting.edits.edit_refusal import Reason, Refusal
from agent.drafting.edits.file_lines import FileLines, fold
from agent.drafting.edits.placeholders import is_placeholder

_DOCUMENT: Final = re.compile(r"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_DOCUMENT_END: Final = re.compile(r"</html\s*>", re.IGNORECASE)
_OPEN_END: Final = re.compile(r"(?:[({\[,+=?&|]|=>|\b(?:const|let|var|function|return|if|else))\Z")
_SCRIPTS: Final = (
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".jsx",
    ".tsx",
    ".css",
    ".scss",
    ".json",
)


def is_document(text: str) -> bool:
    """Whether the text begins as a complete HTML document does."""
    return _DOCUMENT.match(text) is not None


def is_finished(text: str) -> bool:
    """Whether an HTML document in the text has its end."""
    return _DOCUMENT_END.search(text) is not None


def refuse_cut_off(path: str, text: str, before: str | None) -> None:
    """Raise Refusal if the file stops in the middle of something, and did not before."""
    message = _cut_off(path, text)
    if message and (before is None or not _cut_off(path, before)):
        raise Refusal(Reason.TRUNCATED, message, path)


def _cut_off(path: str, text: str) -> str:
    """How the file shows that it was cut off; empty if it does not."""
    if is_document(text) and not is_finished(text):
        return "the document has no </html>; it was cut off"
    if path.lower().endswith(_SCRIPTS) and _OPEN_END.search(text.rstrip()):
        return "the file ends in the middle of a statement; it was cut off"
    return ""


def refuse_placeholders(text: str, before: str | None) -> None:
    """Raise Refusal if a line stands for code and the old file does not have that line."""
    file = None if before is None else FileLines(before)
    for line in text.split("\n"):
        if is_placeholder(line) and not (file and file.where(fold(line))):
            message = (
                f"this line stands for code that is not there: {line.strip()!r}; "
                "write the whole file"
            )
            raise Refusal(Reason.PLACEHOLDER, message)
