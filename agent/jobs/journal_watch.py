"""Notices that any process wrote to the journal, without a query for jobs.

A journal file is looked at twice a second. PostgreSQL sends notices: a trigger sends one
with each commit that changes the state of a job. Sources: sqlite.org, "PRAGMA data_version";
PostgreSQL 15 documentation, "NOTIFY", "CREATE TRIGGER"; psycopg.org, "Asynchronous notifications".
"""

import select
import sqlite3
import threading
from pathlib import Path

import psycopg

_LOOK_SECONDS = 0.5
_LISTEN_SECONDS = 0.5  # the longest that a listener takes to notice that it is stopped
_RECONNECT_SECONDS = 1.0
_CONNECT_SECONDS = 5

_HAS_NOTICES = "SELECT to_regprocedure('dbos.galley_notify()') IS NOT NULL"
_ADD_NOTICES = """
CREATE FUNCTION dbos.galley_notify() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NOTIFY galley_jobs; RETURN NULL; END $$;
CREATE TRIGGER galley_notify AFTER INSERT OR UPDATE OF status ON dbos.workflow_status
    FOR EACH ROW EXECUTE FUNCTION dbos.galley_notify()
"""


class FileWatch:
    """Looks at the version of a journal file, which changes with every commit."""

    is_reliable = True

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._version: int | None = None

    def wait(self, stopped: threading.Event) -> bool:
        """Whether the journal has changed since the last call, or cannot be read."""
        stopped.wait(_LOOK_SECONDS)
        before = self._version
        try:
            row = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            self._version = None
        else:
            self._version = int(row[0])
        return self._version is None or self._version != before

    def close(self) -> None:
        self._connection.close()


class NoticeWatch:
    """Listens for the notices of a PostgreSQL; reliable for as long as the connection lasts."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None

    @property
    def is_reliable(self) -> bool:
        return self._connection is not None

    def wait(self, stopped: threading.Event) -> bool:
        """Whether a job may have changed since the last call."""
        try:
            if self._connection is None:
                self._connection = self._listen()
                return True
            select.select([self._connection.fileno()], [], [], _LISTEN_SECONDS)
            return any(self._connection.notifies(timeout=0))
        except psycopg.Error:
            self.close()
            stopped.wait(_RECONNECT_SECONDS)
            return False

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection:
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            application_name="galley notices",
            keepalives_idle=3,
            keepalives_interval=2,
            keepalives_count=3,
        )
        connection.execute("LISTEN galley_jobs")
        return connection


def send_notices(url: str) -> None:
    """Have a PostgreSQL whose tables exist send notices. Raises psycopg.Error."""
    with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('galley notices'))")
        found = connection.execute(_HAS_NOTICES).fetchone()
        if not (found and found[0]):
            connection.execute(_ADD_NOTICES)
