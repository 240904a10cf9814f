"""The jobs that this process works on right now, and what each of them has to know of the world."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.jobs.failures import Abandoned


@dataclass
class _Run:
    """One job at work; `step` and `since` are those of the step in hand."""

    deadline: float
    is_cancelled: bool = False
    step: str = ""
    since: float = 0.0


class Running:
    """Thread-safe: steps ask it, the watch and the API tell it."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._waiting = 0
        self._changed = threading.Condition()
        self._is_stopping = False
        self._is_out_of_patience = False

    @contextmanager
    def run(self, job: str, deadline: float) -> Iterator[None]:
        """The job is worked on for as long as the block lasts. Raises Abandoned while stopping.

        A job that was cancelled and retried first waits for its cancelled step to end.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or job not in self._runs)
            if self._is_stopping:
                raise Abandoned
            self._runs[job] = _Run(deadline)
        try:
            yield
        finally:
            with self._changed:
                del self._runs[job]
                self._changed.notify_all()

    @contextmanager
    def step(self, job: str, name: str) -> Iterator[None]:
        run = self._runs[job]
        run.step, run.since = name, time.time()
        try:
            yield
        finally:
            run.step = ""

    def step_in_hand(self, job: str) -> tuple[str, float] | None:
        """The step this process is at, and since when (epoch)."""
        run = self._runs.get(job)
        return (run.step, run.since) if run and run.step else None

    def jobs(self) -> list[str]:
        with self._changed:
            return list(self._runs)

    @property
    def waiting(self) -> int:
        """How many jobs are between two looks and need nothing of this process meanwhile."""
        return self._waiting

    def deadline(self, job: str) -> float | None:
        run = self._runs.get(job)
        return run.deadline if run else None

    def cancel(self, job: str) -> None:
        with self._changed:
            if run := self._runs.get(job):
                run.is_cancelled = True
            self._changed.notify_all()

    def is_cancelled(self, job: str) -> bool:
        """Whether work on the job is to end now, be it cancelled or out of time to stop."""
        run = self._runs.get(job)
        return self._is_out_of_patience or (run is not None and run.is_cancelled)

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    def go_on(self, job: str) -> None:
        """Raises Abandoned where no further step of the job is to begin."""
        if self._is_stopping or self.is_cancelled(job):
            raise Abandoned

    def pause(self, job: str, seconds: float) -> None:
        """Wait between two tries. Raises Abandoned at once when there is to be no further one."""
        until = time.monotonic() + seconds
        with self._changed:
            while (left := until - time.monotonic()) > 0:
                self.go_on(job)
                self._changed.wait(left)
        self.go_on(job)

    def wait(self, job: str, seconds: float) -> None:
        """Pause while the world does something; others may work meanwhile. Raises Abandoned."""
        with self._changed:
            self._waiting += 1
        try:
            self.pause(job, seconds)
        finally:
            with self._changed:
                self._waiting -= 1

    def stop(self, patience: float, at_last: float) -> bool:
        """Let steps in hand end within `patience` seconds; then cut them short.

        Whether nothing runs any more after `at_last` seconds more.
        """
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            if self._changed.wait_for(lambda: not self._runs, patience):
                return True
            self._is_out_of_patience = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._runs, at_last)
