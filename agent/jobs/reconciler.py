"""Compares the journal with this process every second and mends what differs.

It notices jobs that were cancelled elsewhere, jobs of dead workers, and jobs that no thread runs.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.failures import Unavailable
from agent.jobs.job_store import JobStore
from agent.jobs.lease import Leases, lease_name

_SECONDS = 1.0
_IDLE_SECONDS = 10.0
_DEAD_SECONDS = 10.0  # a living worker takes its lease again within a few seconds
_STRANDED_PASSES = 3
_JOIN_SECONDS = 5.0
_PRUNE_SECONDS = 3600.0
_DAY_SECONDS = 86400.0

_log = logging.getLogger("galley.reconciler")


@dataclass
class Reconciler:
    """The passes that one process makes over the journal.

    `prune` removes jobs that ended before a time (epoch); `allow` lets the queue start jobs beside
    so many waiting ones.
    """

    store: JobStore
    active: ActiveJobs
    executor: str
    leases: Leases | None
    keep_days: float
    prune: Callable[[float], None]
    allow: Callable[[int], None]
    stopping: threading.Event
    _stranded: dict[str, int] = field(default_factory=dict)
    _dead_since: dict[str, float] = field(default_factory=dict)
    _sees_other_workers: bool = False
    _pruned_at: float = -math.inf
    _is_unreachable: bool = False

    def idle_seconds(self) -> float:
        """The pause of an idle process: a worker that dies with a job sends no notice."""
        return _SECONDS if self._sees_other_workers else _IDLE_SECONDS

    def start(self) -> None:
        self._thread = threading.Thread(target=self._repeat, name="reconciler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for long: a pass may hang in an unreachable database."""
        self.stopping.set()
        self._thread.join(_JOIN_SECONDS)

    def _repeat(self) -> None:
        while not self.stopping.wait(_SECONDS):
            try:
                self.reconcile()
            except Unavailable as error:
                if not self._is_unreachable:
                    _log.warning("jobs wait: %s", error)
                self._is_unreachable = True
            else:
                self._is_unreachable = False

    def reconcile(self) -> None:
        """One pass. Raises Unavailable."""
        self.allow(self.active.waiting)
        active = self.active.ids()
        if active:
            for job in self.store.are_cancelled(active):
                self.active.cancel(job)
        pending = self.store.pending()
        self._resume_stranded(pending.pop(self.executor, []))
        self._sees_other_workers = bool(pending)
        if self.leases:
            self._adopt(pending, self.leases)
        if time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
            self.prune(time.time() - self.keep_days * _DAY_SECONDS)
            self._pruned_at = time.monotonic()

    def _resume_stranded(self, ours: list[str]) -> None:
        """Resume jobs of this executor that no thread runs.

        Their thread found the database unreachable when a step ended.
        """
        active = set(self.active.ids())
        passes = {job: self._stranded.get(job, 0) + 1 for job in ours if job not in active}
        lost = [job for job, count in passes.items() if count >= _STRANDED_PASSES]
        if lost and not self.active.is_stopping:
            _log.warning("taking up again: %s", ", ".join(lost))
            self.store.resume(lost)
            passes = {}
        self._stranded = passes

    def _adopt(self, others: dict[str, list[str]], leases: Leases) -> None:
        """Take over the jobs of workers whose lease has been free for long enough."""
        now = time.monotonic()
        seen = dict(self._dead_since)
        self._dead_since = {}
        for executor in others:
            if not leases.take(lease_name(executor)):
                continue
            try:
                since = self._dead_since[executor] = seen.get(executor, now)
                if now - since >= _DEAD_SECONDS:
                    self._take_over(executor)
            finally:
                leases.drop(lease_name(executor))

    def _take_over(self, executor: str) -> None:
        """Only the process that holds the dead worker's lease does this."""
        jobs = self.store.pending().get(executor, [])
        if jobs:
            _log.warning("worker %s is gone; its jobs go on: %s", executor, ", ".join(jobs))
            self.store.resume(jobs)
