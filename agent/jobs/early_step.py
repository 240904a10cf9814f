"""Begins the work of a later step in a thread, beside a step that also waits for a model.

The journal knows nothing of it: the later step takes the result when its turn comes, and after a
crash simply does its work itself, as each step is safe to run twice.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


Announced = tuple[str, Callable[[], object]]
"""The name of a later step, and its work."""


class EarlyStep:
    """At most one at a time."""

    def __init__(self) -> None:
        self._announced: Announced | None = None
        self._running: tuple[str, Future[Any]] | None = None
        self._threads = ThreadPoolExecutor(1, "early-step")

    def announce(self, name: str, work: Callable[[], object]) -> None:
        """The work that may begin beside the next step."""
        self._announced = name, work

    def taken(self) -> Announced | None:
        """What was announced; it concerns the next step alone, whether that one runs or not."""
        announced, self._announced = self._announced, None
        return announced

    def begin(self, step: str, announced: Announced | None) -> None:
        """Begin what was announced, now that `step` really runs; not beside itself."""
        if announced and announced[0] != step:
            name, work = announced
            self._running = name, self._threads.submit(copy_context().run, work)

    def joined(self, step: str, work: Callable[[], T]) -> Callable[[], T]:
        """The work of `step`: first the outcome of what was begun of it, afterwards the work."""

        def do() -> T:
            running = self._running
            if running is None or running[0] != step:
                return work()
            self._running = None
            result: T = running[1].result()
            return result

        return do

    def close(self) -> None:
        """Wait until nothing runs any more; a cancelled job's work ends by its deadline."""
        self._threads.shutdown(wait=True)
