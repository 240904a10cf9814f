"""The inbox of one machine: a private file for each request."""

import os
import tempfile
from pathlib import Path

from agent import leftovers

_ENDING = ".json"


class FolderInbox:
    """Speaks the Inbox port. Files are 0600: a request names the sender's e-mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        leftovers.sweep(folder, leftovers.NEW)  # half a request of somebody's

    def put(self, job_id: str, record: bytes) -> bool:
        """Keep a request, on disk before this returns. False: this job has one, left as it is."""
        if self._path(job_id).exists():
            return False
        prefix = leftovers.prefix_of(leftovers.NEW)
        descriptor, scratch = tempfile.mkstemp(dir=self._folder, prefix=prefix)
        try:
            with os.fdopen(descriptor, "wb") as file, leftovers.held(Path(scratch)):
                file.write(record)
                file.flush()
                os.fsync(file.fileno())
            os.link(scratch, self._path(job_id))
            self._sync()
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

    def kept_before(self, moment: float) -> list[str]:
        """The jobs whose request is kept since before a moment (epoch)."""
        return [
            entry.name.removesuffix(_ENDING)
            for entry in os.scandir(self._folder)
            if entry.name.endswith(_ENDING) and _is_older(entry, moment)
        ]

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}{_ENDING}"

    def _sync(self) -> None:
        """The name as well as the bytes: fsync(2) of a file says nothing of its folder."""
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_older(entry: os.DirEntry[str], moment: float) -> bool:
    """Not where it is gone by now: its writer has finished, or another process removed it."""
    try:
        return entry.stat().st_mtime < moment
    except FileNotFoundError:
        return False
