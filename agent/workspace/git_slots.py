"""Limits git work to one job per processor; a job active within the last second goes first.

Fifty jobs whose models answer at once would otherwise all be served a little at a time, and all
end late. So one job ends after the other, and each makes room for a new one, which goes first: the
sooner its model is asked, the sooner it answers. A job that waited for 10 s is overtaken no more.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.priority_semaphore import PrioritySemaphore

_ACTIVE_SECONDS = 1.0
_HEAD_START_SECONDS = 10.0

GIT_SLOTS = PrioritySemaphore(os.cpu_count() or 1)


@dataclass
class GitSlot:
    """The slot of one job, taken for each piece of its git work; not to be shared by threads."""

    slots: PrioritySemaphore = GIT_SLOTS
    _was_active: float = field(default_factory=time.monotonic)
    _is_held: bool = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the slot for the block; within such a block it is held already."""
        if self._is_held:
            yield
            return
        now = time.monotonic()
        is_active = now - self._was_active < _ACTIVE_SECONDS
        self.slots.acquire(rank=now - (_HEAD_START_SECONDS if is_active else 0.0))
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            self._was_active = time.monotonic()
            self.slots.release()
