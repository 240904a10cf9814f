"""Makes SQLAlchemy engines on the journal file whose writers in this process queue up.

SQLite allows one writer at a time, and its other writers try again after pauses of up to 100 ms:
under load one of them may miss its turn for a second. Sources: sqlite.org/wal.html; sqlite.org,
"PRAGMA synchronous" and "busy_timeout"; docs.sqlalchemy.org, "SQLite", "Transactions".
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from agent.priority_semaphore import PrioritySemaphore

_CONNECTIONS = 20
_BUSY_SECONDS = 30.0
_HEAD_START_SECONDS = 1.0  # with more, a flood of requests would keep steps from being recorded
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")  # sqlite3 begins a transaction before these
_HAS_SUBSECONDS = (3, 42)


def sqlite_engine(
    file: Path,
    writers: PrioritySemaphore,
    *,
    accepts: bool,
    busy_seconds: float = _BUSY_SECONDS,
) -> sa.Engine:
    """An engine like that of dbos, with the queue of writers in front of its transactions.

    An engine that `accepts` jobs goes before writers that have waited less than a second, and its
    commits survive a power failure. The last commits of other engines may not; the steps that
    these recorded are run again, and each step looks whether its effect is there.
    """
    connection = partial(
        _QueuedConnection,
        writers=writers,
        head_start=_HEAD_START_SECONDS if accepts else 0.0,
        busy_seconds=busy_seconds,
    )
    engine = sa.create_engine(
        f"sqlite:///{file}",
        pool_size=_CONNECTIONS,
        max_overflow=0,
        connect_args={"factory": connection},
    )
    sa.event.listen(engine, "connect", partial(_set_up, "FULL" if accepts else "NORMAL"))
    sa.event.listen(engine, "before_cursor_execute", _before_statement)
    return engine


def close_engine(engine: sa.Engine) -> None:
    """Close its connections now; those that a thread of dbos still uses close when it is done."""
    sa.event.listen(engine, "checkin", _close_returned)
    engine.dispose()


@contextmanager
def millisecond_clock() -> Iterator[None]:
    """Gives every SQLite connection that is opened meanwhile the clock that dbos needs."""
    sa.event.listen(sa.Engine, "connect", _add_clock)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "connect", _add_clock)


class _QueuedConnection(sqlite3.Connection):
    """A connection that holds the writers' semaphore from its first write to the commit."""

    def __init__(
        self,
        file: str,
        *,
        writers: PrioritySemaphore,
        head_start: float,
        busy_seconds: float,
        **options: Any,
    ) -> None:
        super().__init__(file, timeout=busy_seconds, **options)
        self._writers = writers
        self._head_start = head_start
        self._busy_seconds = busy_seconds
        self._is_writer = False

    def become_writer(self) -> None:
        """Raises OperationalError, as SQLite does, when the turn does not come in time."""
        if not self._is_writer:
            rank = time.monotonic() - self._head_start
            if not self._writers.acquire(rank, self._busy_seconds):
                raise sqlite3.OperationalError("database is locked")
            self._is_writer = True

    def commit(self) -> None:
        super().commit()
        self._stop_writing()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._stop_writing()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._stop_writing()

    def _stop_writing(self) -> None:
        if self._is_writer:
            self._is_writer = False
            self._writers.release()


def _set_up(synchronous: str, connection: sqlite3.Connection, record: object) -> None:
    """Transactions begin as writers, so no reader waits for the right to write halfway."""
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    _add_clock(connection, record)


def _add_clock(connection: object, record: object) -> None:
    """On Python 3.12 and newer dbos calls unixepoch('subsec'), NULL in SQLite before 3.42.

    A journal that such a Python made has the call in its tables, so older ones need it too.
    """
    if isinstance(connection, sqlite3.Connection) and sqlite3.sqlite_version_info < _HAS_SUBSECONDS:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float:
    """Seconds since the epoch in whole milliseconds, as SQLite 3.42 returns them."""
    if modifier not in ("subsec", "subsecond"):
        raise ValueError(f"unixepoch: only 'subsec' is supported, got {modifier!r}")
    return time.time_ns() // 1_000_000 / 1000


def _close_returned(connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
    record.invalidate()


def _before_statement(
    connection: sa.Connection, cursor: object, statement: str, *rest: object
) -> None:
    if statement.lstrip().upper().startswith(_WRITES):
        queued = connection.connection.dbapi_connection
        assert isinstance(queued, _QueuedConnection)
        queued.become_writer()
