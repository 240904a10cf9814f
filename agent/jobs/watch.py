"""A look at the journal every second: what was cancelled, who is gone, what nobody works on."""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.jobs.failures import Unavailable
from agent.jobs.leases import Leases, lease_of
from agent.jobs.ledger import Ledger
from agent.jobs.running import Running

_SECONDS = 1.0
_GONE_SECONDS = 10.0  # a living worker has its lease back within a few seconds
_STRANDED_LOOKS = 3
_LAST_LOOK_SECONDS = 5.0
_PRUNE_SECONDS = 3600.0
_DAY_SECONDS = 86400.0

_log = logging.getLogger("galley.watch")


@dataclass
class Watch:
    """The rounds one process makes.

    `prune` forgets what ended before a moment; `make_room` takes jobs beside those that wait.
    """

    ledger: Ledger
    running: Running
    executor: str
    leases: Leases | None
    keep_days: float
    prune: Callable[[float], None]
    make_room: Callable[[int], None]
    _stop: threading.Event = field(default_factory=threading.Event)
    _stranded: dict[str, int] = field(default_factory=dict)
    _gone_since: dict[str, float] = field(default_factory=dict)
    _pruned_at: float = -math.inf
    _is_away: bool = False

    def start(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """A look that hangs in a database that is away is not waited for."""
        self._stop.set()
        self._thread.join(_LAST_LOOK_SECONDS)

    def _watch(self) -> None:
        while not self._stop.wait(_SECONDS):
            try:
                self.look()
            except Unavailable as error:
                if not self._is_away:
                    _log.warning("jobs wait: %s", error)
                self._is_away = True
            else:
                self._is_away = False

    def look(self) -> None:
        """Raises Unavailable."""
        self.make_room(self.running.waiting)
        running = self.running.jobs()
        if running:
            for job in self.ledger.are_cancelled(running):
                self.running.cancel(job)
        pending = self.ledger.pending()
        self._resume_stranded(pending.pop(self.executor, []))
        if self.leases:
            self._adopt(pending, self.leases)
        if time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
            self.prune(time.time() - self.keep_days * _DAY_SECONDS)
            self._pruned_at = time.monotonic()

    def _resume_stranded(self, ours: list[str]) -> None:
        """Jobs that are ours by the journal and that no thread here has: it was away when they
        came to a step's end."""
        running = set(self.running.jobs())
        looks = {job: self._stranded.get(job, 0) + 1 for job in ours if job not in running}
        lost = [job for job, count in looks.items() if count >= _STRANDED_LOOKS]
        if lost and not self.running.is_stopping:
            _log.warning("taking up again: %s", ", ".join(lost))
            self.ledger.resume(lost)
            looks = {}
        self._stranded = looks

    def _adopt(self, others: dict[str, list[str]], leases: Leases) -> None:
        """Take over from workers whose lease is free for long enough."""
        now = time.monotonic()
        seen = dict(self._gone_since)
        self._gone_since = {}
        for executor in others:
            if not leases.take(lease_of(executor)):
                continue
            try:
                since = self._gone_since[executor] = seen.get(executor, now)
                if now - since >= _GONE_SECONDS:
                    self._take_over(executor)
            finally:
                leases.drop(lease_of(executor))

    def _take_over(self, executor: str) -> None:
        """With its lease held, so that two survivors do not both do it."""
        jobs = self.ledger.pending().get(executor, [])
        if jobs:
            _log.warning("worker %s is gone; its jobs go on: %s", executor, ", ".join(jobs))
            self.ledger.resume(jobs)
