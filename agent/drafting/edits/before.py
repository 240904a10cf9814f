"""Owns what the files before an answer tell its reader: which lines and which names are theirs."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from agent.drafting.edits.fold import fold

_PREFIX: Final = re.compile(r"^(?:\./|[ab]/|old/|new/)")


class Before:
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
        return [path for path in self._files if path.lower().endswith((".html", ".htm"))]

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(
            fold(text) for content in self._files.values() for text in content.split("\n")
        )
