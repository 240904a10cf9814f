"""Temporary files and folders that outlive a killed process, and how the next one removes them.

Whoever makes one holds flock(2) on it, which the system drops when the process ends, whatever ends
it. The name has the process's id, for the moment between making and locking.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNLOCKED_SECONDS = 60.0
CHROMIUM, GIT, LLAMA = "galley-chromium-", "galley-git-", "galley-llama-"
"""Kinds in the system's folder for temporary files."""

NEW = ".new-"
"""The kind that lies where it is renamed to, once it is whole."""


def prefix_of(kind: str) -> str:
    """How the names of this process's files of a kind begin."""
    return f"{kind}{os.getpid()}-"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other processes from sweeping a file or folder; it may be renamed meanwhile."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def sweep(folder: Path, *kinds: str) -> None:
    """Remove what processes that are gone left behind; what is somebody else's stays."""
    for kind in kinds:
        for path in folder.glob(f"{kind}*"):
            _sweep_one(path, path.name.removeprefix(kind).partition("-")[0])


def _sweep_one(path: Path, owner: str) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:  # it is gone by now, or another user's
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_gone(owner) or time.time() - path.stat().st_mtime > _UNLOCKED_SECONDS:
            _remove(path)
    except OSError:  # its owner works with it, or has just finished
        return
    finally:
        os.close(descriptor)


def _is_gone(owner: str) -> bool:
    """Whether a process has ended. In a container the next one has the same id: that is us."""
    if not owner.isdecimal():
        return False
    if int(owner) == os.getpid():
        return True
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
