"""Stages as durable steps: what finished is remembered, and is not done again after a crash."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from dbos import DBOS

from agent.errors import Cancelled, GalleyError, Passing
from agent.jobs.failures import Abandoned
from agent.jobs.hindrance import Disk
from agent.jobs.patience import pause_after
from agent.jobs.running import Running
from agent.jobs.telling import told
from agent.values import Job, Later
from agent.workspace.opening import close_kept

T = TypeVar("T")
Given = TypeVarTuple("Given")

_HINDERED_SECONDS = 1.0
_log = logging.getLogger("galley.job")


class DurableSteps:
    """Speaks the pipeline's Steps over the journal; one for each run of a job."""

    def __init__(self, job: Job, running: Running, disk: Disk) -> None:
        self._job = job
        self._running = running
        self._disk = disk
        self._was_done_now = False

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        """The step's result, from the journal where it has one.

        Raises Abandoned, between steps and within, when this process is to let go of the job.
        """

        def step() -> T:
            self._was_done_now = True
            with self._running.step(self._job.id, name):
                return self._done(name, work, *given)

        self._was_done_now = False
        self._running.go_on(self._job.id)
        return DBOS.run_step({"name": name}, step)

    def poll(
        self,
        name: str,
        work: Callable[[Unpack[Given]], T | Later],
        *given: *Given,
    ) -> T:
        result = self.do(name, work, *given)
        while isinstance(result, Later):
            if self._was_done_now:  # pauses that the journal tells of are over
                close_kept()
                self._running.wait(self._job.id, result.seconds)
            result = self.do(name, work, *given)
        return result

    def _done(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        began = time.monotonic()
        self._wait_while(self._disk.hindrance)
        failures = 0
        while True:
            try:
                result = work(*given)
            except Passing as error:
                self._wait_after(name, error, failures, began)
                failures += 1
            except (GalleyError, OSError) as error:
                self._judge(name, error, began)
            else:
                self._tell(name, told(result), began)
                return result

    def _wait_after(self, name: str, error: Passing, failures: int, began: float) -> None:
        """Returns when the step is to be done again. Raises the error where that is too late."""
        deadline = self._running.deadline(self._job.id) or self._job.deadline
        try:
            pause = pause_after(error, failures, deadline)
        except GalleyError as late:
            self._tell(name, f"failed: {late}", began)
            raise
        self._tell(name, f"again in {pause:.0f} s: {error}", began)
        self._pause(pause)

    def _judge(self, name: str, error: GalleyError | OSError, began: float) -> None:
        """Raises what the step comes to; returns, after a pause, when it is to be done again."""
        if isinstance(error, Cancelled):  # the journal has it so, or this process stops
            raise Abandoned from None
        hindrance = self._disk.is_to_blame(error)
        if not hindrance:
            if isinstance(error, GalleyError):
                self._tell(name, f"failed: {error}", began)
            raise error
        self._tell(name, f"waits: {hindrance}", began)
        self._pause(_HINDERED_SECONDS)
        self._wait_while(self._disk.hindrance)

    def _pause(self, seconds: float) -> None:
        close_kept()
        self._running.pause(self._job.id, seconds)

    def _wait_while(self, hindrance: Callable[[], str]) -> None:
        while hindrance():
            self._pause(_HINDERED_SECONDS)

    def _tell(self, name: str, result: str, began: float) -> None:
        seconds = time.monotonic() - began
        _log.info(
            result,
            extra={"job": self._job.id, "step": name, "seconds": round(seconds, 3)},
        )
