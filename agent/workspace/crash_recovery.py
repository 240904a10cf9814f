"""Recovers repositories after a crash: stale locks are removed, broken clones recognised.

git makes `<file>.lock` before it writes `<file>`, and takes one it finds for another git; it
is stale when no process is at work there. Source: git's Documentation/technical/api-lockfile.
"""

import os
import re
import time
from itertools import chain
from pathlib import Path

from git.exc import GitCommandError, GitCommandNotFound, GitError

from agent.errors import WorkspaceError
from agent.workspace import git_environment
from agent.workspace.git_children import SeparateRepo

_HELD_SECONDS = 10.0
_LOOK_SECONDS = 0.05
_UNSEEN_SECONDS = 60.0
_PROCESSES = Path("/proc")
_MACHINES_FAULT = re.compile(
    r"Too many open files|Cannot allocate memory|[Oo]ut of memory|Resource temporarily unavailable"
    r"|No space left|Input/output error|Permission denied|dubious ownership"
)


def unlock(git_folder: Path) -> None:
    """Remove the locks that no process holds; wait a little for those that one does.

    A git that outlived the process which began it ends by itself. Raises WorkspaceError when it
    does not.
    """
    ends_at = time.monotonic() + _HELD_SECONDS
    while locks := list(_locks(git_folder)):
        if _is_at_work(git_folder, locks):
            if time.monotonic() > ends_at:
                raise WorkspaceError(f"{locks[0]}: another git is at work there; end it")
            time.sleep(_LOOK_SECONDS)
            continue
        for lock in locks:
            lock.unlink(missing_ok=True)


def is_sound(path: Path) -> bool:
    """Whether git can read a clone, every object of it: a file that a power cut emptied counts.

    The index is left out: one that git cannot read is made anew from the commits. Git is asked
    twice, as packs may be replaced by a new one while it reads them.
    """
    return _is_readable(path) or _is_readable(path)


def _is_readable(path: Path) -> bool:
    no_index = {"GIT_INDEX_FILE": str(path / ".git" / "no-index")}
    try:
        with SeparateRepo(path) as repo:
            repo.git.update_environment(**git_environment.environment(no_index))
            repo.git.fsck("--no-dangling", "--no-progress")
    except GitCommandNotFound:
        raise
    except GitCommandError as error:  # one that was killed, or could not work, says nothing
        was_killed = isinstance(error.status, int) and error.status < 0
        return was_killed or bool(_MACHINES_FAULT.search(str(error.stderr)))
    except (GitError, ValueError):  # GitPython: ValueError for a HEAD that is no ref
        return False
    return True


def _locks(git_folder: Path) -> list[Path]:
    """Where git takes locks: beside its own files, and beside refs."""
    beside = [(str(git_folder), os.listdir(git_folder))] if git_folder.is_dir() else []
    refs = ((folder, names) for folder, _, names in os.walk(git_folder / "refs"))
    return [
        Path(folder, name)
        for folder, names in chain(beside, refs)
        for name in names
        if name.endswith(".lock")
    ]


def _is_at_work(git_folder: Path, locks: list[Path]) -> bool:
    """Whether a process has one of the locks open, or is a git in that repository."""
    if not _PROCESSES.is_dir():  # then a lock that is old enough has to do
        return any(_age(lock) < _UNSEEN_SECONDS for lock in locks)
    places = {str(git_folder), str(git_folder.parent)}
    wanted = {str(lock) for lock in locks}
    return any(
        (_is_git(process) and _target(process / "cwd") in places)
        or not wanted.isdisjoint(_open_files(process))
        for process in _PROCESSES.iterdir()
        if process.name.isdecimal()
    )


def _is_git(process: Path) -> bool:
    """Whether it is a git that may write; those that read objects for us stay for a while."""
    try:
        name = (process / "comm").read_text().strip()
        return name.startswith("git") and b"\0cat-file\0" not in (process / "cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return False


def _open_files(process: Path) -> set[str]:
    try:
        return {_target(entry) for entry in (process / "fd").iterdir()}
    except OSError:  # it ended meanwhile, or is somebody else's
        return set()


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # closed meanwhile
        return ""


def _age(lock: Path) -> float:
    try:
        return time.time() - lock.stat().st_mtime
    except FileNotFoundError:
        return _UNSEEN_SECONDS
