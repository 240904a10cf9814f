"""The time a job has left, and whether somebody cancelled it: one object, asked by every wait."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from agent.errors import Cancelled, DeadlinePassed

_LEAST_SECONDS = 0.5
_current_end: ContextVar[float | None] = ContextVar("current_end", default=None)


def never() -> bool:
    return False


@contextmanager
def ending_at(moment: float) -> Iterator[None]:
    """Has `within_job` cut the waits of this thread to end at a moment (epoch)."""
    token = _current_end.set(moment)
    try:
        yield
    finally:
        _current_end.reset(token)


def within_job(seconds: float) -> float:
    """How long to wait for another machine: `seconds`, or less where the current job ends sooner.

    The clients of forges and hosts serve many jobs and are given no deadline with each call.
    """
    end = _current_end.get()
    return seconds if end is None else max(_LEAST_SECONDS, min(seconds, end - time.time()))


class Deadline:
    """A moment in wall-clock time, so that it means the same after a restart.

    Long work calls `check` between its pieces; waits are cut to `remaining`. It may pass before
    that moment: `is_early` says when. `patience` is for how many seconds a silent source is waited
    for where another could be asked instead.
    """

    def __init__(
        self,
        at: float,
        is_cancelled: Callable[[], bool] = never,
        is_early: Callable[[], bool] = never,
        patience: float = math.inf,
    ) -> None:
        self.at = at
        self.patience = patience
        self._is_cancelled = is_cancelled
        self._is_early = is_early

    @classmethod
    def within(cls, seconds: float) -> "Deadline":
        return cls(time.time() + seconds)

    def sooner(self, seconds: float) -> "Deadline":
        """This deadline, or `seconds` from now where that comes first; cancelled with this one."""
        end = min(self.at, time.time() + seconds)
        return Deadline(end, self._is_cancelled, self._is_early, self.patience)

    def with_patience(self, seconds: float) -> "Deadline":
        """This deadline, for a source that may be silent for so long."""
        return Deadline(self.at, self._is_cancelled, self._is_early, seconds)

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return 0.0 if self._is_early() else max(0.0, self.at - time.time())

    def check(self) -> None:
        """Raises Cancelled or DeadlinePassed when there is no point in going on."""
        if self._is_cancelled():
            raise Cancelled("the job was cancelled")
        if self._is_early():
            raise DeadlinePassed("no further attempt is wanted")
        if not self.remaining:
            raise DeadlinePassed("the time for the job is used up")
