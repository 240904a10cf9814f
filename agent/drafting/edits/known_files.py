"""The lines and names of the files before an answer, and the prose that lies between edits."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from agent.drafting.edits.file_lines import fold

FIRST_PAGE: Final = "index.html"

_PREFIX: Final = re.compile(r"^(?:\./|[ab]/|old/|new/)")


class KnownFiles:
    """The files as they were when the model was asked."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def has_line(self, line: str) -> bool:
        """Whether a line is in any of the files, give or take what `fold` passes over."""
        return fold(line) in self._keys

    def has_path(self, name: str) -> bool:
        """Whether a file is meant by the name: its path, or the end of it, with a diff's prefix."""
        bare = _PREFIX.sub("", name)
        return any(path in (name, bare) or path.endswith("/" + bare) for path in self._files)

    @property
    def only_path(self) -> str | None:
        """What an edit without a name is for, where there is but one file."""
        return next(iter(self._files)) if len(self._files) == 1 else None

    @property
    def pages(self) -> list[str]:
        """The paths of the tree's HTML files."""
        return [path for path in self._files if path.lower().endswith((".html", ".htm"))]

    @property
    def first_page(self) -> str | None:
        """The file that a page without a name is for; None if that is unclear."""
        pages = self.pages
        if FIRST_PAGE in pages or not pages:
            return FIRST_PAGE
        return pages[0] if len(pages) == 1 else None

    def with_all_lines(self, lines: Sequence[str]) -> str | None:
        """The only file that has all of these lines."""
        wanted = {fold(line) for line in lines if line.strip()}
        found = [path for path, keys in self._keys_of.items() if wanted and wanted <= keys]
        return found[0] if len(found) == 1 else None

    def whole_lines(self, path: str, old: str, new: str) -> tuple[str, str]:
        """Both texts widened to whole lines, if the old one is in the file once and not so yet."""
        text = self._files.get(path, "").replace("\r\n", "\n")
        if text.count(old) != 1:
            return old, new
        start = text.index(old)
        head = text[text.rfind("\n", 0, start) + 1 : start]
        end = text.find("\n", start + len(old))
        tail = text[start + len(old) : end if end >= 0 else len(text)]
        if old.endswith("\n"):
            tail = ""
        return head + old + tail, head + new + tail

    @cached_property
    def _keys_of(self) -> Mapping[str, frozenset[str]]:
        return {
            path: frozenset(map(fold, content.split("\n"))) for path, content in self._files.items()
        }

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset[str]().union(*self._keys_of.values())


Known = Callable[[str], bool]
"""Whether a line, whitespace and typography aside, is in any file of the tree."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines between blank ones: where its last changed lines are, and whether it is a list."""

    first: int
    end: int
    last_added: int
    last_removed: int
    is_list: bool

    @classmethod
    def of(cls, lines: Sequence[str], first: int, end: int, known: Known) -> "Paragraph":
        inside = range(first, end)
        return cls(
            first,
            end,
            max((n for n in inside if lines[n][:1] == "+"), default=-1),
            max((n for n in inside if lines[n][:1] == "-"), default=-1),
            all(lines[n].startswith(("- ", "  ")) for n in inside)
            and not any(known(lines[n][1:]) for n in inside if lines[n][:1] == "-"),
        )
