import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from agent.jobs.database import database
from agent.places import Places
from tests.jobs.toy import until


@pytest.fixture
def line() -> Places:
    return Places(1)


@pytest.fixture
def working(tmp_path: Path, line: Places) -> Iterator[sa.Engine]:
    engine = database(tmp_path / "jobs.sqlite", line, accepts=False)
    with engine.begin() as connection:
        connection.execute(sa.text("PRAGMA journal_mode=WAL"))
        connection.execute(sa.text("CREATE TABLE jobs (name TEXT PRIMARY KEY)"))
    yield engine
    engine.dispose()


@pytest.fixture
def accepting(tmp_path: Path, line: Places, working: sa.Engine) -> Iterator[sa.Engine]:
    engine = database(tmp_path / "jobs.sqlite", line, accepts=True)
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


def test_who_accepts_goes_before_those_who_came_earlier(
    line: Places, working: sa.Engine, accepting: sa.Engine
) -> None:
    with working.begin() as connection:
        add(connection, "at it")
        earlier = [started(working, f"earlier {number}") for number in range(5)]
        until(lambda: line.waiting == 5)
        first = started(accepting, "accepted")
        until(lambda: line.waiting == 6)

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


def test_reading_waits_for_nobody(working: sa.Engine, accepting: sa.Engine) -> None:
    write(accepting, "one")
    with working.begin() as connection:
        add(connection, "two")

        assert names(accepting) == ["one"]


def test_a_turn_that_does_not_come_is_sqlites_own_error(
    line: Places, working: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.jobs.database._BUSY_SECONDS", 0.01)
    assert line.take()

    with pytest.raises(sa.exc.OperationalError, match="database is locked"):
        write(working, "one")

    line.leave()
    write(working, "two")
    assert names(working) == ["two"]


@pytest.mark.parametrize(("accepts", "level"), [(True, 2), (False, 1)])
def test_only_what_accepts_waits_for_the_disk(tmp_path: Path, accepts: bool, level: int) -> None:
    engine = database(tmp_path / "jobs.sqlite", Places(1), accepts=accepts)

    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == level
    engine.dispose()
