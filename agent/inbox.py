"""Where accepted requests wait, whole, until their job is forgotten: a private file each.

The journal remembers where a job is; what was asked, attachments and all, is kept here.
"""

import os
import tempfile
from pathlib import Path


class FolderInbox:
    """The inbox of one machine. Files are 0600: a request names the sender's e-mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, job_id: str, record: bytes) -> bool:
        """Keep a request, on disk before this returns. False: this job has one, left as it is."""
        descriptor, scratch = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(record)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(scratch, self._path(job_id))
        except FileExistsError:
            return False
        finally:
            os.unlink(scratch)
        return True

    def get(self, job_id: str) -> bytes | None:
        path = self._path(job_id)
        return path.read_bytes() if path.exists() else None

    def drop(self, job_id: str) -> None:
        self._path(job_id).unlink(missing_ok=True)

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.json"
