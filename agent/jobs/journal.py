"""Where the memory of the jobs is: a file in the workspace, or a PostgreSQL database for many.

The journal holds positions and small values; what was asked is in the inbox beside it.
"""

import logging
import os
import sqlite3
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from dbos import DBOS
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from agent.errors import ConfigurationError
from agent.jobs.database import database
from agent.jobs.failures import is_expected
from agent.priority_semaphore import PrioritySemaphore

_SCHEMES = ("postgresql", "postgres")


class Journal:
    """An address that dbos understands; nothing is opened before `create`."""

    def __init__(self, workspace: Path, database_url: str = "") -> None:
        if database_url and urlsplit(database_url).scheme not in _SCHEMES:
            raise ConfigurationError("DATABASE_URL: expected postgresql://user@host/database")
        self.workspace = workspace.resolve()
        self.is_shared = bool(database_url)
        self.file = self.workspace / "jobs.sqlite"
        self.url = database_url or f"sqlite:///{self.file}"
        self._line = PrioritySemaphore(1)

    @cached_property
    def accepting(self) -> Engine | None:
        """What jobs are added and changed through; None: dbos makes an engine of its own."""
        return None if self.is_shared else database(self.file, self._line, accepts=True)

    @cached_property
    def working(self) -> Engine | None:
        """What the crew remembers its steps through."""
        return None if self.is_shared else database(self.file, self._line, accepts=False)

    def close(self) -> None:
        for engine in map(vars(self).get, ("accepting", "working")):  # those that were asked for
            if engine:
                engine.dispose()

    @property
    def exists(self) -> bool:
        return self.is_shared or self.file.exists()

    def create(self) -> None:
        """Make its tables where they are missing. Raises ConfigurationError."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        quieten()
        if not self.is_shared:
            self._create_file()
        try:
            DBOS.migrate(self.url)
        except SQLAlchemyError as error:
            action = "start it, or set DATABASE_URL" if self.is_shared else "set WORKSPACE"
            raise ConfigurationError(
                f"the journal cannot be used: {cause_of(error)}; {action}"
            ) from None

    def _create_file(self) -> None:
        """Private, and with a write-ahead log: three times the jobs a second."""
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.file)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()


def cause_of(error: SQLAlchemyError) -> str:
    """The database's own first line: the rest shows the statement and its parameters."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


# How dbos says that a job was cancelled, or taken over, while a step of it was in hand, and that
# the database is away: what is told by whoever asked.
_EXPECTED = (
    "is no longer owned by this execution",
    "was cancelled during execution",
    "Error connecting to the DBOS system database",
    "Database connection failed",
)


class _Unexpected(logging.Filter):
    """Lets through what dbos says of bugs; steps tell of expected failures themselves."""

    def filter(self, record: logging.LogRecord) -> bool:
        if any(expected in record.getMessage() for expected in _EXPECTED):
            return False
        error = record.exc_info[1] if record.exc_info else None
        return error is None or not is_expected(error)


_unexpected = _Unexpected()


def quieten() -> None:
    """Have dbos speak through our log, of warnings and worse, and not of expected failures."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    logger.propagate = True
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    if _unexpected not in logger.filters:
        logger.addFilter(_unexpected)
