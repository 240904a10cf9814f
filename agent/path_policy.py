"""Which paths nobody but Galley may write in a task's repository, whatever a prompt says."""

import re
from collections.abc import Iterable, Mapping

from agent.errors import DraftRefused
from agent.scaffold import SITE_PATHS, is_site_path

_NEVER = ("cname", "_config.yml", ".gitmodules", ".gitattributes")
_SITE_NAMES = frozenset(path.lower() for path in SITE_PATHS)
_WORKFLOWS = ".github/workflows/"
_SPEAKS_OF_WORKFLOWS = re.compile(r"\bworkflows?\b|\bgithub actions?\b|\.github\b", re.IGNORECASE)
_MOST_FILES = 500
_MOST_BYTES = 80_000_000


def permitted(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    allow_workflows: bool,
    asks_for_workflows: bool = True,
) -> dict[str, bytes]:
    """The tree after an answer, with the scaffolds' files as they were before it.

    Raises DraftRefused for a file that may not be changed, in words the model can act on.
    """
    for path in sorted(before.keys() | after.keys()):
        is_changed = before.get(path) != after.get(path)
        reason = forbidden(path, allow_workflows, asks_for_workflows)
        if is_changed and reason:
            raise DraftRefused(f"{path} may not be changed: {reason}")
    if len(after) > _MOST_FILES or sum(map(len, after.values())) > _MOST_BYTES:
        raise DraftRefused(
            f"too much: at most {_MOST_FILES} files and {_MOST_BYTES // 1_000_000} MB together"
        )
    kept = {path: content for path, content in before.items() if is_site_path(path)}
    own = {path: content for path, content in after.items() if not _is_ours(path)}
    return own | kept


def asks_for_workflows(texts: Iterable[str]) -> bool:
    """Whether briefs and checks speak of Actions workflows at all."""
    return any(_SPEAKS_OF_WORKFLOWS.search(text) for text in texts)


def forbidden(path: str, allow_workflows: bool, asks_for_workflows: bool = True) -> str:
    """Why nobody but us puts a file there; empty where anybody may."""
    lowered = path.lower()
    if lowered.rpartition("/")[2] in _NEVER:
        return "it changes how the repository is served"
    if lowered.startswith(_WORKFLOWS) and not allow_workflows:
        return "workflows need ALLOW_WORKFLOWS=true in the settings"
    if lowered.startswith(_WORKFLOWS) and not asks_for_workflows:
        return "the brief asks for no workflow"
    return ""


def unwelcome(path: str, allow_workflows: bool) -> str:
    """Why a brief may not come with a file of that name; empty where it may."""
    if _is_ours(path):
        return "every repository gets one that Galley writes; send it under another name"
    return forbidden(path, allow_workflows)


def _is_ours(path: str) -> bool:
    """Whether Galley writes that file; some file systems tell no capitals from small letters."""
    return path.lower() in _SITE_NAMES or is_site_path(path.lower())
