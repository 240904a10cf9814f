"""How many jobs a process takes: those between two looks at the world take nobody's place.

An evaluation URL that does not answer, or a page host that builds for minutes, would else take the
place of jobs that could be worked on. Workers of a shared journal have one number in common, so
there it stays as it is.
"""

from agent.jobs.ledger import Ledger

_MOST_WAITING = 200  # a thread each


class Room:
    """The queue's limit, told to the journal when it changes."""

    def __init__(self, ledger: Ledger, concurrency: int, *, is_shared: bool) -> None:
        self._ledger = ledger
        self._concurrency = concurrency
        self._is_shared = is_shared
        self._made = 0

    def make(self, waiting: int) -> None:
        """Room for `concurrency` jobs beside those that wait. Raises Unavailable."""
        beside = 0 if self._is_shared else min(waiting, _MOST_WAITING)
        if self._made != self._concurrency + beside:
            self._ledger.open_queue(self._concurrency + beside)
            self._made = self._concurrency + beside
