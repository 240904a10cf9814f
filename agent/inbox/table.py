"""The inbox of many machines: a table in the journal's database."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import psycopg

from agent.jobs.failures import Unavailable

_CONNECT_SECONDS = 5
_REMEMBERED_BYTES = 64_000_000
_TABLE = """
CREATE TABLE IF NOT EXISTS galley_inbox (
    job text PRIMARY KEY,
    record bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
)
"""
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('galley inbox'))"
"""Two that make a table at the same time fail, also with IF NOT EXISTS."""
_PUT = "INSERT INTO galley_inbox (job, record) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_GET = "SELECT record FROM galley_inbox WHERE job = %s"
_DROP = "DELETE FROM galley_inbox WHERE job = %s"
_BEFORE = "SELECT job FROM galley_inbox WHERE kept_at < to_timestamp(%s)"


class TableInbox:
    """Speaks the Inbox port. A record never changes, so those read last are remembered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_made = False
        self._making = Lock()
        self._lock = Lock()
        self._remembered: OrderedDict[str, bytes] = OrderedDict()

    def put(self, job_id: str, record: bytes) -> bool:
        """Keep a request. False: this job has one, left as it is. Raises Unavailable."""
        with self._connected() as connection:
            return connection.execute(_PUT, (job_id, record)).rowcount == 1

    def get(self, job_id: str) -> bytes | None:
        """Raises Unavailable."""
        with self._lock:
            if job_id in self._remembered:
                self._remembered.move_to_end(job_id)
                return self._remembered[job_id]
        with self._connected() as connection:
            row = connection.execute(_GET, (job_id,)).fetchone()
        if row is None:
            return None
        record = bytes(row[0])
        self._remember(job_id, record)
        return record

    def drop(self, job_id: str) -> None:
        """Raises Unavailable."""
        with self._connected() as connection:
            connection.execute(_DROP, (job_id,))
        with self._lock:
            self._remembered.pop(job_id, None)

    def kept_before(self, moment: float) -> list[str]:
        """The jobs whose request is kept since before a moment (epoch). Raises Unavailable."""
        with self._connected() as connection:
            return [str(row[0]) for row in connection.execute(_BEFORE, (moment,))]

    def _remember(self, job_id: str, record: bytes) -> None:
        with self._lock:
            self._remembered[job_id] = record
            while sum(map(len, self._remembered.values())) > _REMEMBERED_BYTES:
                self._remembered.popitem(last=False)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        try:
            with psycopg.connect(self._url, connect_timeout=_CONNECT_SECONDS) as connection:
                self._make_table(connection)
                yield connection
        except psycopg.Error as error:
            raise Unavailable(f"the journal's database does not answer: {error}") from None

    def _make_table(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Have it there for all, other machines included, before anything is done with it."""
        with self._making:
            if self._is_made:
                return
            with connection.transaction():
                connection.execute(_ALONE)
                connection.execute(_TABLE)
            self._is_made = True
