"""`galley run`: one brief, with the local pages served for as long as it takes."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

from agent.build import Galley
from agent.cli.invocation import command_line
from agent.cli.output import print
from agent.cli.page_serving import pages_apart
from agent.intake.request import Request, unknown_fields
from agent.jobs import JobRecord, Jobs, State
from agent.proof_counts import ProofCounts
from agent.settings import Settings
from agent.values import Job

_POLL_SECONDS = 0.1
_UNHURRIED_SECONDS = 1800.0
"""The time of a job that no evaluator waits for."""

_HURRIED = (
    "galley: no further attempt is made; the best one so far is published. "
    "Ctrl-C again stops at once."
)


Watch = Callable[[Jobs, Job], AbstractContextManager[None]]
"""Shows a job for as long as the block lasts."""


def nobody_watches(jobs: Jobs, job: Job) -> AbstractContextManager[None]:
    return nullcontext()


def watching(answer_of: Callable[[str], str]) -> Watch:
    """Shows jobs live on the terminal of stderr, with what a model writes, by the job's id."""
    from agent.cli.live_view import LiveView, shown

    def watch(jobs: Jobs, job: Job) -> AbstractContextManager[None]:
        view = LiveView(job, partial(jobs.current_step, job.id), partial(answer_of, job.id))
        return shown(view, sys.stderr)

    return watch


class _Terminated(KeyboardInterrupt):
    """The process is asked to end by SIGTERM."""


@contextmanager
def finished(
    settings: Settings,
    make: Callable[[Settings, str], Galley],
    fields: Mapping[str, Any],
    watch: Watch = nobody_watches,
) -> Iterator[JobRecord]:
    """The job of a request's fields once it has ended; its page is served until the block is left.

    `make` takes the settings and the base URL of the local pages; `watch` shows the job meanwhile.

    Raises IntakeError before anything is made of a brief that cannot be worked on.
    """
    for note in unknown_fields(fields):
        print(f"galley: {note}", file=sys.stderr)
    request = Request.read(fields)
    if not request.evaluation_url and "deadline_seconds" not in settings.model_fields_set:
        settings = settings.model_copy(update={"deadline_seconds": _UNHURRIED_SECONDS})
    with pages_apart(settings) as base_url:
        with make(settings, base_url) as galley:
            galley.validate(request)
            record = _done(galley, request, watch)
        yield record  # the workspace is free for others while the page is looked at


def _done(galley: Galley, request: Request, watch: Watch) -> JobRecord:
    """The request's job once it has ended.

    Ctrl-C ends its drafting, so that the best attempt is published. A second one and SIGTERM
    cancel the job: nobody would come back to it.
    """
    signal.signal(signal.SIGTERM, _terminate)
    job = galley.jobs.submit(request)
    try:
        with watch(galley.jobs, job):
            _wait_or_hurry(galley, job)
    except KeyboardInterrupt:
        galley.jobs.cancel(job.id)
        raise
    record = galley.jobs.find(job.id)
    if record is None:
        raise AssertionError(f"{job.id} was submitted and is not in the journal")
    return record


def _wait_or_hurry(galley: Galley, job: Job) -> None:
    try:
        _wait(galley, job)
    except _Terminated:
        raise
    except KeyboardInterrupt:
        galley.jobs.hurry(job.id)
        print(_HURRIED, file=sys.stderr, flush=True)
        _wait(galley, job)


def _wait(galley: Galley, job: Job) -> None:
    while not galley.jobs.are_final([job.id]):
        time.sleep(_POLL_SECONDS)


def _terminate(number: int, frame: object) -> None:
    raise _Terminated


def tell(record: JobRecord, as_json: bool) -> None:
    """What was published, on stdout; which checks failed, or which step and why, on stderr."""
    if as_json:
        print(json.dumps(record.as_json, indent=1), flush=True)
    elif record.publication:
        print(f"repository  {record.publication.repo_url}")
        print(f"commit      {record.publication.revision.commit}")
        print(f"proof       {record.publication.revision.proof}")
        print(f"page        {record.publication.pages_url}", flush=True)
        for copy in record.publication.mirrored.copies:
            print(f"mirror      {copy}", flush=True)
    for note in record.publication.revision.notes if record.publication else ():
        print(f"galley: {note}", file=sys.stderr)
    if record.proof_counts:
        _tell_failing("failed", record.proof_counts)
        if record.proof_counts.own_tests:
            _tell_failing("own test failed", record.proof_counts.own_tests)
    if record.state is not State.DONE:
        step = record.failed_step or record.state
        print(
            f"galley: {step}: {record.error or 'the job was cancelled'}",
            file=sys.stderr,
        )


def tell_next(record: JobRecord) -> None:
    """The commands that go on from here, for a person at a terminal."""
    task = record.job.task
    print(f"galley: how it came about: {command_line('history', task)}", file=sys.stderr)
    if record.publication:
        print(f"galley: to change it:      {command_line('new', task)}", file=sys.stderr)
        print(f"galley: to take it along:  {command_line('export', task)}", file=sys.stderr)


def _tell_failing(what: str, counts: ProofCounts) -> None:
    for each in counts.failing:
        print(f"galley: {what}: {each.check}: {each.observed}", file=sys.stderr)


def is_proved(record: JobRecord) -> bool:
    """Whether it is known that no check of the published round failed."""
    return record.proof_counts is not None and not record.proof_counts.failing


def keep_serving() -> None:
    """Until Ctrl-C, where somebody is there to press it."""
    try:
        print("The page is served until you press Ctrl-C.", file=sys.stderr, flush=True)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
