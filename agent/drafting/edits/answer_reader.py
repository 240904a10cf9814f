"""The reading of an answer: which of its lines are edits, in which form, and which are prose."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.drafting.edits import file_names
from agent.drafting.edits.edit import Edit, Unusable, Write
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.fences import (
    Fence,
    FencedLines,
    dedented,
    fence_at,
    without_fence,
)
from agent.drafting.edits.known_files import KnownFiles
from agent.drafting.edits.patch_blocks import (
    begins_block,
    begins_envelope,
    read_block,
    read_envelope,
)
from agent.drafting.edits.unified_diff import UnifiedReader, begins_diff
from agent.drafting.edits.whole_file import is_document, is_finished

_DIFF_INFO: Final = re.compile(r"^\W*(?:diff|patch|udiff)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"^\s*<file\s+(?:path|name|filename)\s*=\s*[\"']([^\"']+)[\"']\s*>(.*)$")
_TAG_END: Final = re.compile(r"^(.*?)</file>\s*$")
_DOCUMENT_BEGIN: Final = re.compile(r"^<(?:!doctype html|html)\b", re.IGNORECASE)
_WHOLE_WORDS: Final = re.compile(r"\b(?:full|complete|entire|whole|new)\b", re.IGNORECASE)
_FIRST_PAGE: Final = "index.html"


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer taken apart: its edits in order, and the words around them."""

    edits: tuple[Edit, ...]
    prose: str


def read(answer: str, files: Mapping[str, str]) -> Reading:
    """Take an answer apart; the files tell known lines and names from new ones."""
    return _AnswerReader(answer, files).run()


class _AnswerReader:
    def __init__(self, answer: str, files: Mapping[str, str]) -> None:
        self._lines = answer.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        self._fences = FencedLines(self._lines)
        self._is_ended = answer.endswith(("\n", "\r"))
        self._known = KnownFiles(files)
        self._edits: list[Edit] = []
        self._prose: list[str] = []
        self._pages: list[str] = []
        self._heading: str | None = None
        self._block_name: str | None = None
        self._at = 0

    def run(self) -> Reading:
        while self._at < len(self._lines):
            self._step()
        if len(self._pages) == 1:
            self._add_page(self._pages[0])
        return Reading(tuple(self._edits), "\n".join(self._prose).strip())

    def _step(self) -> None:
        line = self._lines[self._at]
        fence = self._fences.at(self._at)
        tag = _TAG.match(line)
        if fence:
            self._fenced(fence)
        elif tag:
            self._tagged(tag[1], tag[2])
        elif begins_envelope(line):
            self._take_envelope(self._lines)
        elif begins_block(line):
            self._take_block(self._lines, self._name_above())
        elif begins_diff(self._lines, self._at):
            self._unfenced_diff()
        elif _DOCUMENT_BEGIN.match(line) and not self._edits:
            self._bare_page()
        else:
            self._heading = self._heading_in(line) or self._heading
            self._prose.append(line)
            self._at += 1

    # -- fenced blocks

    def _fenced(self, fence: Fence) -> None:
        body = self._at + 1
        first = next((n for n in range(body, len(self._lines)) if self._lines[n].strip()), body)
        head = dedented(self._lines[first : first + 3], fence)
        named = file_names.info_name(fence.info)
        if not head:
            self._truncated(named or self._name_above() or "", body)
        elif any(begins_block(line) for line in head[:2]):
            self._fenced_blocks(fence, named)
        elif begins_envelope(head[0]):
            self._fenced_envelope(fence)
        elif _DIFF_INFO.match(fence.info) or (
            not _names_a_diff(named or self._name_above()) and begins_diff(head, 0)
        ):
            self._fenced_diff(fence, named)
        else:
            self._fenced_file(fence, named)

    def _fenced_diff(self, fence: Fence, named: str | None) -> None:
        body = self._at + 1
        end = self._fences.end_of_diff(body, fence)
        name = named or self._name_above()
        lines = dedented(self._lines[body : len(self._lines) if end is None else end], fence)
        reader = UnifiedReader(
            lines, self._known.has_line, self._known.has_path, is_fenced=True, name=name
        )
        edits, _ = reader.read()
        if end is None and not (self._is_ended and reader.is_full):
            self._truncated(name or "", body)
            return
        self._edits.extend(edits)
        self._leave(len(self._lines) if end is None else end + 1)

    def _fenced_envelope(self, fence: Fence) -> None:
        """An envelope knows its own end; the fence's closing line is stepped over behind it."""
        lines = [
            *self._lines[: self._at + 1],
            *dedented(self._lines[self._at + 1 :], fence),
        ]
        self._at += 1
        while not begins_envelope(lines[self._at]):
            self._at += 1
        self._take_envelope(lines)
        self._step_over(fence)

    def _fenced_blocks(self, fence: Fence, named: str | None) -> None:
        """Blocks know their own ends too; a name may stand before each of them in the fence."""
        lines = [
            *self._lines[: self._at + 1],
            *dedented(self._lines[self._at + 1 :], fence),
        ]
        name = named or self._name_above()
        self._at += 1
        while self._at < len(lines):
            line = lines[self._at]
            found = fence_at(line)
            if begins_block(line):
                self._take_block(lines, name)
            elif found and fence.is_closed_by(found):
                break
            else:
                name = file_names.heading_name(line) or file_names.comment_name(line) or name
                self._at += 1
        self._step_over(fence)

    def _step_over(self, fence: Fence) -> None:
        """Pass the closing line if it is next, blank lines aside."""
        after = self._at
        while after < len(self._lines) and not self._lines[after].strip():
            after += 1
        found = fence_at(self._lines[after]) if after < len(self._lines) else None
        self._leave(after + 1 if found and fence.is_closed_by(found) else self._at)

    def _fenced_file(self, fence: Fence, named: str | None) -> None:
        body = self._at + 1
        end = self._fences.end_of_file(body, fence)
        stop = len(self._lines) if end is None else end
        lines = list(dedented(self._lines[body:stop], fence))
        while end is None and lines and not lines[-1].strip():
            lines.pop()
        label = None
        name = named or self._name_for_file(fence, lines)
        if name is None and lines and not fence.is_illustrative:
            name = file_names.comment_name(lines[0])
            label = lines[0] if name else None
        if end is None and not (lines and is_finished(lines[-1])):
            self._truncated(name or "", body)
            return
        text = "".join(f"{line}\n" for line in lines)
        if name:
            self._add_file(name, text, label, stop)
        elif is_document(text):
            self._pages.append(text)
        else:
            self._prose.extend(self._lines[self._at : stop + 1])
        self._leave(stop + 1)

    def _add_file(self, name: str, text: str, label: str | None, end: int) -> None:
        if name.lower().endswith((".md", ".markdown")) and self._fences.has_bare_fence_next(
            end + 1
        ):
            message = (
                "it is unclear where this file ends, because it holds fences itself; "
                "put it into a fence of four backticks"
            )
            self._edits.append(Unusable(name, Reason.MALFORMED, message, text))
        else:
            self._edits.append(Write(name, text, label))

    def _name_for_file(self, fence: Fence, lines: Sequence[str]) -> str | None:
        """The name given above a fence, unless the fence is but an illustration of it."""
        above = self._line_above()
        adjacent = file_names.heading_name(above)
        if adjacent and not (fence.is_illustrative and not adjacent.endswith((".sh", ".txt"))):
            return adjacent
        if fence.is_illustrative:
            return None
        said = file_names.sentence_name(above)
        if said and (
            said not in self._known
            or _WHOLE_WORDS.search(above)
            or is_document("\n".join(lines[:20]))
        ):
            return said
        return self._heading

    # -- the other forms

    def _tagged(self, name: str, rest: str) -> None:
        """A <file path="…"> element; its content may be fenced once more."""
        lines = [rest] if rest.strip() else []
        for index in range(self._at + 1, len(self._lines)):
            end = _TAG_END.match(self._lines[index])
            if end:
                if end[1].strip():
                    lines.append(end[1])
                text = "".join(f"{line}\n" for line in without_fence(lines))
                self._edits.append(Write(name, text))
                self._leave(index + 1)
                return
            lines.append(self._lines[index])
        self._truncated(name, self._at)

    def _take_envelope(self, lines: Sequence[str]) -> None:
        edits, end = read_envelope(lines, self._at, self._known.has_line)
        self._edits.extend(edits)
        self._leave(end)

    def _take_block(self, lines: Sequence[str], name: str | None) -> None:
        name = name or self._block_name or self._known.only_path
        block = read_block(lines, self._at, self._known.has_line)
        if block is None:
            self._truncated(name or "", self._at)
            return
        if name:
            self._edits.append(block.edit(name))
        else:
            message = "it is not said which file this is for; put its path above the block"
            quote = "\n".join(lines[self._at : block.end])
            self._edits.append(Unusable("", Reason.NO_FILE, message, quote))
        self._block_name = name
        self._leave(block.end)

    def _unfenced_diff(self) -> None:
        name = self._name_above() or self._known.only_path
        known = self._known.has_line, self._known.has_path
        reader = UnifiedReader(self._lines, *known, is_fenced=False, name=name, start=self._at)
        edits, end = reader.read()
        if reader.is_short and not self._is_ended and end >= len(self._lines):
            self._truncated(name or "", self._at)
            return
        self._edits.extend(edits)
        self._leave(max(end, self._at + 1))

    def _bare_page(self) -> None:
        """A page without a fence, up to its end, or to the end of the answer."""
        end = next(
            (n for n in range(self._at, len(self._lines)) if is_finished(self._lines[n])),
            len(self._lines) - 1,
        )
        self._pages.append("\n".join(self._lines[self._at : end + 1]).rstrip("\n") + "\n")
        self._leave(end + 1)

    def _add_page(self, text: str) -> None:
        """A page without a name is the project's one page, unless that is written elsewhere."""
        pages = self._known.pages
        name = _FIRST_PAGE if _FIRST_PAGE in pages or not pages else pages[0]
        written = {edit.path for edit in self._edits if isinstance(edit, Write)}
        if name in written:
            return
        if len(pages) > 1 and name != _FIRST_PAGE:
            message = "it is not said which page this is; put its path above the fence"
            self._edits.append(Unusable("", Reason.NO_FILE, message, text))
        else:
            self._edits.append(Write(name, text))

    def _truncated(self, name: str, body: int) -> None:
        message = "the answer ends in the middle of this; give it again in full"
        quote = "\n".join(self._lines[body:][-40:])
        self._edits.append(Unusable(name, Reason.TRUNCATED, message, quote))
        self._leave(len(self._lines))

    # -- names

    def _leave(self, index: int) -> None:
        self._at = index
        self._heading = None

    def _line_above(self) -> str:
        for index in range(self._at - 1, -1, -1):
            if self._lines[index].strip():
                return self._lines[index]
        return ""

    def _name_above(self) -> str | None:
        above = self._line_above()
        return file_names.heading_name(above) or file_names.sentence_name(above) or self._heading

    def _heading_in(self, line: str) -> str | None:
        return file_names.heading_name(line) if file_names.is_heading(line) else None


def _names_a_diff(name: str | None) -> bool:
    return bool(name) and str(name).endswith((".diff", ".patch"))
