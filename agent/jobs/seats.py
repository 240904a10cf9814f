"""The seat of this process at the journal: an executor id that no other living process has.

Two processes with one id would run every step twice. A process that starts again takes the seat it
had, and so finds the jobs that it had begun.
"""

import fcntl
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from agent.errors import ConfigurationError
from agent.jobs.failures import Unavailable
from agent.jobs.journal import Journal
from agent.jobs.leases import Leases, lease_of

_ONLY = "local"
_MOST_SEATS = 1000


@dataclass(frozen=True)
class Seat:
    """An executor id, and the locked file that keeps others from it."""

    executor: str
    lock: IO[bytes]

    def leave(self) -> None:
        self.lock.close()


def take(journal: Journal, leases: Leases | None) -> Seat:
    """The one seat of a journal file, or the first free one of many. Raises ConfigurationError."""
    if leases is None:
        return _only(journal.workspace)
    try:
        return _first_free(journal.workspace, leases)
    except Unavailable as error:
        raise ConfigurationError(f"the journal cannot be used: {error}") from None


def _only(workspace: Path) -> Seat:
    lock = _locked(workspace / "jobs.lock")
    if lock is None:
        raise ConfigurationError(
            f"another Galley process works on {workspace}: send the brief to it, stop it, set "
            "WORKSPACE to another folder, or set DATABASE_URL so that many can work together"
        )
    return Seat(_ONLY, lock)


def _first_free(workspace: Path, leases: Leases) -> Seat:
    """The first that no process of this machine has, and no other one by the journal.

    The journal may still have it that a worker lives whose machine went dark a moment ago.
    """
    folder = workspace / "seats"
    folder.mkdir(parents=True, exist_ok=True)
    machine = _machine(folder)
    for number in range(_MOST_SEATS):
        lock = _locked(folder / f"{number}.lock")
        if lock is None:
            continue
        if leases.take(lease_of(f"{machine}.{number}")):
            return Seat(f"{machine}.{number}", lock)
        lock.close()
    raise ConfigurationError(f"{_MOST_SEATS} processes work on {workspace} already")


def _machine(folder: Path) -> str:
    """An id of this workspace, made once: workspaces on different machines have different ones."""
    path = folder / "machine"
    scratch = folder / f".{uuid.uuid4().hex}"
    scratch.write_text(uuid.uuid4().hex[:12])
    try:
        os.link(scratch, path)
    except FileExistsError:
        return path.read_text()
    finally:
        scratch.unlink()
    return path.read_text()


def _locked(path: Path) -> IO[bytes] | None:
    lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock
