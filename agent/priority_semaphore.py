"""Places for so many at a time: of those who wait, the one with the lowest rank gets the next."""

import heapq
import threading
from itertools import count


class PrioritySemaphore:
    """A place that is given back goes straight to its next owner, past whoever just comes."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        self._arrivals = count()
        self._queue: list[tuple[float, int, threading.Event]] = []

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def take(self, rank: float = 0.0, seconds: float | None = None) -> bool:
        """Whether a place came free in time; who came first goes first among equals."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = (rank, next(self._arrivals), threading.Event())
            heapq.heappush(self._queue, mine)
        return mine[-1].wait(seconds) or not self._has_given_up(mine)

    def leave(self) -> None:
        with self._lock:
            if self._queue:
                heapq.heappop(self._queue)[-1].set()
            else:
                self._free += 1

    def _has_given_up(self, mine: tuple[float, int, threading.Event]) -> bool:
        """False: the place came at the last moment."""
        with self._lock:
            if mine[-1].is_set():
                return False
            self._queue.remove(mine)
            heapq.heapify(self._queue)
            return True
