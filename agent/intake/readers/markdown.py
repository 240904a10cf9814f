"""Writes tables as Markdown, and bounds the text that a document expands to."""

from collections.abc import Sequence
from typing import Final

from agent.intake.unreadable import Unreadable

_MOST_CHARACTERS: Final = 5_000_000


class TextBudget:
    """Counts characters and refuses a document whose text grows past all use."""

    def __init__(self) -> None:
        self._left = _MOST_CHARACTERS

    def spend(self, text: str) -> str:
        """The same text. Raises Unreadable."""
        self._left -= len(text)
        if self._left < 0:
            raise Unreadable(f"its text has more than {_MOST_CHARACTERS:,} characters")
        return text


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """The first row as the header; rows may differ in length."""
    if not rows:
        return ""
    lines = [
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |"
        for row in rows
    ]
    return "\n".join((lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]))
