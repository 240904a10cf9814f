"""Reads and writes the journal for `galley jobs`, `retry` and `cancel`, beside any server."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from agent.cli.output import print
from agent.errors import GalleyError
from agent.job_storage import inbox_of, journal_of
from agent.jobs import JobRecord, Jobs, State, Unavailable, job_id
from agent.models.redaction import Redactor
from agent.settings import Settings

_LEFT = {
    State.QUEUED: "waits for a worker",
    State.RUNNING: "is worked on",
}
_LONGEST_OUTCOME = 200


@contextmanager
def jobs_of(settings: Settings) -> Iterator[Jobs]:
    """The jobs of an existing journal, without running any. Raises GalleyError."""
    journal = journal_of(settings)
    if not journal.exists:
        raise GalleyError(f"no job was ever accepted in {journal.workspace}")
    with idle_jobs(settings) as jobs:
        yield jobs


@contextmanager
def idle_jobs(settings: Settings) -> Iterator[Jobs]:
    """The jobs of a journal that may not exist yet, without running any."""
    redact = Redactor(settings.secrets()).redact
    jobs = Jobs(journal_of(settings), inbox_of(settings), settings.deadline_seconds, redact)
    try:
        yield jobs
    finally:
        jobs.stop()


def row(record: JobRecord) -> str:
    """A job as a line of a list: its time, state, id and outcome."""
    accepted = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.job.accepted_at))
    return f"{accepted}  {record.state:<9}  {record.job.id}  {_outcome(record)}".rstrip()


@contextmanager
def failures_of(settings: Settings) -> Iterator[Callable[[Mapping[str, Any]], str]]:
    """Says why the job of a recorded request ended before it was done; empty where it did not."""
    if not journal_of(settings).exists:
        yield lambda request: ""
        return
    with idle_jobs(settings) as jobs:
        yield partial(_failure_of, jobs)


def _failure_of(jobs: Jobs, request: Mapping[str, Any]) -> str:
    try:
        found = jobs.find(job_id(request["task"], request["round"], request["nonce"]))
    except Unavailable as error:
        return f"not known: {error}"
    return found.failure if found else ""


def tell(record: JobRecord | None, then: Callable[[JobRecord], str]) -> None:
    """Print the job on stdout, and what happens to it next on stderr."""
    if record:
        print(row(record))
        print(f"galley: {then(record)}", file=sys.stderr)


def after_retry(settings: Settings, record: JobRecord) -> str:
    """What happens to a job that was put into the queue again, and what the user has to do."""
    is_shared = bool(settings.database_url.get_secret_value())
    workers = "`galley serve` or `galley worker` on this journal" if is_shared else "`galley serve`"
    until = time.strftime("%H:%M:%S", time.localtime(record.job.deadline))
    return (
        f"a {workers} that runs takes it up by itself; where none runs, start one now: "
        f"the job's time ends at {until}"
    )


def after_cancel(record: JobRecord) -> str:
    return (
        "nothing more of it is published, and nobody is notified; "
        f"`galley retry {record.job.id}` goes on with it after all"
    )


def _outcome(record: JobRecord) -> str:
    if record.publication:
        return record.publication.pages_url
    if record.failure:
        return " ".join(record.failure.split())[:_LONGEST_OUTCOME]
    return _LEFT.get(record.state, "")
