"""Whether accepting and carrying a job stays as cheap when the journal keeps many."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.bench.rows import Row, row
from tests.jobs.toy import ToyLine, brief, finish, working

_TABLES = ("workflow_status", "workflow_input", "workflow_output", "operation_outputs")


def measure(folder: Path, kept: int, samples: int) -> Iterator[Row]:
    folder.mkdir(parents=True)
    with working(folder, ToyLine()) as jobs:
        finish(jobs, jobs.submit(brief(task="kept")).id)
    few = _samples(folder, "few", samples)
    _multiply(folder / "jobs.sqlite", kept)
    many = _samples(folder, "many", samples)
    for index, what in enumerate(("accepting a job", "a job whose steps do nothing")):
        floor = row("", [sample[index] for sample in few], "").measured, "an empty journal"
        after = [sample[index] for sample in many]
        yield row(f"{what}, {kept:,} kept", after, "ms", floor)


def _samples(folder: Path, prefix: str, number: int) -> list[tuple[float, float]]:
    """Milliseconds to accept a job, and processor milliseconds of all its run."""
    found = []
    with working(folder, ToyLine()) as jobs:
        finish(jobs, jobs.submit(brief(task=f"{prefix}warm")).id)
        for count in range(number):
            cpu, began = time.process_time(), time.perf_counter()
            job = jobs.submit(brief(task=f"{prefix}{count}")).id
            accepted = time.perf_counter() - began
            finish(jobs, job)
            found.append((1000 * accepted, 1000 * (time.process_time() - cpu)))
    return found


def _multiply(journal: Path, number: int) -> None:
    """Copies of the one job that is there, under other ids."""
    with closing(sqlite3.connect(journal)) as connection, connection:
        (identity,) = connection.execute("SELECT workflow_uuid FROM workflow_status").fetchone()
        for table in _TABLES:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            chosen = ", ".join(
                "?1 || workflow_uuid" if c == "workflow_uuid" else c for c in columns
            )
            connection.executemany(
                f"INSERT INTO {table} SELECT {chosen} FROM {table} WHERE workflow_uuid = ?2",
                ((f"copy{count}.", identity) for count in range(number)),
            )
