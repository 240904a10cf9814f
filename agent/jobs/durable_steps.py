"""Runs the pipeline's steps once each: finished steps are recorded, and not run after a crash.

A step that meets a passing failure, a full disk or an unreachable database waits and runs again.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Self, TypeVar, TypeVarTuple, Unpack

from dbos import DBOS

from agent.deadline import ending_at
from agent.errors import Cancelled, GalleyError, Passing, WorkspaceLost
from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.describe import describe, details
from agent.jobs.disk_check import DiskCheck
from agent.jobs.early_step import EarlyStep
from agent.jobs.failures import Abandoned
from agent.ports import RunClock
from agent.values import Job, RetryIn

T = TypeVar("T")
Given = TypeVarTuple("Given")

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
_OBSTACLE_SECONDS = 1.0
_LOAD = "load"
_log = logging.getLogger("galley.job")


class DurableSteps:
    """Implements the Steps port over the journal; one object for each run of a job.

    Every method raises Abandoned when this process is to stop working on the job.
    """

    def __init__(self, job: Job, active: ActiveJobs, disk: DiskCheck) -> None:
        self._job = job
        self._active = active
        self._disk = disk
        self._ran_now = False
        self._early = EarlyStep()
        self.clock: RunClock = active.clock(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """A step that was begun ahead ends with the run: it still writes to the repository."""
        self._early.close()

    def ahead(self, name: str, work: Callable[[Unpack[Given]], object], *given: *Given) -> None:
        """Begin the work of a later step beside the next one, where that one really runs."""

        def timed() -> object:
            with ending_at(self.clock.deadline):
                return work(*given)

        self._early.announce(name, timed)

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        """The result of a step, from the journal where that has one."""

        def step() -> T:
            self._ran_now = True
            began = time.monotonic()
            self._early.begin(name, announced)
            result = self._run(name, self._early.joined(name, partial(work, *given)))
            if summary := describe(result):
                self._report(name, summary, began, details(result))
            return result

        self._ran_now = False
        announced = self._early.taken()
        self._active.check(self._job.id)
        return DBOS.run_step({"name": name}, step)

    def poll(
        self,
        name: str,
        work: Callable[[Unpack[Given]], T | RetryIn],
        *given: *Given,
    ) -> T:
        """Repeats a step until its result is not RetryIn; recorded pauses are not waited again."""
        result = self.do(name, work, *given)
        while isinstance(result, RetryIn):
            if self._ran_now:
                self._active.wait(self._job.id, result.seconds)
            result = self.do(name, work, *given)
        return result

    def load(self, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        """Runs like a step, in every process that runs the job; the result is never recorded."""
        self._active.check(self._job.id)
        return self._run(_LOAD, work, *given)

    def _run(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        began = time.monotonic()
        with self._active.step(self._job.id, name):
            self._wait_for_disk()
            failures = 0
            while True:
                try:
                    with self._left_undone_by_a_stop(), ending_at(self.clock.deadline):
                        return work(*given)
                except Passing as error:
                    self._wait_after(name, error, failures, began)
                    failures += 1
                except (GalleyError, OSError) as error:
                    self._wait_or_raise(name, error, began)

    @contextmanager
    def _left_undone_by_a_stop(self) -> Iterator[None]:
        """Raises Abandoned for any failure while this process stops: what the step worked with may
        have been ended too, and the next process does the step again."""
        is_done = False
        try:
            yield
            is_done = True
        finally:
            if not is_done and self._active.is_stopping:
                raise Abandoned

    def _wait_after(self, name: str, error: Passing, failures: int, began: float) -> None:
        """Returns when the step is to run again. Raises the error where that is too late."""
        deadline = self._active.deadline(self._job.id) or self._job.deadline
        try:
            pause = pause_after(error, failures, deadline)
        except GalleyError as late:
            self._report(name, f"failed: {late}", began)
            raise
        self._report(name, f"again in {pause:.0f} s: {error}", began)
        self._pause(pause)

    def _wait_or_raise(self, name: str, error: GalleyError | OSError, began: float) -> None:
        """Returns, after a pause, when the step is to run again; raises its failure otherwise."""
        if isinstance(error, Cancelled):  # the journal has the state, or this process stops
            raise Abandoned from None
        obstacle = self._disk.obstacle_behind(error)
        if not obstacle:
            if isinstance(error, WorkspaceLost):
                self._report(name, str(error), began)
            elif isinstance(error, GalleyError):
                self._report(name, f"failed: {error}", began)
                _log.debug("the traceback of this failure:", exc_info=error)
            raise error
        self._report(name, f"waits: {obstacle}", began)
        self._pause(_OBSTACLE_SECONDS)
        self._wait_for_disk()

    def _pause(self, seconds: float) -> None:
        self._active.pause(self._job.id, seconds)

    def _wait_for_disk(self) -> None:
        while self._disk.obstacle():
            self._pause(_OBSTACLE_SECONDS)

    def _report(self, name: str, message: str, began: float, told: tuple[str, ...] = ()) -> None:
        seconds = round(time.monotonic() - began, 3)
        _log.info(
            message,
            extra={"job": self._job.id, "step": name, "seconds": seconds, "details": told},
        )


def pause_after(error: Passing, failures: int, deadline: float) -> float:
    """Seconds until the next try: the error's own, or twice as many after each failure.

    Raises the error at once where the next try would come after the deadline (epoch).
    """
    backoff = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**failures)
    seconds = backoff if error.seconds is None else error.seconds
    left = max(0.0, deadline - time.time())
    if seconds < left:
        return seconds
    late = f"the next try is due in {seconds:.0f} s and the job ends in {left:.0f} s"
    raise type(error)(f"{error}; {late}")
