"""Accepts briefs as jobs and runs each job through the pipeline once, durably."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from agent import request_id
from agent.intake.request import Request
from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.executor_lock import ExecutorLock, is_locked, lock_executor
from agent.jobs.failures import (
    Conflict,
    NotPossible,
    QueueTooLong,
    Unavailable,
    UnknownJob,
)
from agent.jobs.idle_polling import IdlePolling
from agent.jobs.job_database import JobDatabase
from agent.jobs.job_records import JobRecord, State, StepRecord, job_id
from agent.jobs.job_store import JobStore
from agent.jobs.journal_figures import Figures, JournalFigures
from agent.jobs.lease import Leases, lease_name
from agent.jobs.queue_estimate import QueueEstimate
from agent.jobs.reconciler import Reconciler
from agent.jobs.redacted_record import redacted
from agent.jobs.task_lock import TaskLocks
from agent.jobs.worker import JobWorker, Pipeline, WorkerConcurrency
from agent.ports import Inbox
from agent.values import Job

__all__ = [
    "Conflict",
    "Figures",
    "JobDatabase",
    "JobRecord",
    "Jobs",
    "NotPossible",
    "QueueTooLong",
    "State",
    "StepRecord",
    "Unavailable",
    "UnknownJob",
    "job_id",
]

_LISTED = 200
_SUBMIT_LOCKS = 64
_STEP_SECONDS = 20.0
_INTERRUPT_SECONDS = 8.0
_log = logging.getLogger("galley.jobs")


class Jobs:
    """Accepts, runs and lists jobs; rounds of one task run in order, tasks side by side."""

    def __init__(
        self,
        database: JobDatabase,
        inbox: Inbox,
        seconds: float,
        redact: Callable[[str], str] = str,
    ) -> None:
        """`redact` takes secrets out of what is told of jobs: models and pages may repeat some."""
        self._database = database
        self._redact = redact
        self._inbox = inbox
        self._seconds = seconds
        self._store = JobStore(database)
        self._figures = JournalFigures(self._store.standings, self._store.infos)
        self._active = ActiveJobs()
        self._polling = IdlePolling(database, self._active)
        self._submit_locks = [threading.Lock() for _ in range(_SUBMIT_LOCKS)]
        self._leases = Leases(database.url) if database.is_shared else None
        self._worker: JobWorker | None = None
        self._reconciler: Reconciler | None = None
        self._queue: QueueEstimate | None = None
        self._lock: ExecutorLock | None = None
        self._is_stopped = False

    def lock_workspace(self) -> None:
        """Keep other processes from the workspace and the journal. Raises ConfigurationError."""
        if self._leases:  # they are in the database, which may be new
            self._database.create()
        self._lock = lock_executor(self._database, self._leases)
        if not self._leases:
            self._database.create()

    def start(self, pipeline: Pipeline, concurrency: int, keep_days: float) -> None:
        """Continue unfinished jobs, then run queued ones. Raises ConfigurationError."""
        if self._lock is None:
            self.lock_workspace()
        assert self._lock
        executor = self._lock.executor
        begun = self._store.begin_anew(self._seconds, self._is_dead)
        if begun:
            _log.info("begin anew, as an older version had them: %s", ", ".join(begun))
        locks = TaskLocks(self._leases)
        self._worker = JobWorker(self._database, self._active, locks, self._polling)
        self._estimate_queue(concurrency)
        limit = WorkerConcurrency(self._store, concurrency, is_shared=self._database.is_shared)
        limit.allow(waiting=0)
        self._worker.start(executor, pipeline, self._current_deadline)
        stopping = threading.Event()
        self._reconciler = Reconciler(
            self._store,
            self._active,
            executor,
            self._leases,
            keep_days,
            self.prune,
            limit.allow,
            stopping,
        )
        self._polling.slow_down(stopping, self._reconciler.idle_seconds)
        self._reconciler.start()

    def accept_only(self, concurrency: int) -> None:
        """Be ready to accept and list jobs; workers elsewhere run them, each `concurrency`."""
        self._database.create()
        self._estimate_queue(concurrency)

    def _estimate_queue(self, concurrency: int) -> None:
        def places() -> int:
            return concurrency * (max(1, self._leases.workers()) if self._leases else 1)

        self._queue = QueueEstimate(self._store, places, self._seconds)

    def rehearse(self, concurrency: int) -> bool:
        """Open the journal as `start` does, without running a job.

        False: another process works on the journal file, so it was only read. Raises
        ConfigurationError or Unavailable.
        """
        is_free = self._database.is_shared or not is_locked(self._database)
        if self._database.is_shared:
            self._database.create()
        elif is_free:
            self.lock_workspace()
            self._store.open_queue(concurrency)
        self._store.newest(1)
        return is_free

    def wind_down(self) -> None:
        """Begin no further step and let current steps end, within bounds; only the first call."""
        if self._active.is_stopping:
            return
        if not self._active.stop(_STEP_SECONDS, _INTERRUPT_SECONDS):
            _log.warning("a step did not end in time and will be done again by the next process")

    def stop(self) -> None:
        """Wind down, and leave unfinished jobs to the next process or to another one."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self.wind_down()
        self._polling.stop()
        if self._reconciler:
            self._reconciler.stop()
        if self._worker:
            self._worker.stop()
        if self._worker and self._leases and self._lock:
            self._hand_over(self._lock.executor)
        if self._leases:
            self._leases.close()
        self._store.close()
        self._database.close()
        if self._lock:
            self._lock.release()

    def submit(self, request: Request) -> Job:
        """Accept a request: when this returns, its job survives a crash.

        The same request again is the same job; one that failed is tried again. Raises Conflict,
        QueueTooLong, or Unavailable when nothing can be stored now.
        """
        identity = job_id(request.task, request.round, request.nonce)
        with self._submit_locks[hash(identity) % _SUBMIT_LOCKS]:  # stored once, even if sent twice
            return self._admit(identity, request)

    def _admit(self, identity: str, request: Request) -> Job:
        now = time.time()
        if not self._keep(identity, request.record()):
            self._compare(identity, request)
            if found := self._store.find(identity):
                return self._again(found)
        self._check_queue(identity)
        ends_at = now + self._seconds
        job = Job(identity, request.task, request.round, now, ends_at, request_id.current())
        self._store.add(job)
        self._polling.wake()
        return job

    def check_connection(self) -> None:
        """Raises Unavailable."""
        self._store.check_connection()

    def find(self, identity: str) -> JobRecord | None:
        found = self._store.find(identity)
        return found and self._redacted(found)

    def newest(self, limit: int = _LISTED, before: int = 0) -> list[JobRecord]:
        """Jobs from the newest on, without the first `before`."""
        return [self._redacted(record) for record in self._store.newest(limit, before)]

    def search(
        self, state: State | None, words: str, limit: int, before: int = 0
    ) -> list[JobRecord]:
        """Like `newest`, of the jobs in a state (None: any) whose id has the words."""
        found = self._store.search(state, words, limit, before)
        return [self._redacted(record) for record in found]

    def figures(self) -> Figures:
        """What the jobs of the journal took, in numbers. Raises Unavailable."""
        return self._figures.total()

    def are_final(self, identities: list[str]) -> set[str]:
        """Which of these jobs have ended."""
        return self._store.are_final(identities)

    def steps(self, identity: str) -> list[StepRecord]:
        """The steps of a job in order; the last one may still run, if this process runs it."""
        steps = [
            replace(step, result=self._redact(step.result)) for step in self._store.steps(identity)
        ]
        current = self.current_step(identity)
        return [*steps, current] if current else steps

    def current_step(self, identity: str) -> StepRecord | None:
        """The step of a job that this process runs now."""
        found = self._active.current_step(identity)
        return StepRecord(found[0], found[1], None, "", False) if found else None

    def _redacted(self, record: JobRecord) -> JobRecord:
        return redacted(record, self._redact)

    def cancel(self, identity: str) -> None:
        """End a job; its current step notices soon. Raises UnknownJob, NotPossible."""
        current = self._active.current_step(identity)
        self._store.cancel(identity, current[0] if current else "")
        self._active.cancel(identity)

    def hurry(self, identity: str) -> None:
        """Have a job of this process publish the best of its drafts so far, and make no other."""
        self._active.hurry(identity)

    def retry(self, identity: str) -> None:
        """Continue from the failed step, with the full time again. Raises as `cancel` does."""
        self._store.retry(identity, self._seconds)

    @property
    def is_stopping(self) -> bool:
        """Whether this process ends: work that the next one simply repeats need not be finished."""
        return self._active.is_stopping

    def prune(self, before: float) -> None:
        """Remove jobs that ended before a time (epoch), and requests that never became jobs."""
        for identity in self._store.forget(before):
            self._inbox.drop(identity)
        for identity in self._store.missing(self._inbox.kept_before(before)):
            self._inbox.drop(identity)

    def _keep(self, identity: str, record: bytes) -> bool:
        try:
            return self._inbox.put(identity, record)
        except OSError as error:
            raise Unavailable(f"the request cannot be stored: {error.strerror}") from None

    def _check_queue(self, identity: str) -> None:
        """Raises QueueTooLong for a job that would not be done in time; nothing of it is kept."""
        if self._queue:
            try:
                self._queue.admit()
            except QueueTooLong:
                self._inbox.drop(identity)
                raise

    def _compare(self, identity: str, request: Request) -> None:
        kept = self._inbox.get(identity)
        if kept is not None and kept != request.record():
            raise Conflict(
                f"{identity}: task, round and nonce are those of an earlier request whose body "
                "was another; send a new nonce for a new order"
            )

    def _again(self, found: JobRecord) -> Job:
        """A job that was sent again; of several senders at the same time, one retries it."""
        if found.state is State.FAILED:
            try:
                self.retry(found.job.id)
            except NotPossible:
                _log.info("another caller retried the job", extra={"job": found.job.id})
        return found.job

    def _is_dead(self, executor: str) -> bool:
        """Whether no process works under that id: the one of a journal file is this process's."""
        if self._leases is None or (self._lock and self._lock.executor == executor):
            return True
        name = lease_name(executor)
        if not self._leases.take(name):
            return False
        self._leases.drop(name)
        return True

    def _current_deadline(self, job: Job) -> float:
        found = self._store.find(job.id)
        return found.job.deadline if found else job.deadline

    def _hand_over(self, executor: str) -> None:
        """Let other workers continue at once what this one had begun."""
        try:
            jobs = self._store.pending().get(executor, [])
            if jobs:
                self._store.resume(jobs)
        except Unavailable as error:
            _log.warning("others take over later: %s", error)
