"""Slows the polling of the journal while it has nothing to do, and speeds it up at once after.

The threads of dbos ask the journal up to ten times a second, which costs a server without jobs 5 %
of a processor core. Each of them pauses in `Event.wait`; here such a pause is made longer. Where
another version of dbos pauses in another way, the threads poll as they always did.
"""

import sqlite3
import threading
import time
from collections.abc import Callable

from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.job_database import JobDatabase

_AWAKE_SECONDS = 5.0
_WATCH_SECONDS = 0.1
_IDLE_SECONDS = 10.0
_SHARED_IDLE_SECONDS = 1.0  # nothing tells of the commits of other machines


class IdlePolling:
    """Lets threads poll normally while a job is active and some seconds after each change."""

    def __init__(self, database: JobDatabase, active: ActiveJobs) -> None:
        self._database = database
        self._active = active
        self._idle_seconds = _SHARED_IDLE_SECONDS if database.is_shared else _IDLE_SECONDS
        self._changed = threading.Condition()
        self._change = 0
        self._awake_until = 0.0
        self._is_stopped = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="journal-watcher", daemon=True)

    def start(self) -> None:
        self.wake()
        if self._database.version() is not None:
            self._watcher.start()

    def stop(self) -> None:
        """End every long pause, for good."""
        self._is_stopped.set()
        self.wake()
        if self._watcher.is_alive():
            self._watcher.join()

    def wake(self) -> None:
        """End the long pauses: something was written to the journal."""
        with self._changed:
            self._change += 1
            self._awake_until = time.monotonic() + _AWAKE_SECONDS
            self._changed.notify_all()

    def slow_down(self, event: threading.Event) -> None:
        """Make the pauses of a thread that waits for an event long while nothing happens.

        The event itself does not end a long pause; `stop` does.
        """
        event.wait = self._slowed(event.wait)  # type: ignore[assignment,method-assign]

    def _slowed(self, wait: Callable[[float | None], bool]) -> Callable[[float | None], bool]:
        def slowed_wait(timeout: float | None = None) -> bool:
            change = self._change  # before the look: a change after it ends the pause
            if timeout is not None and self._is_idle():
                self._pause(change, max(timeout, self._idle_seconds))
                return wait(0)
            return wait(timeout)

        return slowed_wait

    def _is_idle(self) -> bool:
        is_awake = time.monotonic() < self._awake_until
        return self._active.is_empty and not is_awake and not self._is_stopped.is_set()

    def _pause(self, change: int, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._change != change, seconds)

    def _watch(self) -> None:
        """Wake when this or another process wrote to the journal file, or it cannot be read."""
        seen = None
        while not self._is_stopped.wait(_WATCH_SECONDS):
            try:
                version = self._database.version()
            except sqlite3.Error:
                version = None
            if version != seen or version is None:
                self.wake()
            seen = version
