"""Slows the polling of the journal while no job is active, until something writes to the journal.

The threads of dbos ask the journal up to ten times a second, which costs a server without jobs 5 %
of a processor core. Each of them pauses in `Event.wait`; here such a pause is made longer. Where
another version of dbos pauses in another way, the threads poll as they always did.
"""

import threading
import time
from collections.abc import Callable

from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.job_database import JobDatabase

_AWAKE_SECONDS = 5.0
_IDLE_SECONDS = 30.0
_UNWATCHED_SECONDS = 1.0  # while the commits of other processes may go unnoticed


class IdlePolling:
    """Lets threads poll normally while a job is active and some seconds after each change."""

    def __init__(self, database: JobDatabase, active: ActiveJobs) -> None:
        self._database = database
        self._active = active
        self._is_watched = False
        self._changed = threading.Condition()
        self._change = 0
        self._awake_until = 0.0
        self._is_stopped = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="journal-watcher", daemon=True)

    def start(self) -> None:
        self.wake()
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

    def slow_down(
        self, event: threading.Event, idle_seconds: Callable[[], float] = lambda: _IDLE_SECONDS
    ) -> None:
        """Make the pauses of a thread that waits for an event long while nothing happens.

        The event itself does not end a long pause; `stop` does.
        """
        event.wait = self._slowed(event.wait, idle_seconds)  # type: ignore[assignment,method-assign]

    def _slowed(
        self, wait: Callable[[float | None], bool], idle_seconds: Callable[[], float]
    ) -> Callable[[float | None], bool]:
        def slowed_wait(timeout: float | None = None) -> bool:
            change = self._change  # before the look: a change after it ends the pause
            if timeout is not None and self._is_idle():
                seconds = idle_seconds() if self._is_watched else _UNWATCHED_SECONDS
                self._pause(change, max(timeout, seconds))
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
        """Wake when this or another process wrote to the journal, or it cannot be read."""
        watch = self._database.watch()
        while not self._is_stopped.is_set():
            if watch.wait(self._is_stopped):
                self.wake()
            self._is_watched = watch.is_reliable
        watch.close()
