"""An idle server hardly asks its journal, and still begins jobs at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from agent.inbox import FolderInbox, TableInbox
from agent.jobs import JobDatabase, Jobs, State
from agent.values import Job
from tests.jobs.postgres import postgres
from tests.jobs.toy import ToyLine, brief, finish, until, working

pytestmark = pytest.mark.slow

_END_NOTICES = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name = 'galley notices'"
)
_QUIET_SECONDS = 2.0  # ten times the longest pause of a thread that polls normally, and more


class Statements:
    """The SQL statements of every engine of this process: their number and the last one's time."""

    def __init__(self) -> None:
        self.number = 0
        self._last_at = time.monotonic()

    def count(self, *_: object) -> None:
        self.number += 1
        self._last_at = time.monotonic()

    def are_quiet(self) -> bool:
        return time.monotonic() - self._last_at > _QUIET_SECONDS


@contextmanager
def counted() -> Iterator[Statements]:
    statements = Statements()
    sa.event.listen(sa.Engine, "before_cursor_execute", statements.count)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", statements.count)


def test_an_idle_server_asks_nothing_and_begins_a_job_at_once(tmp_path: Path) -> None:
    toy = ToyLine()
    delays: list[float] = []

    def note(job: Job) -> None:
        delays.append(time.time() - job.accepted_at)

    toy.on["open"] = note

    with counted() as statements, working(tmp_path, toy) as jobs:
        until(statements.are_quiet, 30)
        finish(jobs, jobs.submit(brief()).id)

    assert len(delays) == 1
    assert delays[0] < _QUIET_SECONDS


def test_an_idle_server_notices_what_another_process_writes(tmp_path: Path) -> None:
    toy = ToyLine()

    with counted() as statements, working(tmp_path, toy) as jobs:
        until(statements.are_quiet, 30)
        elsewhere = Jobs(JobDatabase(tmp_path), FolderInbox(tmp_path / "inbox"), 60)
        job = elsewhere.submit(brief()).id
        elsewhere.stop()
        finish(jobs, job, seconds=5)
        record = jobs.find(job)

    assert record is not None
    assert record.state is State.DONE


def test_an_idle_worker_notices_what_another_process_accepts_in_postgresql(tmp_path: Path) -> None:
    toy = ToyLine()

    with (
        postgres() as cluster,
        counted() as statements,
        working(tmp_path / "worker", toy, url=cluster.url) as jobs,
    ):
        web = Jobs(JobDatabase(tmp_path / "web", cluster.url), TableInbox(cluster.url), 60)
        until(statements.are_quiet, 30)
        job = web.submit(brief()).id
        finish(jobs, job, seconds=5)
        record = jobs.find(job)
        web.stop()

    assert record is not None
    assert record.state is State.DONE


def test_an_idle_worker_goes_on_when_its_connection_for_notices_broke(tmp_path: Path) -> None:
    toy = ToyLine()

    with postgres() as cluster, working(tmp_path / "worker", toy, url=cluster.url) as jobs:
        web = Jobs(JobDatabase(tmp_path / "web", cluster.url), TableInbox(cluster.url), 60)
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            until(lambda: connection.execute(_END_NOTICES).rowcount == 1)
        job = web.submit(brief()).id
        finish(jobs, job, seconds=10)
        record = jobs.find(job)
        web.stop()

    assert record is not None
    assert record.state is State.DONE
