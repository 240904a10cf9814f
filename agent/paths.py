"""Decides which relative file names are accepted: one rule for models and requesters.

Everything that becomes a file of a task's repository has passed `safe_path`: what a model's
answer names, and what a brief's attachments are called. A name that only looks foreign, such as
`data\\sales.csv`, becomes usable through `repaired_path` first.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from agent.errors import GalleyError

LONGEST_PART: Final = 255
"""Bytes of UTF-8 that one name may have on common file systems."""

LONGEST_PATH: Final = 1024
"""Bytes of UTF-8 of a whole path; git and Windows tools fail in worse ways beyond this."""

_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: controls, lone surrogates, line and paragraph separators."""

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_SHORT_GIT: Final = re.compile(r"git~[0-9]+")
_ABSOLUTE: Final = "it must be relative to the project's folder"
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])")


class UnsafePath(GalleyError, ValueError):
    """A file name cannot be used; the message says why and is fit for whoever chose the name.

    `path` is the name as it was given, `reason` the why without the name.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"the file name {_shown(self.path)} cannot be used: {self.reason}"


def safe_path(path: str) -> str:
    """The relative POSIX path, in Unicode form NFC, that `path` names; raises UnsafePath."""
    fault = _fault_of_text(path)
    if fault:
        raise UnsafePath(path, fault)
    composed = unicodedata.normalize("NFC", path)
    for part in composed.split("/"):
        fault = _fault_of_part(part)
        if fault:
            raise UnsafePath(path, fault)
    if len(composed.encode()) > LONGEST_PATH:
        raise UnsafePath(path, f"it is longer than {LONGEST_PATH} bytes")
    return composed


def repaired_path(name: str) -> str:
    """The safe path that a browser or Windows meant by `name`; raises UnsafePath.

    Backslashes separate folders, `./` and a leading slash before a folder are left out, a colon
    becomes a hyphen, and parts lose spaces and dots at their ends. A name is refused if it is not
    relative after that: a drive, `..`, or a file in the root of a machine.
    """
    if _DRIVE.match(name) or name.startswith(("//", "\\\\")):
        raise UnsafePath(name, _ABSOLUTE)
    path = name.replace("\\", "/").strip(" ")
    while path.startswith("./"):
        path = path[2:]
    if path.startswith("/") and "/" in path[1:]:
        path = path[1:]
    parts = [_repaired_part(part) for part in path.split("/")]
    try:
        return safe_path("/".join(parts))
    except UnsafePath as unsafe:
        raise UnsafePath(name, unsafe.reason) from unsafe


def _repaired_part(part: str) -> str:
    if part in (".", "..") or _looks_like_git(part.partition(":")[0]):
        return part
    return part.strip(" ").rstrip(". ").replace(":", "-")


def clash(paths: Iterable[str]) -> tuple[str, str] | None:
    """The first two paths that are one file where case is ignored, or None."""
    seen: dict[str, str] = {}
    for path in paths:
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            return seen[folded], path
        seen[folded] = path
    return None


def _fault_of_text(path: str) -> str | None:
    if not path:
        return "it is empty"
    if any(unicodedata.category(character) in _UNPRINTABLE for character in path):
        return "it holds a control character, a line break, or half of a character"
    if "\\" in path:
        return "it holds a backslash; parts are separated by /"
    if path.startswith("/") or _DRIVE.match(path):
        return _ABSOLUTE
    if ":" in path:
        return "it holds a colon"
    return None


def _fault_of_part(part: str) -> str | None:
    if part == "":
        return "it has an empty part"
    if part in (".", ".."):
        return "it has a part . or .."
    if len(part.encode()) > LONGEST_PART:
        return f"it has a part longer than {LONGEST_PART} bytes"
    if part != part.strip() or part.endswith("."):
        return "it has a part that begins or ends with a space, or ends with a dot"
    if part.startswith("~"):
        return "it has a part that begins with ~"
    if _looks_like_git(part):
        return "it has a part that some systems read as .git"
    if _DEVICE.fullmatch(part.split(".")[0].rstrip().casefold()):
        return "it has a part that Windows reads as a device"
    return None


def _looks_like_git(part: str) -> bool:
    """Whether a file system may take the part for `.git` (case, NTFS, HFS+, and NFKC forms)."""
    visible = "".join(c for c in part if unicodedata.category(c) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).casefold().rstrip(" .")
    return plain == ".git" or _SHORT_GIT.fullmatch(plain) is not None


def _shown(path: str) -> str:
    """The name as one short printable line."""
    return repr(path if len(path) <= 80 else path[:80] + "…")
