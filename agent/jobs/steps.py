"""Stages as durable steps: what finished is remembered, and is not done again after a crash."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from dbos import DBOS

from agent.errors import GalleyError
from agent.jobs.telling import told
from agent.values import Job, Later

T = TypeVar("T")
Given = TypeVarTuple("Given")

_log = logging.getLogger("galley.job")


class DurableSteps:
    """Speaks the pipeline's Steps over the journal; one for each run of a job."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        def step(*given: *Given) -> T:
            began = time.monotonic()
            try:
                result = work(*given)
            except GalleyError as error:
                self._tell(name, f"failed: {error}", began)
                raise
            self._tell(name, told(result), began)
            return result

        return DBOS.run_step({"name": name}, step, *given)

    def poll(
        self,
        name: str,
        work: Callable[[Unpack[Given]], T | Later],
        *given: *Given,
    ) -> T:
        result = self.do(name, work, *given)
        while isinstance(result, Later):
            DBOS.sleep(result.seconds)
            result = self.do(name, work, *given)
        return result

    def _tell(self, name: str, result: str, began: float) -> None:
        seconds = time.monotonic() - began
        _log.info(
            result,
            extra={"job": self._job.id, "step": name, "seconds": round(seconds, 3)},
        )
