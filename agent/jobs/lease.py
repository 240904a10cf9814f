"""Leases by name for workers and tasks of many machines: advisory locks of PostgreSQL.

A lease lasts as long as the connection that took it: a dead process loses its leases, and one
whose connection breaks takes them again a moment later. Source: PostgreSQL 15 documentation,
13.3.5 "Advisory Locks".
"""

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psycopg

from agent.jobs.failures import Unavailable

T = TypeVar("T")

_CONNECT_SECONDS = 5
_APPLICATION = "galley leases"
_HOLDERS = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND application_name = %s AND datname = current_database()
"""

# The server ends the session of a silent process. A machine without power or network, or a process
# that is stopped, does not close its connection.
_SILENT_SECONDS = 5
_HEARTBEAT_SECONDS = 1.0


class Leases:
    """The leases of one process, on one connection that a thread keeps alive; thread-safe."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._lost: set[str] = set()
        self._connection: psycopg.Connection[tuple[bool]] | None = None
        self._is_closed = threading.Event()
        threading.Thread(target=self._keep_alive, name="leases", daemon=True).start()

    def take(self, name: str) -> bool:
        """Hold a name until it is dropped. False: another process holds it. Raises Unavailable."""
        with self._lock:
            if not self._call(lambda c: _ask(c, "pg_try_advisory_lock", name)):
                return False
            self._held.add(name)
        return True

    def drop(self, name: str) -> None:
        with self._lock:
            self._held.remove(name)
            is_lost = name in self._lost
            self._lost.discard(name)
            if not is_lost and self._connection and not self._connection.broken:
                self._call(lambda c: _ask(c, "pg_advisory_unlock", name))

    def workers(self) -> int:
        """How many processes hold leases of this database now. Raises Unavailable."""
        with self._lock:
            return self._call(_count_holders)

    def renew(self) -> None:
        """Take again what a lost connection had given up. Raises Unavailable."""
        with self._lock:
            self._call(self._retake)

    def close(self) -> None:
        self._is_closed.set()
        with self._lock:
            self._disconnect()

    def _keep_alive(self) -> None:
        """An unreachable database is reported to the callers of `take` and `drop`."""
        while not self._is_closed.wait(_HEARTBEAT_SECONDS):
            with suppress(Unavailable):
                self.renew()

    def _call(self, ask: Callable[[psycopg.Connection[tuple[bool]]], T]) -> T:
        if self._is_closed.is_set():
            raise Unavailable("this process is stopping")
        try:
            connection = self._connection or self._connect()
            return ask(connection)
        except psycopg.Error as error:
            self._disconnect()
            raise Unavailable(f"the journal does not answer: {_first_line(error)}") from None

    def _connect(self) -> psycopg.Connection[tuple[bool]]:
        connection: psycopg.Connection[tuple[bool]] = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            application_name=_APPLICATION,
            tcp_user_timeout=_SILENT_SECONDS * 1000,
            keepalives_idle=3,
            keepalives_interval=2,
            keepalives_count=3,
        )
        self._connection = connection
        connection.execute(f"SET idle_session_timeout = '{_SILENT_SECONDS}s'")
        self._lost = set(self._held)
        self._retake(connection)
        return connection

    def _retake(self, connection: psycopg.Connection[tuple[bool]]) -> None:
        """Take what is lost and free; another worker may hold a lease for a moment, to test it."""
        connection.execute("SELECT 1")
        for name in sorted(self._lost):
            if _ask(connection, "pg_try_advisory_lock", name):
                self._lost.discard(name)

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def lease_name(executor: str) -> str:
    """The lease that a worker holds while it lives."""
    return f"worker {executor}"


def _ask(connection: psycopg.Connection[tuple[bool]], function: str, name: str) -> bool:
    row = connection.execute(f"SELECT {function}(%s)", (_key(name),)).fetchone()
    return bool(row and row[0])


def _count_holders(connection: psycopg.Connection[tuple[bool]]) -> int:
    row = connection.execute(_HOLDERS, (_APPLICATION,)).fetchone()
    return int(row[0]) if row else 0


def _key(name: str) -> int:
    digest = hashlib.sha256(f"galley {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _first_line(error: psycopg.Error) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
