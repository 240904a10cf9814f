"""The file of the tree that a name in an answer means."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from agent.drafting.edits.edit_refusal import Reason, Refusal
from agent.paths import UnsafePath, safe_path

_SIDES: Final = re.compile(r"^(?:a|b|old|new)/")
_COPY_SUFFIXES: Final = (".orig", ".old", ".bak", ".new")


class TargetPaths:
    """Looks names up among a tree's text files, and its other files, which may not be edited."""

    def __init__(self, files: Mapping[str, str], taken: Collection[str]) -> None:
        self._files = files
        self._taken = frozenset(taken)
        self._new: set[str] = set()

    def existing(self, *names: str, is_whole: bool = False) -> str:
        """The one file that all the names mean; raises Refusal.

        One that is not text only where it is deleted or moved as a whole.
        """
        for name in names:
            self._safe(name)
        found = {path for name in names if (path := self._exact(name)) is not None}
        if len(found) == 1 and all(self._agrees(name, *found) for name in names):
            path = found.pop()
            return path if is_whole else self._editable(path)
        if not found:
            path = self._by_ending(names)
            return path if is_whole else self._editable(path)
        raise Refusal(
            Reason.MALFORMED,
            f"two different files are named: {' and '.join(names)}",
            names[-1],
        )

    def new(self, name: str, moved_from: str | None = None) -> str:
        """The path of a file to add; raises Refusal if it is unsafe or there already.

        A file that is moved may get its own name in another case.
        """
        path = self._safe(without_side(name) if self._exact(name) is None else name)
        path = self._exact(name) or path
        if path in self._files or path in self._taken:
            raise Refusal(Reason.EXISTS, "this file exists already; change it instead", path)
        self._refuse_overlap(path, moved_from)
        return path

    def whole(self, name: str) -> str:
        """The path of a file that is written as a whole, new or old; raises Refusal."""
        path = self._safe(name)
        if path in self._taken:
            return self._editable(path)
        if path not in self._files:
            self._refuse_overlap(path)
        return path

    def _safe(self, name: str) -> str:
        try:
            safe_path(bare := without_side(name))
            return safe_path(_undotted(name)) if bare != name else bare
        except UnsafePath as error:
            raise Refusal(Reason.PATH, str(error), name) from error

    def _exact(self, name: str) -> str | None:
        for candidate in (_undotted(name), without_side(name)):
            if candidate in self._files or candidate in self._taken:
                return candidate
        return None

    def _agrees(self, name: str, path: str) -> bool:
        """Whether a name can mean the path: it does, or it is the same file elsewhere or a copy."""
        bare = without_side(name)
        if bare == path or _ends_like(bare, path):
            return True
        return any(bare == path + suffix for suffix in _COPY_SUFFIXES)

    def _by_ending(self, names: Collection[str]) -> str:
        name = list(names)[-1]
        bare = without_side(name)
        near = [path for path in (*self._files, *self._taken) if _ends_like(bare, path)]
        if len(near) == 1:
            return near[0]
        message = "there is no such file"
        if near:
            message += f"; it may mean {' or '.join(sorted(near)[:5])}"
        raise Refusal(Reason.NO_FILE, message, bare)

    def _editable(self, path: str) -> str:
        if path in self._taken:
            raise Refusal(Reason.BINARY, "this file is not text and cannot be edited", path)
        return path

    def _refuse_overlap(self, path: str, moved_from: str | None = None) -> None:
        """A new file may not be another one in another case, nor a folder, nor inside a file."""
        folded = path.casefold()
        others = (*self._files, *self._taken, *sorted(self._new - {path}))
        for other in (other for other in others if other != moved_from):
            known = other.casefold()
            if known == folded:
                raise Refusal(Reason.EXISTS, f"it differs from {other} in case only", path)
            if folded.startswith(known + "/") or known.startswith(folded + "/"):
                raise Refusal(Reason.EXISTS, f"it and {other} cannot both exist", path)
        self._new.add(path)


def without_side(name: str) -> str:
    """The path without the `a/` or `b/` that a diff puts in front of it."""
    return _undotted(_SIDES.sub("", _undotted(name)))


def _undotted(name: str) -> str:
    while name.startswith("./"):
        name = name[2:]
    return name


def _ends_like(one: str, other: str) -> bool:
    return one.endswith("/" + other) or other.endswith("/" + one)
