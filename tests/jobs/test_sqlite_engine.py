import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from agent.jobs.sqlite_engine import close_engine, millisecond_clock, sqlite_engine
from agent.priority_semaphore import PrioritySemaphore
from tests.jobs.toy import until


@pytest.fixture
def writers() -> PrioritySemaphore:
    return PrioritySemaphore(1)


@pytest.fixture
def working(tmp_path: Path, writers: PrioritySemaphore) -> Iterator[sa.Engine]:
    engine = sqlite_engine(tmp_path / "jobs.sqlite", writers, accepts=False)
    with engine.begin() as connection:
        connection.execute(sa.text("PRAGMA journal_mode=WAL"))
        connection.execute(sa.text("CREATE TABLE jobs (name TEXT PRIMARY KEY)"))
    yield engine
    engine.dispose()


@pytest.fixture
def accepting(
    tmp_path: Path, writers: PrioritySemaphore, working: sa.Engine
) -> Iterator[sa.Engine]:
    engine = sqlite_engine(tmp_path / "jobs.sqlite", writers, accepts=True)
    yield engine
    engine.dispose()


def add(connection: sa.Connection, name: str) -> None:
    connection.execute(sa.text("INSERT INTO jobs VALUES (:name)"), {"name": name})


def names(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT name FROM jobs ORDER BY rowid")).scalars())


def write(engine: sa.Engine, name: str) -> None:
    with engine.begin() as connection:
        add(connection, name)


def started(engine: sa.Engine, name: str) -> threading.Thread:
    thread = threading.Thread(target=write, args=(engine, name), name=name)
    thread.start()
    return thread


def test_an_accepting_engine_writes_before_writers_that_came_earlier(
    writers: PrioritySemaphore, working: sa.Engine, accepting: sa.Engine
) -> None:
    with working.begin() as connection:
        add(connection, "at it")
        earlier = [started(working, f"earlier {number}") for number in range(5)]
        until(lambda: writers.waiting == 5)
        first = started(accepting, "accepted")
        until(lambda: writers.waiting == 6)

    for thread in (*earlier, first):
        thread.join()
    assert names(working)[:2] == ["at it", "accepted"]


def test_a_turn_ends_with_its_transaction_however_that_ends(working: sa.Engine) -> None:
    write(working, "one")
    with pytest.raises(sa.exc.IntegrityError):
        write(working, "one")
    with working.connect() as connection:
        add(connection, "taken back as nobody committed it")
    with pytest.raises(KeyError), working.begin() as connection:
        add(connection, "taken back")
        raise KeyError

    write(working, "two")

    assert names(working) == ["one", "two"]


def test_readers_do_not_wait(working: sa.Engine, accepting: sa.Engine) -> None:
    write(accepting, "one")
    with working.begin() as connection:
        add(connection, "two")

        assert names(accepting) == ["one"]


def test_a_turn_that_does_not_come_is_sqlites_own_error(
    tmp_path: Path, writers: PrioritySemaphore, working: sa.Engine
) -> None:
    impatient = sqlite_engine(tmp_path / "jobs.sqlite", writers, accepts=False, busy_seconds=0.01)
    assert writers.acquire()

    with pytest.raises(sa.exc.OperationalError, match="database is locked"):
        write(impatient, "one")

    writers.release()
    write(impatient, "two")
    assert names(working) == ["two"]
    impatient.dispose()


def test_a_connection_that_is_used_while_its_engine_closes_is_closed_afterwards(
    working: sa.Engine,
) -> None:
    late = working.connect()
    used = late.connection.dbapi_connection
    assert used

    close_engine(working)
    late.execute(sa.text("SELECT 1"))
    late.close()

    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        used.cursor()


@pytest.mark.parametrize(("accepts", "level"), [(True, 2), (False, 1)])
def test_only_an_accepting_engine_waits_for_the_disk(
    tmp_path: Path, accepts: bool, level: int
) -> None:
    engine = sqlite_engine(tmp_path / "jobs.sqlite", PrioritySemaphore(1), accepts=accepts)

    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == level
    engine.dispose()


@pytest.mark.parametrize("accepts", [True, False])
def test_the_clock_of_sqlite_counts_milliseconds(tmp_path: Path, accepts: bool) -> None:
    engine = sqlite_engine(tmp_path / "jobs.sqlite", PrioritySemaphore(1), accepts=accepts)

    before = time.time()
    with engine.connect() as connection:
        now = connection.execute(sa.text("SELECT unixepoch('subsec')")).scalar_one()
    after = time.time()

    assert before - 0.001 <= now <= after
    engine.dispose()


def test_every_engine_has_the_clock_while_tables_are_made(tmp_path: Path) -> None:
    query = sa.text("SELECT unixepoch('subsec') IS NULL")
    foreign = sa.create_engine(f"sqlite:///{tmp_path / 'jobs.sqlite'}")

    with millisecond_clock(), foreign.connect() as connection:
        lacks_clock = connection.execute(query).scalar()

    assert lacks_clock == 0
    foreign.dispose()
