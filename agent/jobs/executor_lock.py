"""Gives this process an executor id in the journal that no other living process has.

Two processes with one id would run every step twice. A process that starts again gets the id it
had before, and so finds the jobs that it had begun.
"""

import fcntl
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from agent.errors import ConfigurationError
from agent.jobs.failures import Unavailable
from agent.jobs.job_database import JobDatabase
from agent.jobs.lease import Leases, lease_name

_ONLY_EXECUTOR = "local"
_MOST_EXECUTORS = 1000


@dataclass(frozen=True)
class ExecutorLock:
    """An executor id, and the locked file that keeps other processes from it."""

    executor: str
    file: IO[bytes]

    def release(self) -> None:
        self.file.close()


def lock_executor(database: JobDatabase, leases: Leases | None) -> ExecutorLock:
    """The only id of a journal file, or the first free id of a shared journal.

    Raises ConfigurationError.
    """
    if leases is None:
        return _only(database.workspace)
    try:
        return _first_free(database.workspace, leases)
    except Unavailable as error:
        raise ConfigurationError(f"the journal cannot be used: {error}") from None


def is_locked(database: JobDatabase) -> bool:
    """Whether another process works on a journal file now."""
    file = _lock(_file_of(database.workspace))
    if file:
        file.close()
    return file is None


def _only(workspace: Path) -> ExecutorLock:
    file = _lock(_file_of(workspace))
    if file is None:
        raise ConfigurationError(
            f"another Galley process works on {workspace}: send the brief to it, stop it, set "
            "WORKSPACE to another folder, or set DATABASE_URL so that many can work together"
        )
    return ExecutorLock(_ONLY_EXECUTOR, file)


def _file_of(workspace: Path) -> Path:
    return workspace / "jobs.lock"


def _first_free(workspace: Path, leases: Leases) -> ExecutorLock:
    """The first id without a process on this machine and without a lease in the database.

    The database may still have the lease of a worker whose machine failed a moment ago.
    """
    folder = workspace / "executors"
    folder.mkdir(parents=True, exist_ok=True)
    machine = _machine(folder)
    for number in range(_MOST_EXECUTORS):
        file = _lock(folder / f"{number}.lock")
        if file is None:
            continue
        if leases.take(lease_name(f"{machine}.{number}")):
            return ExecutorLock(f"{machine}.{number}", file)
        file.close()
    raise ConfigurationError(f"{_MOST_EXECUTORS} processes work on {workspace} already")


def _machine(folder: Path) -> str:
    """An id of this workspace, made once: workspaces on different machines have different ids."""
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


def _lock(path: Path) -> IO[bytes] | None:
    """The file, locked for this process. None: another process has it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
