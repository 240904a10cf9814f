"""The reading of an answer: which of its lines are edits, in which form, and which are prose."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.drafting.edits import file_names
from agent.drafting.edits.answer_cursor import AnswerCursor
from agent.drafting.edits.captions import (
    Unread,
    instructions,
    is_instruction,
    paths_in,
    says_after,
    says_before,
)
from agent.drafting.edits.edit import Edit, Unusable, Write
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.fenced_files import FenceContent
from agent.drafting.edits.fences import Fence, dedented, fence_at
from agent.drafting.edits.html_document import document_end, is_document
from agent.drafting.edits.known_files import KnownFiles
from agent.drafting.edits.patch_blocks import (
    begins_block,
    begins_envelope,
    read_block,
    read_envelope,
)
from agent.drafting.edits.shell_edits import holds_edits, shell_edits
from agent.drafting.edits.structured_edits import (
    begins_element,
    json_edits,
    pair_edit,
    read_element,
)
from agent.drafting.edits.thoughts import without_thoughts
from agent.drafting.edits.unified_diff import UnifiedReader, begins_diff

_DIFF_INFO: Final = re.compile(r"^\W*(?:diff|patch|udiff)\b", re.IGNORECASE)
_WRAPPER_INFO: Final = re.compile(r"^(?:markdown|md|)$", re.IGNORECASE)
_CODE_INFO: Final = re.compile(
    r"^(?:html?|css|scss|js|javascript|mjs|jsx|ts|typescript|tsx|json|svg|xml|md|markdown|)$",
    re.IGNORECASE,
)
_DOCUMENT_BEGIN: Final = re.compile(r"^<(?:!doctype html|html)\b", re.IGNORECASE)
_MARKER: Final = re.compile(r"^[-+<>]{5,9} ?(?:SEARCH|REPLACE|ORIGINAL|UPDATED)\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer taken apart: its edits in order, the words around them, and what may be either."""

    edits: tuple[Edit, ...]
    prose: str
    unread: tuple[Unread, ...] = field(default=())


def read(answer: str, files: Mapping[str, str]) -> Reading:
    """Take an answer apart; the files tell known lines and names from new ones."""
    return _AnswerReader(without_thoughts(answer), KnownFiles(files)).run()


class _AnswerReader(AnswerCursor):
    """Reads an answer, or a part of one that is like an answer; `name` is the part's path."""

    def __init__(self, answer: str, known: KnownFiles, name: str | None = None) -> None:
        super().__init__(answer, known, name)
        self._edits: list[Edit] = []
        self._prose: list[str] = []
        self._pages: list[str] = []
        self._unread: list[Unread] = []
        self._block_name = name

    def run(self) -> Reading:
        stated = json_edits(self.text, self.known, self._nested)
        if stated is not None:
            return Reading(tuple(stated), "")
        while self.at < len(self.lines):
            self._step()
        self._add_pages(tuple(dict.fromkeys(self._pages)))
        return Reading(tuple(self._edits), "\n".join(self._prose).strip(), tuple(self._unread))

    def _step(self) -> None:
        line = self.lines[self.at]
        if fence := self.fences.at(self.at):
            self._fenced(fence)
        elif begins_element(line):
            self._element(self.lines)
        elif begins_envelope(line):
            self._take_envelope(self.lines)
        elif begins_block(line):
            self._take_block(self.lines, self.name_above)
        elif begins_diff(self.lines, self.at):
            self._unfenced_diff()
        elif _DOCUMENT_BEGIN.match(line) and not self._edits:
            self._bare_page()
        else:
            self._take_prose(line)

    def _take_prose(self, line: str) -> None:
        if _MARKER.match(line):
            message = "this marker line belongs to no complete search/replace block"
            self._edits.append(Unusable("", Reason.MALFORMED, message, line))
        self._unread.extend(each for each in instructions(line) if each.path in self.known)
        self.heading = self.heading_in(line) or self.heading
        self._prose.append(line)
        self.at += 1

    def _nested(self, text: str, name: str) -> Sequence[Edit]:
        """The edits of a text that is like an answer of its own, for the file of that name."""
        reading = _AnswerReader(text, self.known, name or None).run()
        if reading.edits:
            self._prose.append(reading.prose)
            self._unread.extend(reading.unread)
        return reading.edits

    # -- fenced blocks

    def _fenced(self, fence: Fence) -> None:
        body = self.at + 1
        first = next((n for n in range(body, len(self.lines)) if self.lines[n].strip()), body)
        head = dedented(self.lines[first : first + 3], fence)
        named = file_names.info_name(fence.info)
        if not head:
            self._truncated(named or self.name_above or "", body)
        elif any(begins_block(line) for line in head[:2]):
            self._fenced_blocks(fence, named)
        elif begins_envelope(head[0]):
            self._fenced_envelope(fence)
        elif begins_element(head[0]) and not named:
            self.at = first
            self._element([*self.lines[:first], *dedented(self.lines[first:], fence)])
            self._step_over(fence)
        elif _DIFF_INFO.match(fence.info) or (
            not _names_a_diff(named or self.name_above) and begins_diff(head, 0)
        ):
            self._fenced_diff(fence, named)
        else:
            self._fenced_text(fence, named)

    def _fenced_diff(self, fence: Fence, named: str | None) -> None:
        body = self.at + 1
        end = self.fences.end_of_diff(body, fence)
        name = named or self.name_above
        lines = dedented(self.lines[body : len(self.lines) if end is None else end], fence)
        reader = UnifiedReader(
            lines, self.known.has_line, self.known.has_path, is_fenced=True, name=name
        )
        edits, _ = reader.read()
        if end is None and not (self.is_ended and reader.is_full):
            self._truncated(name or "", body)
            return
        self._edits.extend(edits)
        self.leave(len(self.lines) if end is None else end + 1)

    def _fenced_envelope(self, fence: Fence) -> None:
        """An envelope knows its own end; the fence's closing line is stepped over behind it."""
        lines = [*self.lines[: self.at + 1], *dedented(self.lines[self.at + 1 :], fence)]
        self.at += 1
        while not begins_envelope(lines[self.at]):
            self.at += 1
        self._take_envelope(lines)
        self._step_over(fence)

    def _fenced_blocks(self, fence: Fence, named: str | None) -> None:
        """Blocks know their own ends too; a name may stand before each of them in the fence."""
        lines = [*self.lines[: self.at + 1], *dedented(self.lines[self.at + 1 :], fence)]
        name = named or self.name_above
        self.at += 1
        while self.at < len(lines):
            line = lines[self.at]
            found = fence_at(line)
            if begins_block(line):
                self._take_block(lines, name)
            elif found and fence.is_closed_by(found):
                break
            else:
                name = file_names.heading_name(line) or file_names.comment_name(line) or name
                self.at += 1
        self._step_over(fence)

    def _step_over(self, fence: Fence) -> None:
        """Pass the closing line if it is next, blank lines aside."""
        after = self.at
        while after < len(self.lines) and not self.lines[after].strip():
            after += 1
        found = fence_at(self.lines[after]) if after < len(self.lines) else None
        self.leave(after + 1 if found and fence.is_closed_by(found) else self.at)

    def _fenced_text(self, fence: Fence, named: str | None) -> None:
        """A fence without marks of an edit: a file, an old or new version, or an answer's part."""
        body = self.at + 1
        end = self.fences.end_of_file(body, fence)
        stop = len(self.lines) if end is None else end
        lines = list(dedented(self.lines[body:stop], fence))
        while end is None and lines and not lines[-1].strip():
            lines.pop()
        name = named or self.name_for_file(fence, lines)
        text = "".join(f"{line}\n" for line in lines)
        if self._take_part(fence, name, lines) or self._take_pair(fence, name, lines, stop):
            return
        content = FenceContent(lines, name, bool(named) or self.is_name_adjacent)
        edits = [] if fence.is_illustrative and not name else content.edits(self.known)
        if end is None and document_end(text.rstrip()) != len(text.rstrip()):
            self._truncated(name or "", body)
            return
        if edits:
            self._edits.extend(self._with_clear_ends(edits, stop))
        elif is_document(text):
            self._pages.append(text)
        else:
            self._leave_unread(fence, lines, stop)
        self.leave(stop + 1)

    def _take_part(self, fence: Fence, name: str | None, lines: Sequence[str]) -> bool:
        """Read a fence that holds JSON, commands, or a whole answer; says whether it did."""
        body = self.at + 1
        text = "\n".join(lines)
        edits: Sequence[Edit] | None = None
        if name is None:
            edits = json_edits(text, self.known, self._nested)
        if edits is None and fence.is_illustrative and holds_edits(lines, self.known):
            edits = shell_edits(lines, self.known, self._nested)
        if edits is None and name is None and _WRAPPER_INFO.match(fence.info):
            edits = self._nested(text, "") if not is_document(text) else None
        if not edits:
            return False
        self._edits.extend(edits)
        self.leave(min(body + len(lines) + 1, len(self.lines)))
        return True

    def _take_pair(self, fence: Fence, name: str | None, lines: Sequence[str], stop: int) -> bool:
        """Read two fences, captioned as the old and the new version; says whether it did."""
        caption = self.line_above
        following = self.fences.next_opening(stop + 1)
        if not says_before(caption) or following is None:
            return False
        between = [line for line in self.lines[stop + 1 : following] if line.strip()]
        if not between or len(between) > 3 or not says_after(between[-1]):
            return False
        if any(other != name for line in between if (other := file_names.heading_name(line))):
            return False
        new_fence = self.fences.at(following)
        end = self.fences.end_of_file(following + 1, new_fence) if new_fence else None
        if new_fence is None or end is None:
            self._truncated(name or "", following)
            return True
        new = list(dedented(self.lines[following + 1 : end], new_fence))
        path = name or next(iter(paths_in(caption)), None) or self.known.with_all_lines(lines)
        path = path or self.known.only_path
        self._edits.append(self._paired(path, lines, new))
        self.leave(end + 1)
        return True

    def _paired(self, path: str | None, old: Sequence[str], new: Sequence[str]) -> Edit:
        text = "".join(f"{line}\n" for line in new)
        if path is None:
            message = "it is not said which file this change is for; put its path above it"
            return Unusable("", Reason.NO_FILE, message, text)
        if is_document(text):
            return Write(path, text)
        return pair_edit(path, "\n".join(old), "\n".join(new), self.known)

    def _with_clear_ends(self, edits: Sequence[Edit], end: int) -> Sequence[Edit]:
        """The edits, but for a Markdown file whose end is unclear because it holds fences."""
        name = edits[-1].path if isinstance(edits[-1], Write) else ""
        if name.lower().endswith((".md", ".markdown")) and self.fences.has_bare_fence_next(end + 1):
            message = (
                "it is unclear where this file ends, because it holds fences itself; "
                "put it into a fence of four backticks"
            )
            return [*edits[:-1], Unusable(name, Reason.MALFORMED, message)]
        return edits

    def _leave_unread(self, fence: Fence, lines: Sequence[str], stop: int) -> None:
        """Take a fence for prose, which is checked afterwards if it may be meant as an edit."""
        caption = self.line_above
        paths = [path for path in paths_in(caption) if path in self.known]
        if _CODE_INFO.match(fence.info) and (paths or is_instruction(caption)):
            code = tuple(line for line in lines if line.strip())
            self._unread.append(Unread(paths[0] if paths else "", code, "\n".join(lines)))
        self._prose.extend(self.lines[self.at : stop + 1])

    # -- the other forms

    def _element(self, lines: Sequence[str]) -> None:
        edits, end = read_element(lines, self.at, self.known, self._nested)
        self._edits.extend(edits)
        self.leave(end)

    def _take_envelope(self, lines: Sequence[str]) -> None:
        edits, end = read_envelope(lines, self.at, self.known.has_line)
        self._edits.extend(edits)
        self.leave(end)

    def _take_block(self, lines: Sequence[str], name: str | None) -> None:
        name = name or self._block_name or self.known.only_path
        block = read_block(lines, self.at, self.known.has_line)
        if block is None:
            self._truncated(name or "", self.at)
            return
        if name:
            self._edits.append(block.edit(name))
        else:
            message = "it is not said which file this is for; put its path above the block"
            quote = "\n".join(lines[self.at : block.end])
            self._edits.append(Unusable("", Reason.NO_FILE, message, quote))
        self._block_name = name
        self.leave(block.end)

    def _unfenced_diff(self) -> None:
        name = self.name_above or self._block_name or self.known.only_path
        known = self.known.has_line, self.known.has_path
        reader = UnifiedReader(self.lines, *known, is_fenced=False, name=name, start=self.at)
        edits, end = reader.read()
        is_cut = not self.is_ended or reader.ends_in_a_change
        if reader.is_short and is_cut and end >= len(self.lines):
            self._truncated(name or "", self.at)
            return
        self._edits.extend(edits)
        self.leave(max(end, self.at + 1))

    def _bare_page(self) -> None:
        """A page without a fence, up to its end, or to the end of the answer."""
        text = "\n".join(self.lines[self.at :])
        end = document_end(text)
        page = text if end is None else text[:end]
        self._pages.append(page.rstrip("\n") + "\n")
        self.leave(self.at + page.count("\n") + 1)

    def _add_pages(self, pages: Sequence[str]) -> None:
        """A page without a name is the project's one page, unless that is written elsewhere."""
        name = self.known.first_page
        if not pages or name in {edit.path for edit in self._edits if isinstance(edit, Write)}:
            return
        if name is None or len(pages) > 1:
            message = "it is not said which page this is; put its path above the fence"
            self._edits.extend(Unusable("", Reason.NO_FILE, message, text) for text in pages)
        else:
            self._edits.append(Write(name, pages[0]))

    def _truncated(self, name: str, body: int) -> None:
        message = "the answer ends in the middle of this; give it again in full"
        quote = "\n".join(self.lines[body:][-40:])
        self._edits.append(Unusable(name, Reason.TRUNCATED, message, quote))
        self.leave(len(self.lines))


def _names_a_diff(name: str | None) -> bool:
    return bool(name) and str(name).endswith((".diff", ".patch"))
