"""The journal file or database under the jobs: opened by one process, private, set up for speed."""

import fcntl
import logging
import os
import sqlite3
from pathlib import Path
from typing import IO

from dbos import DBOS, DBOSConfig

from agent.errors import ConfigurationError

# A job that was begun by an older release is carried on by a newer one; without a fixed version
# any edit of the source would strand it. Steps that are added later go behind `DBOS.patch`.
_APPLICATION_VERSION = "1"
_SHUTDOWN_SECONDS = 30


class Journal:
    """The durable memory of the jobs: SQLite in the workspace, one process at a time."""

    def __init__(self, workspace: Path) -> None:
        workspace.mkdir(parents=True, exist_ok=True)
        self._path = (workspace / "jobs.sqlite").resolve()
        self._lock: IO[bytes] | None = None

    def open(self) -> None:
        """Ready for workflows to be registered and launched. Raises ConfigurationError."""
        self._take_lock()
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        os.close(descriptor)
        with sqlite3.connect(self._path) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # three times the jobs a second
        connection.close()
        config = DBOSConfig(
            name="galley",
            system_database_url=f"sqlite:///{self._path}",
            application_version=_APPLICATION_VERSION,
            executor_id="local",
            log_level="WARNING",
            notification_listener_polling_interval_sec=0.1,
            enable_otlp=False,
        )
        DBOS(config=config)
        logging.getLogger("dbos").setLevel(logging.WARNING)

    def close(self) -> None:
        """Let running steps end, within bounds, and free the journal for another process."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_SHUTDOWN_SECONDS)
        if self._lock:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        """Two processes with one executor id would run every step twice."""
        lock = (self._path.parent / "jobs.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise ConfigurationError(
                f"another Galley process works on {self._path.parent}: send the brief to it, "
                "stop it, or set WORKSPACE to another folder"
            ) from None
        self._lock = lock
