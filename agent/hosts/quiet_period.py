"""Until when a host asked its callers to send it nothing, for all jobs of this process."""

import threading
import time

from agent.errors import HostBusy

_WITHOUT_TIME_SECONDS = 60.0


class QuietPeriod:
    """Begins with an answer that names a limit, and refuses calls until the stated time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._reason = ""

    def check(self, call: str) -> None:
        """Raises HostBusy while the period lasts."""
        left = self._until - time.time()
        if left > 0:
            raise HostBusy(f"{call}: not sent, because of {self._reason}").after(left)

    def begin(self, reason: str, asked: float | None) -> HostBusy:
        """The error of the call that met a limit; a minute where the host does not say how long."""
        seconds = _WITHOUT_TIME_SECONDS if asked is None else asked
        with self._lock:
            self._until = max(self._until, time.time() + seconds)
            self._reason = reason
        return HostBusy(f"{reason}; asked to wait {seconds:.0f} s").after(seconds)
