"""What keeps this machine from working for a while: a full disk, or a journal that is away.

A step that fails meanwhile has not failed: it waits until the hindrance is gone and is done again.
"""

import errno
import shutil
from pathlib import Path

from agent.jobs.failures import Unavailable

_LEAST_FREE = 4 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Disk:
    """The disk under the workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hindrance(self) -> str:
        """Why nothing can be written now; empty when it can."""
        free = shutil.disk_usage(self._folder).free
        return f"{self._folder} has {free // 1024} KiB left" if free < _LEAST_FREE else ""

    def is_to_blame(self, error: BaseException) -> str:
        """Why an error is the machine's and not the job's; empty when it is the job's."""
        if isinstance(error, Unavailable):
            return str(error)
        if isinstance(error, OSError) and error.errno in _FULL:
            return f"{self._folder}: {error.strerror}"
        return self.hindrance()
