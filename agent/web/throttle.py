"""Slows down guessing: after a few failures an address has to wait before it may try again."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

_MOST_FAILURES = 5
_WINDOW_SECONDS = 60.0
_MOST_ADDRESSES = 10_000


@dataclass(frozen=True)
class Throttle:
    """The times of the last failures, by address. Lives in one event loop."""

    _failures: OrderedDict[str, list[float]] = field(default_factory=OrderedDict)

    def wait_seconds(self, address: str) -> int:
        """How long the address has to wait; 0 where it may try."""
        recent = self._recent(address)
        if len(recent) < _MOST_FAILURES:
            return 0
        return max(1, round(recent[0] + _WINDOW_SECONDS - time.monotonic()))

    def note_failure(self, address: str) -> None:
        self._failures[address] = [*self._recent(address), time.monotonic()][-_MOST_FAILURES:]
        self._failures.move_to_end(address)
        if len(self._failures) > _MOST_ADDRESSES:
            self._failures.popitem(last=False)

    def _recent(self, address: str) -> list[float]:
        since = time.monotonic() - _WINDOW_SECONDS
        return [at for at in self._failures.get(address, ()) if at > since]
