"""A pipeline whose stages only record that they ran, for tests of the jobs."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from agent.deadline import Deadline
from agent.inbox import FolderInbox, TableInbox
from agent.intake.request import SubmittedRequest
from agent.jobs import JobDatabase, Jobs, QueueTooLong
from agent.jobs.worker import Pipeline
from agent.loaded_job import LoadedJob
from agent.looks import Review
from agent.pipeline import Line, Tried, produce
from agent.ports import RunClock, Steps
from agent.usage import ModelUsage
from agent.values import (
    Decision,
    Draft,
    Job,
    Plan,
    Proof,
    ProvedDraft,
    Publication,
    Receipt,
    Remote,
    RetryIn,
    Revision,
)
from tests.orders import loaded_job

COMMIT = "c" * 40
Happening = Callable[[Job], None]


def brief(
    task: str = "shop", round_: int = 1, nonce: str = "n", text: str = "Sell."
) -> SubmittedRequest:
    return SubmittedRequest.read(
        {
            "task": task,
            "round": round_,
            "nonce": nonce,
            "brief": text,
            "email": "someone@example.com",
            "evaluation_url": "http://127.0.0.1:9/notify",
        }
    )


@dataclass
class ToyLine:
    """Stages that record that they were done; `on` has something happen first, by stage."""

    on: dict[str, Happening] = field(default_factory=dict)
    done: list[tuple[str, str]] = field(default_factory=list)
    notify_after: int = 0
    clocks: dict[str, RunClock] = field(default_factory=dict)
    pause: float = 0.05
    proof: Proof = field(default_factory=lambda: Proof(()))
    spent: tuple[ModelUsage, ...] = ()

    def stages_of(self, job: str) -> list[str]:
        return [stage for stage, identity in self.done if identity == job]

    def _await_turn(self, job: str) -> None:
        """A draft that was begun ahead records nothing before its turn, so that order is told."""
        ends_at = time.monotonic() + 5.0
        while threading.current_thread().name.startswith("early-step"):
            stages = self.stages_of(job)
            if stages.count("stop") > stages.count("draft") or time.monotonic() > ends_at:
                return
            threading.Event().wait(0.01)

    def _do(self, stage: str, job: Job) -> None:
        if stage in self.on:
            self.on[stage](job)
        self.done.append((stage, job.id))

    def is_cancelled(self, job: str) -> bool:
        """Whether the run of a job that is going on here is cancelled."""
        return self.clocks[job].is_cancelled

    def open(self, job: Job, clock: RunClock) -> Remote:
        self.clocks[job.id] = clock
        self._do("open", job)
        return Remote(job.task, "http://x/r", "http://x/r.git")

    def load(self, job: Job, remote: Remote, clock: RunClock) -> LoadedJob:
        self.clocks[job.id] = clock
        return loaded_job(job, remote, Path("nowhere"))

    def plan(self, loaded: LoadedJob) -> Plan:
        self._do("plan", loaded.job)
        return Plan(0, 0)

    def stop(self, loaded: LoadedJob, tried: Tried) -> Decision:
        self._do("stop", loaded.job)
        return Decision(bool(tried), "it is good", self.spent if tried else ())

    def draft(self, loaded: LoadedJob, tried: Tried) -> Draft:
        self._await_turn(loaded.job.id)
        self._do("draft", loaded.job)
        return Draft(1, COMMIT, "t", "Sell", "toy")

    def prove(self, loaded: LoadedJob, plan: Plan, draft: Draft) -> Proof:
        self._do("prove", loaded.job)
        return self.proof

    def review(self, loaded: LoadedJob, tried: Tried) -> Review:
        self._do("review", loaded.job)
        return Review(1)

    def commit(self, loaded: LoadedJob, best: ProvedDraft) -> Revision:
        self._do("commit", loaded.job)
        revision = Revision(loaded.remote.repo, loaded.round, COMMIT, "index.html")
        said, counts = best.proof.summary, best.proof.counts
        return replace(revision, proof=said, counts=counts, spent=self.spent)

    def push(self, loaded: LoadedJob, revision: Revision) -> Revision:
        self._do("push", loaded.job)
        return revision

    def publish(self, loaded: LoadedJob, revision: Revision) -> Publication | RetryIn:
        self._do("publish", loaded.job)
        return Publication("http://x/r", "http://x/p/", revision)

    def notify(self, loaded: LoadedJob, publication: Publication) -> Receipt | RetryIn:
        self._do("notify", loaded.job)
        if self.stages_of(loaded.job.id).count("notify") <= self.notify_after:
            return RetryIn(self.pause, "no answer")
        return Receipt("", ())

    @property
    def line(self) -> Line:
        return Line(
            open=self.open,
            load=self.load,
            plan=self.plan,
            stop=self.stop,
            draft=self.draft,
            prove=self.prove,
            review=self.review,
            polish=lambda loaded, tried, review: self.draft(loaded, tried),
            prove_polished=self.prove,
            choose=lambda loaded, before, after: before,
            commit=self.commit,
            push=self.push,
            publish=self.publish,
            notify=self.notify,
        )


class Gate:
    """Holds a stage until it is opened or the job is cancelled."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()
        self.left = threading.Event()
        self.is_cancelled: Callable[[str], bool] = lambda job: False

    def __call__(self, job: Job) -> None:
        deadline = Deadline(time.time() + 20, lambda: self.is_cancelled(job.id))
        self.reached.set()
        try:
            while not self.open.wait(0.02):
                deadline.check()
        finally:
            self.left.set()


@cache
def _new_journal() -> bytes:
    """A journal in which nothing happened yet: making its tables takes longer than a toy's job."""
    with tempfile.TemporaryDirectory() as folder:
        journal = JobDatabase(Path(folder))
        journal.create()
        return journal.file.read_bytes()


@contextmanager
def working(
    folder: Path,
    toy: ToyLine,
    concurrency: int = 4,
    seconds: float = 60,
    url: str = "",
    redact: Callable[[str], str] = str,
) -> Iterator[Jobs]:
    """Jobs that go through a toy line until the block is left, with the journal of `folder`.

    Tests of a new journal and of its permissions create it first.
    """

    def pipeline(job: Job, steps: Steps) -> tuple[Publication, Receipt]:
        return produce(job, toy.line, steps)

    with running(folder, pipeline, concurrency, seconds, url, redact) as jobs:
        yield jobs


@contextmanager
def running(
    folder: Path,
    pipeline: Pipeline,
    concurrency: int = 4,
    seconds: float = 60,
    url: str = "",
    redact: Callable[[str], str] = str,
) -> Iterator[Jobs]:
    """Jobs that go through a pipeline until the block is left."""
    if not JobDatabase(folder, url).exists:
        JobDatabase(folder).file.write_bytes(_new_journal())
    inbox = TableInbox(url) if url else FolderInbox(folder / "inbox")
    jobs = Jobs(JobDatabase(folder, url), inbox, seconds, redact)
    try:
        jobs.start(pipeline, concurrency, keep_days=30)
        yield jobs
    finally:
        jobs.stop()


def until(claim: Callable[[], bool], seconds: float = 10.0) -> None:
    """Returns once the claim holds; fails the test when it does not in time."""
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)


def finish(jobs: Jobs, *identities: str, seconds: float = 10.0) -> None:
    until(lambda: jobs.are_final(list(identities)) == set(identities), seconds)


def accepted_until_refused(jobs: Jobs, toy: ToyLine) -> tuple[int, QueueTooLong]:
    """How many jobs are accepted behind one that takes long, and the refusal of the next.

    Each takes half a second, so the jobs must have little time and one place.
    """
    toy.on = {"draft": lambda job: time.sleep(0.5)}
    finish(jobs, jobs.submit(brief(task="typical")).id)
    try:
        submit_many(jobs, "queued")
    except QueueTooLong as refusal:
        return len(jobs.newest()) - 1, refusal
    raise AssertionError("all were accepted")


def submit_many(jobs: Jobs, name: str) -> None:
    """More than have room in a short queue."""
    for number in range(20):
        jobs.submit(brief(task=f"{name}-{number}"))
