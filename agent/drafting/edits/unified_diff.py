"""Unified diffs as models write them: with or without headers, numbers, prefixes."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from agent.drafting.edits.edit import (
    NOWHERE,
    Create,
    Delete,
    Edit,
    Hunk,
    HunkLine,
    Mark,
    Revise,
    Unusable,
)
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.file_names import header_name
from agent.drafting.edits.known_files import Known, Paragraph
from agent.drafting.edits.placeholders import is_placeholder

LINES_BEHIND: Final = 20

_NUMBERS: Final = re.compile(r"^@@+ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_GIT: Final = re.compile(r"^diff --git (?P<names>.+)$")
_EXTENDED: Final = re.compile(
    r"^(?:index [0-9a-f]|old mode|new mode|new file mode|deleted file mode|similarity index|"
    r"dissimilarity index|rename (?:from|to) |copy (?:from|to) |Binary files |GIT binary patch|"
    r"=={5,}$)"
)
_LINKS: Final = re.compile(r"^(?:new file mode|new mode|old mode|deleted file mode) (?:12|16)0000")


def begins_diff(lines: Sequence[str], index: int) -> bool:
    """Whether a unified diff begins at this line."""
    line = lines[index]
    if line.startswith(("diff --git ", "Index: ")):
        return True
    if line.startswith("@@"):
        return bool(_NUMBERS.match(line)) or line.rstrip() == "@@" or line.rstrip().endswith("@@")
    return _is_header(lines, index, None)


def _is_header(lines: Sequence[str], index: int, known_paths: Callable[[str], bool] | None) -> bool:
    """Whether `--- a` with `+++ b`, or one of them with a hunk behind it, is at this line."""
    line = lines[index]
    follow = lines[index + 1] if index + 1 < len(lines) else ""
    if line.startswith("--- ") and line[4:].strip():
        if follow.startswith("+++ "):
            third = lines[index + 2] if index + 2 < len(lines) else ""
            return (
                known_paths is None
                or third.startswith("@@")
                or not third.strip()
                or (header_name(line[4:]) == NOWHERE or _names_agree(line[4:], follow[4:]))
            )
        if not follow.startswith("@@"):
            return False
        return known_paths is None or known_paths(header_name(line[4:]))
    return line.startswith("+++ ") and follow.startswith("@@") and known_paths is None


def _names_agree(one: str, other: str) -> bool:
    first, second = header_name(one), header_name(other)
    return second == NOWHERE or first.split("/")[-1] == second.split("/")[-1]


class UnifiedReader:
    """Reads the diffs in some lines of an answer.

    `is_fenced`: the lines are a fenced block, so that whatever stands in them belongs to a diff;
    otherwise reading ends where prose begins. `name` is a path given above the diff, for hunks
    without a header. After reading, `is_short` and `is_full` compare the last hunk with its counts.
    """

    def __init__(
        self,
        lines: Sequence[str],
        known: Known,
        known_paths: Callable[[str], bool],
        *,
        is_fenced: bool,
        name: str | None,
        start: int = 0,
    ) -> None:
        self._lines = lines
        self._known = known
        self._known_paths = known_paths
        self._is_fenced = is_fenced
        self._at = start
        self._edits: list[Edit] = []
        self._head = _FileHeader(name)
        self._seen: Paragraph | None = None
        self._counts: tuple[int, int] | None = None
        self._first = start
        self.is_short = self.is_full = self.ends_in_a_change = False

    def read(self) -> tuple[list[Edit], int]:
        """The edits, and the line behind them."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if self._is_new_file():
                self._finish()
                self._head = _FileHeader(None)
                self._read_head()
            elif line.startswith("@@") or self._is_loose_hunk():
                first = self._at
                self._read_hunk()
                if self._at == first and not self._is_fenced:
                    break
                self._at = max(self._at, first + 1)
            elif not line.strip() or self._is_fenced:
                self._at += 1
            else:
                break
        self._finish()
        return self._edits, self._at

    def _is_new_file(self) -> bool:
        line = self._lines[self._at]
        if line.startswith(("diff --git ", "Index: ")):
            return True
        paths = self._known_paths if self._head.hunks else None
        return _is_header(self._lines, self._at, paths)

    def _is_loose_hunk(self) -> bool:
        """Whether changed lines follow a file's header, or begin a fence, without a hunk header."""
        line = self._lines[self._at]
        if self._head.hunks or not line.strip() or _EXTENDED.match(line):
            return False
        return self._is_fenced or (self._head.plus and line[0] in "+- ")

    def _read_head(self) -> None:
        head = self._head
        seen_minus = False
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.startswith("@@") or (line.startswith("diff --git ") and head.lines):
                return
            if line.startswith("--- ") and not seen_minus:
                if head.is_about_another(line[4:]):
                    return
                head.old = header_name(line[4:])
                seen_minus = True
            elif line.startswith("+++ ") and not head.plus:
                head.new = header_name(line[4:])
                head.plus = True
                self._at += 1
                head.lines.append(line)
                return
            elif not self._read_extended(line):
                return
            head.lines.append(line)
            self._at += 1

    def _read_extended(self, line: str) -> bool:
        """Take one line of git's extended header; says whether it was one."""
        head = self._head
        git = _GIT.match(line)
        if git:
            head.old, head.new = _git_names(git["names"])
        elif line.startswith("Index: "):
            head.old = head.new = header_name(line[7:])
        elif line.startswith("rename from "):
            head.rename_from = header_name(line[12:])
        elif line.startswith("rename to "):
            head.rename_to = header_name(line[10:])
        elif not _EXTENDED.match(line):
            return False
        elif _LINKS.match(line):
            head.fault = Reason.MODE, "links and submodules cannot be made or changed"
        elif line.startswith(("GIT binary patch", "Binary files ")):
            head.fault = (
                Reason.BINARY,
                "binary files cannot be made or changed by an answer",
            )
        elif line.startswith("copy "):
            head.fault = (
                Reason.MALFORMED,
                "copying is not supported; write the new file out",
            )
        elif line.startswith("new file mode"):
            head.is_new = True
        elif line.startswith("deleted file mode"):
            head.is_deleted = True
        return True

    def _read_hunk(self) -> None:
        header = self._lines[self._at]
        numbers = _NUMBERS.match(header)
        self._counts = (int(numbers[2] or 1), int(numbers[4] or 1)) if numbers else None
        self._at += header.startswith("@@")
        self._first = self._at
        while self._at < len(self._lines) and not self._ends_hunk():
            self._at += 1
        lines = self._measured()
        if lines:
            start = int(numbers[1]) if numbers else None
            miscounted = self._counts is not None and not self.is_full
            self._head.hunks.append(Hunk(lines, start, is_miscounted=miscounted))

    def _measured(self) -> tuple[HunkLine, ...]:
        """The lines of the hunk so far; compares them with the header's counts."""
        lines = hunk_lines(self._lines[self._first : self._at], self._known)
        old = sum(line.mark is not Mark.ADDED for line in lines)
        new = sum(line.mark is not Mark.REMOVED for line in lines)
        self.is_full = (old, new) == self._counts
        self.is_short = self._counts is not None and old < self._counts[0] and new < self._counts[1]
        self.ends_in_a_change = bool(lines) and lines[-1].mark in (Mark.ADDED, Mark.REMOVED)
        return lines

    def _ends_hunk(self) -> bool:
        line = self._lines[self._at]
        if line.startswith("@@") or self._is_new_file_in_hunk():
            return True
        if self._is_fenced or line[:1] in ("+", " ", "\\"):
            return False
        if line[:1] == "-":
            return self._is_list_behind_hunk()
        return bool(line.strip()) and not self._known(line) and self._is_prose(self._at)

    def _is_list_behind_hunk(self) -> bool:
        """Whether a line is a list item of the prose: only if the hunk has all that it counts.

        To take a removed line for prose would be to leave a change out without saying so.
        """
        most = sum(self._counts or ()) + LINES_BEHIND
        if self._at - self._first > most or not self._is_prose(self._at):
            return False
        self._measured()
        return self.is_full

    def _is_new_file_in_hunk(self) -> bool:
        line = self._lines[self._at]
        if line.startswith(("diff --git ", "Index: ")):
            return True
        return line.startswith("--- ") and _is_header(self._lines, self._at, self._known_paths)

    def _is_prose(self, index: int) -> bool:
        """Whether the lines from here to the next blank one are words between or after diffs."""
        after_blank = index == 0 or not self._lines[index - 1].strip()
        is_bullet = self._lines[index][:1] == "-"
        if is_bullet and not after_blank:
            return False
        paragraph = self._paragraph(index)
        if is_bullet:
            return paragraph.is_list
        return paragraph.last_added < index and (after_blank or paragraph.last_removed < index)

    def _paragraph(self, index: int) -> "Paragraph":
        """The paragraph around a line, looked at once however often it is asked for."""
        if self._seen is None or not self._seen.first <= index < self._seen.end:
            first = end = index
            while first and self._lines[first - 1].strip():
                first -= 1
            while end < len(self._lines) and self._lines[end].strip():
                end += 1
            self._seen = Paragraph.of(self._lines, first, end, self._known)
        return self._seen

    def _finish(self) -> None:
        edit = self._head.edit()
        if edit is not None:
            self._edits.append(edit)


class _FileHeader:
    """What is known of the file that the current hunks are for."""

    def __init__(self, name: str | None) -> None:
        self.old = self.new = name
        self.rename_from: str | None = None
        self.rename_to: str | None = None
        self.is_new = self.is_deleted = self.plus = False
        self.fault: tuple[Reason, str] | None = None
        self.hunks: list[Hunk] = []
        self.lines: list[str] = []

    def is_about_another(self, name: str) -> bool:
        """Whether a `---` line behind git's header names another file than that header."""
        if not self.lines or self.old is None or header_name(name) == NOWHERE:
            return False
        return not _names_agree(self.old, name)

    def edit(self) -> Edit | None:
        """What the head and its hunks amount to; None if nothing was read."""
        if not self.hunks and not self.lines:
            return None
        old, new = self.old, self.new
        path = (new if new and new != NOWHERE else old) or ""
        if self.fault:
            return Unusable(path, *self.fault, quote="\n".join(self.lines))
        hunks = tuple(hunk for hunk in self.hunks if hunk.changes)
        if not path:
            quote = "\n".join(line.mark + line.text for hunk in hunks for line in hunk.lines)
            message = "it is not said which file this is for; begin with --- and +++ lines"
            return Unusable("", Reason.NO_FILE, message, quote) if hunks else None
        if self.rename_from and self.rename_to:
            return Revise(self.rename_from, self.rename_to, hunks, moves=True)
        if self.is_new or old == NOWHERE:
            if self.plus and not self.hunks:
                return Unusable(path, Reason.TRUNCATED, "the new file's lines are missing")
            return _creation(path, self.hunks)
        if self.is_deleted or new == NOWHERE:
            return Delete(old or path, hunks)
        return Revise(old or path, path, hunks)


def _creation(path: str, hunks: Sequence[Hunk]) -> Edit:
    lines = [line for hunk in hunks for line in hunk.lines]
    if any(line.mark is Mark.REMOVED for line in lines):
        message = "a new file cannot have removed lines"
        return Unusable(path, Reason.MALFORMED, message)
    text = "".join(f"{line.text}\n" for line in lines if line.mark is not Mark.ELIDED)
    return Create(path, text[:-1] if lines and lines[-1].unended else text)


def hunk_lines(body: Sequence[str], known: Known) -> tuple[HunkLine, ...]:
    """The lines of a hunk's body; a line without a prefix is context that lost its space."""
    end = len(body)
    while end and not body[end - 1]:
        end -= 1
    lines: list[HunkLine] = []
    for raw in body[:end]:
        if raw.startswith("\\"):
            if lines:
                lines[-1] = HunkLine(lines[-1].mark, lines[-1].text, unended=True)
            continue
        mark, text = (Mark(raw[0]), raw[1:]) if raw[:1] in ("+", "-", " ") else (Mark.CONTEXT, raw)
        if mark is Mark.CONTEXT and text.strip() and is_placeholder(text) and not known(text):
            mark = Mark.ELIDED
        lines.append(HunkLine(mark, text))
    return tuple(lines)


def _git_names(names: str) -> tuple[str, str]:
    """The two paths of a `diff --git` line, which are hard to part if they hold spaces."""
    quoted = re.fullmatch(r'("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)', names.strip())
    if quoted:
        return header_name(quoted[1]), header_name(quoted[2])
    middle = names.find(" b/")
    if middle > 0:
        return header_name(names[:middle]), header_name(names[middle + 1 :])
    return header_name(names), header_name(names)
