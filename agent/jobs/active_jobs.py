"""The jobs that this process runs now: their steps, deadlines, cancellations and the shutdown."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.jobs.failures import Abandoned
from agent.values import Job


@dataclass
class _ActiveJob:
    """One running job; `step` and `since` (epoch) describe its current step."""

    deadline: float
    is_cancelled: bool = False
    is_hurried: bool = False
    step: str = ""
    since: float = 0.0


class ActiveJobs:
    """Thread-safe: the steps read it, the reconciler and the API write to it."""

    def __init__(self) -> None:
        self._jobs: dict[str, _ActiveJob] = {}
        self._waiting = 0
        self._changed = threading.Condition()
        self._is_stopping = False
        self._is_interrupting = False

    @contextmanager
    def run(self, job: str, deadline: float) -> Iterator[None]:
        """The job is active for as long as the block lasts. Raises Abandoned while stopping.

        A job that was cancelled and retried first waits for its cancelled step to end.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or job not in self._jobs)
            if self._is_stopping:
                raise Abandoned
            self._jobs[job] = _ActiveJob(deadline)
        try:
            yield
        finally:
            with self._changed:
                del self._jobs[job]
                self._changed.notify_all()

    @contextmanager
    def step(self, job: str, name: str) -> Iterator[None]:
        active = self._jobs[job]
        active.step, active.since = name, time.time()
        try:
            yield
        finally:
            active.step = ""

    def current_step(self, job: str) -> tuple[str, float] | None:
        """The step of a job that runs in this process, and its start (epoch)."""
        active = self._jobs.get(job)
        return (active.step, active.since) if active and active.step else None

    @property
    def is_empty(self) -> bool:
        return not self._jobs

    def ids(self) -> list[str]:
        with self._changed:
            return list(self._jobs)

    @property
    def waiting(self) -> int:
        """How many jobs wait for the outside world and need nothing of this process meanwhile."""
        return self._waiting

    def deadline(self, job: str) -> float | None:
        active = self._jobs.get(job)
        return active.deadline if active else None

    def clock(self, job: Job) -> "JobClock":
        return JobClock(self, job)

    def cancel(self, job: str) -> None:
        with self._changed:
            if active := self._jobs.get(job):
                active.is_cancelled = True
            self._changed.notify_all()

    def hurry(self, job: str) -> None:
        with self._changed:
            if active := self._jobs.get(job):
                active.is_hurried = True

    def is_hurried(self, job: str) -> bool:
        active = self._jobs.get(job)
        return active is not None and active.is_hurried

    def is_cancelled(self, job: str) -> bool:
        """Whether the current step is to end now: the job is cancelled, or the shutdown is late."""
        active = self._jobs.get(job)
        return self._is_interrupting or (active is not None and active.is_cancelled)

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    def check(self, job: str) -> None:
        """Raises Abandoned where no further step of the job is to begin."""
        if self._is_stopping or self.is_cancelled(job):
            raise Abandoned

    def pause(self, job: str, seconds: float) -> None:
        """Wait before a step is run again. Raises Abandoned as soon as it is not to be."""
        until = time.monotonic() + seconds
        with self._changed:
            while (left := until - time.monotonic()) > 0:
                self.check(job)
                self._changed.wait(left)
        self.check(job)

    def wait(self, job: str, seconds: float) -> None:
        """Pause for the outside world, while other jobs may use the place. Raises Abandoned."""
        with self._changed:
            self._waiting += 1
        try:
            self.pause(job, seconds)
        finally:
            with self._changed:
                self._waiting -= 1

    def stop(self, grace_seconds: float, interrupt_seconds: float) -> bool:
        """Let current steps end within the grace period, then interrupt them.

        Whether every job has ended within `interrupt_seconds` after that.
        """
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            if self._changed.wait_for(lambda: not self._jobs, grace_seconds):
                return True
            self._is_interrupting = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._jobs, interrupt_seconds)


class JobClock:
    """Implements the RunClock port for one run of a job."""

    def __init__(self, active: ActiveJobs, job: Job) -> None:
        self._active = active
        self._job = job

    @property
    def deadline(self) -> float:
        return self._active.deadline(self._job.id) or self._job.deadline

    @property
    def is_cancelled(self) -> bool:
        return self._active.is_cancelled(self._job.id)

    @property
    def is_hurried(self) -> bool:
        return self._active.is_hurried(self._job.id)

    @property
    def is_stopping(self) -> bool:
        return self._active.is_stopping
