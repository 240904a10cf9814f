"""A semaphore that wakes the waiting thread with the lowest rank first."""

import heapq
import threading
from itertools import count


class PrioritySemaphore:
    """A released permit goes to a waiting thread, never to one that arrives at that moment."""

    def __init__(self, permits: int) -> None:
        self._free = permits
        self._lock = threading.Lock()
        self._arrivals = count()
        self._queue: list[tuple[float, int, threading.Event]] = []

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def acquire(self, rank: float = 0.0, seconds: float | None = None) -> bool:
        """Whether a permit came in time; threads of equal rank are served in order of arrival."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            entry = (rank, next(self._arrivals), threading.Event())
            heapq.heappush(self._queue, entry)
        return entry[-1].wait(seconds) or not self._withdraw(entry)

    def release(self) -> None:
        with self._lock:
            if self._queue:
                heapq.heappop(self._queue)[-1].set()
            else:
                self._free += 1

    def _withdraw(self, entry: tuple[float, int, threading.Event]) -> bool:
        """Stop waiting. False: the permit came at the last moment."""
        with self._lock:
            if entry[-1].is_set():
                return False
            self._queue.remove(entry)
            heapq.heapify(self._queue)
            return True
