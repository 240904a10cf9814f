"""Tells a failure of a job from a failure of its machine: a full disk, an unreachable database.

A step that meets such a failure has not failed: it waits until the machine can work and runs again.
"""

import errno
import shutil
from pathlib import Path

from agent.jobs.failures import Unavailable

_LEAST_FREE = 4 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskCheck:
    """The free space of the disk that holds the workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def obstacle(self) -> str:
        """Why nothing can be written now; empty when writing is possible."""
        free = shutil.disk_usage(self._folder).free
        return f"{self._folder} has {free // 1024} KiB left" if free < _LEAST_FREE else ""

    def obstacle_behind(self, error: BaseException) -> str:
        """Why the machine, not the job, caused an error; empty when the job caused it."""
        if isinstance(error, Unavailable):
            return str(error)
        if isinstance(error, OSError) and error.errno in _FULL:
            return f"{self._folder}: {error.strerror}"
        return self.obstacle()
