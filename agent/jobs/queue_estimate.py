"""Estimates whether a new job would be done in time, from the queue and from recent jobs."""

import math
import statistics
import threading
import time
from collections.abc import Callable

from agent.jobs.failures import QueueTooLong
from agent.jobs.job_records import StepRecord
from agent.jobs.job_store import JobStore

_FRESH_SECONDS = 1.0
_RECENT_JOBS = 5
_ELSEWHERE = ("publish", "notify")
"""Steps that wait for others, during which the next job may run."""


class QueueEstimate:
    """For the processes that run the jobs of a journal, `places` at a time all together.

    `seconds` is the time that a job has, its time in the queue included.
    """

    def __init__(self, store: JobStore, places: Callable[[], int], seconds: float) -> None:
        self._store = store
        self._places = places
        self._seconds = seconds
        self._lock = threading.Lock()
        self._looked_at = -math.inf
        self._queued = 0
        self._typical: float | None = None

    def admit(self) -> None:
        """Count one more job. Raises QueueTooLong where it would not be done in time."""
        with self._lock:
            if time.monotonic() - self._looked_at > _FRESH_SECONDS:
                self._queued, self._typical = self._store.count_queued(), None
                self._looked_at = time.monotonic()
            if self._queued:
                self._check()
            self._queued += 1

    def _check(self) -> None:
        if self._typical is None:
            self._typical = self._typical_seconds()
        needed = self._typical * (1 + self._queued / self._places())
        if needed > self._seconds:
            raise QueueTooLong(self._queued, self._typical, needed - self._seconds)

    def _typical_seconds(self) -> float:
        """How long recent jobs took; 0 where there are none, so that nothing is refused."""
        recent = self._store.newest_done(_RECENT_JOBS)
        took = [_seconds_of(self._store.steps(identity)) for identity in recent]
        return statistics.median(took) if took else 0.0


def _seconds_of(steps: list[StepRecord]) -> float:
    """How long a job held its place among those that run at the same time."""
    return sum(
        step.ended_at - step.started_at
        for step in steps
        if step.name not in _ELSEWHERE and step.started_at and step.ended_at
    )
