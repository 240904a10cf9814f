"""Places at the processors: of the jobs that have work for git, who was at it last goes on first.

Fifty jobs whose models answer at once would otherwise all be served a little at a time, and all
end late. So one ends after the other, and each makes room for a new one, which goes first: the
sooner its model is asked, the sooner it answers.
"""

import heapq
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count


class Worker:
    """Somebody who comes again and again; not to be shared by threads."""

    def __init__(self) -> None:
        self.was_at_work = time.monotonic()
        self.has_place = False


class Places:
    """As many places as `number`, one for each worker."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        self._arrivals = count()
        self._waiting: list[tuple[float, int, threading.Event]] = []

    @contextmanager
    def place(self, worker: Worker) -> Iterator[None]:
        """The block is worked on with a place; within such a block it is the same one."""
        if worker.has_place:
            yield
            return
        self._take(worker)
        worker.has_place = True
        try:
            yield
        finally:
            worker.has_place = False
            worker.was_at_work = time.monotonic()
            self._give_back()

    def _take(self, worker: Worker) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Event()
            heapq.heappush(self._waiting, (-worker.was_at_work, next(self._arrivals), called))
        called.wait()

    def _give_back(self) -> None:
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[-1].set()
            else:
                self._free += 1


processors = Places(os.cpu_count() or 1)
