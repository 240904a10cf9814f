"""The log of calls: who asked for what, when, and what the answer was."""

import json
import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from .wire import Request


class Door(Enum):
    """Where a call came in."""

    API = "api"
    GIT = "git"
    PAGE = "page"


@dataclass
class Call:
    """One request and its answer; the token that came with it is not kept.

    `name` is what patterns are matched against: `POST /user/repos` for the API (its path begins
    under the base path), `git-receive-pack refs` and `git-receive-pack pack` (likewise
    `git-upload-pack`) for git, `page GET /owner/name/index.html` for the page host.
    `authorization` is the scheme that was used, in small letters, or None. `at` and `answered_at`
    are seconds of `time.monotonic`. `status` is None where the client got no status line.
    """

    door: Door
    name: str
    method: str
    target: str
    authorization: str | None
    body: bytes = field(repr=False)
    at: float
    answered_at: float | None = None
    status: int | None = None
    fault: str | None = None

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def matches(self, pattern: str) -> bool:
        """Whether the name fits a shell-like pattern; `*` crosses slashes, a bare service fits."""
        return fnmatchcase(self.name, pattern) or self.name.split(" ")[0] == pattern

    def is_about(self, words: str) -> bool:
        """Whether address or body have these words in them."""
        return words in self.target or words.encode() in self.body


class Calls(list[Call]):
    """Every call since the start, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def begin(self, door: Door, name: str, request: Request) -> Call:
        """Note a request that has come in."""
        scheme = request.headers.get("Authorization", "").split(" ")[0].lower() or None
        call = Call(
            door, name, request.method, request.target, scheme, request.body, time.monotonic()
        )
        with self._lock:
            self.append(call)
        return call

    def end(self, call: Call, status: int | None) -> None:
        """Note that a call is about to be answered; None if the client gets no status line."""
        call.answered_at, call.status = time.monotonic(), status

    def matching(self, pattern: str, about: str = "") -> list[Call]:
        """The calls whose name fits the pattern and which are about it, oldest first."""
        return [call for call in self if call.matches(pattern) and call.is_about(about)]
