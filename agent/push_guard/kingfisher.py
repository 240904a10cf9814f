"""Kingfisher, MongoDB's secret scanner: knows the shapes of many services' keys, offline."""

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import ConfigurationError
from agent.ports import SecretLocation

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner


class Kingfisher:
    """Made ready in the background: its rules are compiled once for a machine, in about 10 s.

    Whoever knows early that a search will come calls `prepare`; the search waits for the rest.
    """

    def __init__(self, cache: Path) -> None:
        """`cache` is the folder for the compiled rules; where it cannot be used, none is kept."""
        self._cache = cache
        self._scanner: Future[Scanner] = Future()
        self._beginning = threading.Lock()

    def prepare(self) -> None:
        """Begin to make it ready, unless that was begun."""
        if self._beginning.acquire(blocking=False):  # for good
            threading.Thread(target=self._load, name="secret-rules", daemon=True).start()

    def search(self, content: bytes) -> SecretLocation | None:
        """The first thing that looks like a key. Raises ConfigurationError without its rules."""
        self.prepare()
        for finding in self._scanner.result().scan(content):
            if finding.visible:
                return SecretLocation(
                    finding.location["line"], f"what looks like a key ({finding.rule_id})"
                )
        return None

    def _load(self) -> None:
        try:
            from kingfisher_sdk import Rules, Scanner

            self._scanner.set_result(Scanner(Rules(cache_dir=self._cache), redact=True))
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            self._scanner.set_exception(
                ConfigurationError(f"the secret scanner does not start: {error}; install it anew")
            )
