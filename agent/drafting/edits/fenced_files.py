"""The files that one code fence holds: one, or several with their paths in comments."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.drafting.edits.edit import Edit, Unusable, Write
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.file_names import comment_name, is_path
from agent.drafting.edits.html_document import document_end, is_document
from agent.drafting.edits.known_files import KnownFiles

_SEPARATOR: Final = re.compile(
    r"^(?://|#|/\*|<!--)?\s*[=*#~-]{3,}\s*(?:file(?:name)?\s*:\s*)?`?(?P<name>[^\s`]+)`?\s*"
    r"[=*#~-]{3,}\s*(?:\*/|-->)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FenceContent:
    """The lines of a fence; `name` is the path given for it outside, None if there is none.

    `is_given_whole` says that the path stands directly at the fence, as for a whole file.
    """

    lines: Sequence[str]
    name: str | None
    is_given_whole: bool

    def edits(self, known: KnownFiles) -> list[Edit]:
        """Each file in the fence; empty if there is no path at all."""
        marks = list(self._marks())
        first = marks[0] if marks and not any(map(str.strip, self.lines[: marks[0][0]])) else None
        own = self.name or (first[1] if first else None)
        if own is None:
            return []
        others = [
            mark for mark in marks if mark[1] != own and not self._is_inside_document(mark[0])
        ]
        apart = [mark for mark in others if _suffix(mark[1]) != _suffix(own) or mark[1] in known]
        if others and not apart and self.name is None:
            names = ", ".join([own, *(name for _, name in others)])
            message = (
                f"it is unclear whether this is one file or several ({names}); give each apart"
            )
            return [Unusable(own, Reason.MALFORMED, message, "\n".join(self.lines))]
        starts = [*apart, (len(self.lines), "")]
        head = self._write(own, self.lines[: starts[0][0]], self.name is None)
        rest = [
            self._write(name, self.lines[n : starts[k + 1][0]], True)
            for k, (n, name) in enumerate(apart)
        ]
        return [head, *rest]

    def _write(self, name: str, lines: Sequence[str], is_labelled: bool) -> Write:
        kept = list(lines)
        while kept and not kept[-1].strip() and len(lines) < len(self.lines):
            kept.pop()
        label = next((line for line in kept if line.strip()), None) if is_labelled else None
        text = "".join(f"{line}\n" for line in kept)
        return Write(name, text, label, self.is_given_whole or is_labelled)

    def _marks(self) -> Iterator[tuple[int, str]]:
        """The lines that consist of a path, in front of something: (index, path)."""
        for index, line in enumerate(self.lines):
            separator = _SEPARATOR.match(line)
            name = separator["name"] if separator else comment_name(line)
            if not name or not is_path(name) or line[:1].isspace():
                continue
            before = self.lines[index - 1] if index else ""
            if separator or not before.strip() or "</html" in before.lower():
                yield index, name

    def _is_inside_document(self, index: int) -> bool:
        text = "\n".join(self.lines)
        if not is_document(text) and not is_document("\n".join(self.lines[1:])):
            return False
        end = document_end(text)
        return end is None or index < text.count("\n", 0, end)


def _suffix(name: str) -> str:
    return name.lower().rpartition(".")[2]
