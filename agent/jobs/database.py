"""The journal's file as a database whose writers in this process stand in line.

SQLite has one writer at a time, and others look again after pauses of up to 100 ms: under load one
of them may miss its turn for a second. Sources: sqlite.org/wal.html; sqlite.org, "PRAGMA
synchronous" and "busy_timeout"; docs.sqlalchemy.org, "SQLite", "Transactions".
"""

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from agent.priority_semaphore import PrioritySemaphore

_CONNECTIONS = 20
_BUSY_SECONDS = 30
_HEAD_START_SECONDS = 1.0  # more would let a flood of requests keep steps from being recorded
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")  # before these sqlite3 begins a transaction


def database(file: Path, line: PrioritySemaphore, *, accepts: bool) -> sa.Engine:
    """An engine as dbos would make it, with the line, of one place, in front of its transactions.

    One that `accepts` goes before who waits no second yet, and what it committed outlasts a power
    failure. What others did in the moment before one may have to be done again; steps look whether
    their effect is there.
    """
    engine = sa.create_engine(
        f"sqlite:///{file}",
        pool_size=_CONNECTIONS,
        max_overflow=0,
        connect_args={
            "factory": partial(_InLine, line=line, goes_first=accepts),
            "timeout": _BUSY_SECONDS,
        },
    )
    sa.event.listen(engine, "connect", partial(_set_up, "FULL" if accepts else "NORMAL"))
    sa.event.listen(engine, "before_cursor_execute", _before)
    return engine


class _InLine(sqlite3.Connection):
    """A connection that has its turn from a transaction's first write to its end."""

    def __init__(
        self, *arguments: Any, line: PrioritySemaphore, goes_first: bool, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._line = line
        self._head_start = _HEAD_START_SECONDS if goes_first else 0.0
        self._has_turn = False

    def take_turn(self) -> None:
        """Raises OperationalError, as SQLite does, when it does not come."""
        if not self._has_turn:
            if not self._line.take(time.monotonic() - self._head_start, _BUSY_SECONDS):
                raise sqlite3.OperationalError("database is locked")
            self._has_turn = True

    def commit(self) -> None:
        super().commit()
        self._end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._line.leave()


def _set_up(synchronous: str, connection: sqlite3.Connection, record: object) -> None:
    """Transactions begin as writers, so that none finds out later that it may not write."""
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA synchronous={synchronous}")


def _before(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
    if statement.lstrip().upper().startswith(_WRITES):
        taking = connection.connection.dbapi_connection
        assert isinstance(taking, _InLine)
        taking.take_turn()
