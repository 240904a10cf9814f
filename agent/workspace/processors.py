"""Turns at the processors: of the jobs that have work for git, who was just at it goes on first.

Fifty jobs whose models answer at once would otherwise all be served a little at a time, and all
end late. So one ends after the other, and each makes room for a new one, which goes first: the
sooner its model is asked, the sooner it answers. Who waited for 10 s is overtaken no more.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.priority_semaphore import PrioritySemaphore

_AWAY_SECONDS = 1.0
_HEAD_START_SECONDS = 10.0

PROCESSORS = PrioritySemaphore(os.cpu_count() or 1)


@dataclass
class Worker:
    """Somebody who comes again and again; not to be shared by threads."""

    places: PrioritySemaphore = PROCESSORS
    _was_at_work: float = field(default_factory=time.monotonic)
    _has_place: bool = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The block is worked on with a place; within such a block it is the same one."""
        if self._has_place:
            yield
            return
        now = time.monotonic()
        is_at_it = now - self._was_at_work < _AWAY_SECONDS
        self.places.acquire(rank=now - (_HEAD_START_SECONDS if is_at_it else 0.0))
        self._has_place = True
        try:
            yield
        finally:
            self._has_place = False
            self._was_at_work = time.monotonic()
            self.places.release()
