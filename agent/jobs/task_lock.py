"""Lets one job of a task run at a time, also where the queue already starts the next one.

A cancelled job leaves the queue at once, while its current step is still ending.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent.jobs.failures import Unavailable
from agent.jobs.job_records import partition
from agent.ports import SharedLocks

_RETRY_SECONDS = 0.2


class TaskLocks:
    """Gives each task to one thread and, with `shared` locks, to one machine."""

    def __init__(self, shared: SharedLocks | None) -> None:
        self._shared = shared
        self._freed = threading.Condition()
        self._held: set[str] = set()

    @contextmanager
    def hold(self, task: str, check: Callable[[], None]) -> Iterator[None]:
        """Waits for the task; an exception of `check`, called now and then, ends the waiting."""
        name = partition(task)
        with self._freed:
            while name in self._held:
                check()
                self._freed.wait(_RETRY_SECONDS)
            self._held.add(name)
        try:
            with self._hold_shared(f"task {name}", check):
                yield
        finally:
            with self._freed:
                self._held.discard(name)
                self._freed.notify_all()

    @contextmanager
    def _hold_shared(self, name: str, check: Callable[[], None]) -> Iterator[None]:
        if self._shared is None:
            yield
            return
        while not _take(self._shared, name):
            check()
            time.sleep(_RETRY_SECONDS)
        try:
            yield
        finally:
            _drop(self._shared, name)


def _take(locks: SharedLocks, name: str) -> bool:
    try:
        return locks.take(name)
    except Unavailable:
        return False


def _drop(locks: SharedLocks, name: str) -> None:
    """A lock that cannot be dropped was lost with its connection."""
    try:
        locks.drop(name)
    except Unavailable:
        return
