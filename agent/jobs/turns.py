"""One job of a task at a time, also where the journal lets the next one begin too early.

A cancelled job gives up its place in the queue at once, while its step in hand is still ending.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from agent.jobs.failures import Unavailable
from agent.jobs.identity import partition

_TRY_SECONDS = 0.2


class Names(Protocol):
    """Locks by name that machines share."""

    def take(self, name: str) -> bool: ...

    def drop(self, name: str) -> None: ...


class Turns:
    """Gives each task to one thread, and with `names` to one machine."""

    def __init__(self, names: Names | None) -> None:
        self._names = names
        self._free = threading.Condition()
        self._taken: set[str] = set()

    @contextmanager
    def turn(self, task: str, go_on: Callable[[], None]) -> Iterator[None]:
        """Waits for the task; what `go_on` raises, asked now and then, ends the waiting."""
        name = partition(task)
        with self._free:
            while name in self._taken:
                go_on()
                self._free.wait(_TRY_SECONDS)
            self._taken.add(name)
        try:
            with self._among_machines(f"task {name}", go_on):
                yield
        finally:
            with self._free:
                self._taken.discard(name)
                self._free.notify_all()

    @contextmanager
    def _among_machines(self, name: str, go_on: Callable[[], None]) -> Iterator[None]:
        if self._names is None:
            yield
            return
        while not _taken(self._names, name):
            go_on()
            time.sleep(_TRY_SECONDS)
        try:
            yield
        finally:
            _drop(self._names, name)


def _taken(names: Names, name: str) -> bool:
    try:
        return names.take(name)
    except Unavailable:
        return False


def _drop(names: Names, name: str) -> None:
    """A lock that cannot be given back was lost with its connection."""
    try:
        names.drop(name)
    except Unavailable:
        return
