"""A place in an answer, and the name of a file that the lines above it give."""

import re
from collections.abc import Sequence
from typing import Final

from agent.drafting.edits import file_names
from agent.drafting.edits.fences import Fence, FencedLines
from agent.drafting.edits.html_document import is_document
from agent.drafting.edits.known_files import KnownFiles

_WHOLE_WORDS: Final = re.compile(r"\b(?:full|complete|entire|whole|new)\b", re.IGNORECASE)


class AnswerCursor:
    """The lines of an answer and the line that is read next, `at`.

    `heading` is the path in the last heading, until an edit was read below it.
    """

    def __init__(self, answer: str, known: KnownFiles, heading: str | None) -> None:
        self.text = answer
        self.lines = answer.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        self.fences = FencedLines(self.lines)
        self.is_ended = answer.endswith(("\n", "\r"))
        self.known = known
        self.heading = heading
        self.at = 0

    def leave(self, index: int) -> None:
        """Go on at a line behind an edit."""
        self.at = index
        self.heading = None

    @property
    def line_above(self) -> str:
        """The last line with text above this place."""
        lines = (self.lines[index] for index in range(self.at - 1, -1, -1))
        return next((line for line in lines if line.strip()), "")

    @property
    def name_above(self) -> str | None:
        """The path that is given for an edit at this place."""
        above = self.line_above
        return file_names.heading_name(above) or file_names.sentence_name(above) or self.heading

    @property
    def is_name_adjacent(self) -> bool:
        """Whether the line above is a path of its own, as above a whole file."""
        return file_names.heading_name(self.line_above) is not None

    def heading_in(self, line: str) -> str | None:
        """The path that a line gives for edits further down, if it is a heading."""
        return file_names.heading_name(line) if file_names.is_heading(line) else None

    def name_for_file(self, fence: Fence, lines: Sequence[str]) -> str | None:
        """The name given above a fence, unless the fence is but an illustration of it."""
        above = self.line_above
        adjacent = file_names.heading_name(above)
        if adjacent and not (fence.is_illustrative and not adjacent.endswith((".sh", ".txt"))):
            return adjacent
        if fence.is_illustrative:
            return None
        said = file_names.sentence_name(above)
        if said and (
            said not in self.known
            or _WHOLE_WORDS.search(above)
            or is_document("\n".join(lines[:20]))
        ):
            return said
        return self.heading
