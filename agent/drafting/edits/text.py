"""Owns a file's text as lines, each with its own line end, so that a change spares the others."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Lines without their ends, and the ends: "\\n", "\\r\\n", or "" for an unended last line."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]

    @classmethod
    def of(cls, content: str) -> "Text":
        """Split at line feeds only: form feeds and their like are part of a line."""
        parts = content.split("\n")
        last = parts.pop()
        lines, ends = [], []
        for part in parts:
            carriage = part.endswith("\r")
            lines.append(part[:-1] if carriage else part)
            ends.append("\r\n" if carriage else "\n")
        if last:
            lines.append(last)
            ends.append("")
        return cls(tuple(lines), tuple(ends))

    @property
    def end(self) -> str:
        """The line end that most lines have; a line feed for a text without any."""
        counts = Counter(end for end in self.ends if end)
        return counts.most_common(1)[0][0] if counts else "\n"


def with_end(content: str, end: str) -> str:
    """The content with every line ended by `end`."""
    plain = content.replace("\r\n", "\n")
    return plain if end == "\n" else plain.replace("\n", end)
