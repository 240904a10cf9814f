"""Turns files and their changes into coloured lines of HTML."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

_MOST_CHARACTERS = 200_000
_MOST_LINES = 600
_CONTEXT = 3
_MARKS = {"equal": " ", "insert": "+", "delete": "-", "skip": "…"}


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of a change; `kind` is equal, insert, delete, or skip for lines left out."""

    kind: str
    before: int | None
    after: int | None
    html: Markup

    @property
    def mark(self) -> str:
        return _MARKS[self.kind]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What became of one file; `note` says why there are no lines."""

    path: str
    lines: tuple[ChangedLine, ...] = ()
    note: str = ""

    @property
    def added(self) -> int:
        return sum(line.kind == "insert" for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.kind == "delete" for line in self.lines)


def changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[FileChange]:
    """Every file that differs, by name."""
    paths = sorted(before.keys() | after.keys())
    return [
        _change(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    ]


@lru_cache(maxsize=256)
def coloured(path: str, text: str) -> tuple[Markup, ...]:
    """The lines of a file; foreign text in them is escaped."""
    from pygments import highlight  # for those who look at a task alone
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import TextLexer, get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    html = highlight(text, lexer, HtmlFormatter(nowrap=True))
    return tuple(Markup(line) for line in html.rstrip("\n").split("\n"))


def readable(content: bytes) -> str | None:
    """The text of a file; None for what is no text, or too much of it."""
    if len(content) > _MOST_CHARACTERS or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _change(path: str, before: bytes | None, after: bytes | None) -> FileChange:
    old, new = readable(before or b""), readable(after or b"")
    if old is None or new is None:
        return FileChange(path, note="not shown: no text, or too long")
    lines = list(_lines(path, old, new))
    note = "" if len(lines) <= _MOST_LINES else f"{len(lines) - _MOST_LINES} further lines"
    return FileChange(path, tuple(lines[:_MOST_LINES]), note)


def _lines(path: str, old: str, new: str) -> Iterator[ChangedLine]:
    left = coloured(path, old) if old else ()
    right = coloured(path, new) if new else ()
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=len(left) > 2000)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number:
            yield ChangedLine("skip", None, None, Markup(""))
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                pairs = zip(range(i1, i2), range(j1, j2), strict=True)
                yield from (ChangedLine(kind, i + 1, j + 1, right[j]) for i, j in pairs)
                continue
            yield from (ChangedLine("delete", i + 1, None, left[i]) for i in range(i1, i2))
            yield from (ChangedLine("insert", None, j + 1, right[j]) for j in range(j1, j2))
