"""The address of the job journal: a file in the workspace, or a PostgreSQL database for many.

The journal holds positions and small values; the requests themselves are in the inbox beside it.
"""

import os
import sqlite3
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from dbos import DBOS
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from agent.errors import ConfigurationError
from agent.jobs.failures import configure_dbos_log
from agent.jobs.journal_watch import FileWatch, NoticeWatch, send_notices
from agent.jobs.sqlite_engine import close_engine, millisecond_clock, sqlite_engine
from agent.priority_semaphore import PrioritySemaphore

# Names under which the jobs are in the journal. A release continues the jobs of an older one with
# the same version; without a fixed one any change of the source would strand these. Where steps or
# the values they record change, the version does, and unfinished jobs begin anew.
APPLICATION = "galley"
QUEUE = "jobs"
WORKFLOW = "produce"
VERSION = "2"

_SCHEMES = ("postgresql", "postgres")


class JobDatabase:
    """An address that dbos understands; nothing is opened before `create`."""

    def __init__(self, workspace: Path, database_url: str = "") -> None:
        if database_url and urlsplit(database_url).scheme not in _SCHEMES:
            raise ConfigurationError("DATABASE_URL: expected postgresql://user@host/database")
        self.workspace = workspace.resolve()
        self.is_shared = bool(database_url)
        self.file = self.workspace / "jobs.sqlite"
        self.url = database_url or f"sqlite:///{self.file}"
        self._writers = PrioritySemaphore(1)

    @cached_property
    def accept_engine(self) -> Engine | None:
        """The engine that adds and changes jobs. None: dbos makes an engine of its own."""
        return None if self.is_shared else sqlite_engine(self.file, self._writers, accepts=True)

    @cached_property
    def step_engine(self) -> Engine | None:
        """The engine that records the steps of running jobs. None: as above."""
        return None if self.is_shared else sqlite_engine(self.file, self._writers, accepts=False)

    def close(self) -> None:
        for engine in map(vars(self).get, ("accept_engine", "step_engine")):  # made ones only
            if engine:
                close_engine(engine)

    @property
    def exists(self) -> bool:
        return self.is_shared or self.file.exists()

    @property
    def remedy(self) -> str:
        """What to do when the journal cannot be used."""
        if self.is_shared:
            return "start the database, or set DATABASE_URL to one that runs"
        return "move the file away, or set WORKSPACE"

    def watch(self) -> FileWatch | NoticeWatch:
        """Notices the commits of any process; for one thread."""
        return NoticeWatch(self.url) if self.is_shared else FileWatch(self.file)

    def create(self) -> None:
        """Make the tables that are missing. Raises ConfigurationError."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        configure_dbos_log()
        try:
            if not self.is_shared:
                self._create_file()
            with millisecond_clock():
                DBOS.migrate(self.url)
            if self.is_shared:
                send_notices(self.url)
        except (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError) as error:
            raise ConfigurationError(
                f"the journal cannot be used: {cause_of(error)}; {self.remedy}"
            ) from None

    def _create_file(self) -> None:
        """Private, and with a write-ahead log, which triples the jobs per second."""
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.file)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()


def cause_of(error: SQLAlchemyError | sqlite3.Error | psycopg.Error | OSError) -> str:
    """The first line of the database's own message; the rest shows statement and parameters."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
