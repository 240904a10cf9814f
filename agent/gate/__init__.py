"""The push gate: nothing leaves this machine with a secret in it (threat E6).

Refused, never masked: masking corrupts code.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from agent.errors import Unpublishable
from agent.gate.place import Place
from agent.gate.spellings import KnownSecrets
from agent.workspace.repository import Repository

_MESSAGE = "the commit message"


class Detector(Protocol):
    """Finds what looks like a secret."""

    def search(self, content: bytes) -> Place | None: ...


class Gate:
    """Looks through what a push would publish for the first time."""

    def __init__(self, secrets: Sequence[str], detector: Detector) -> None:
        self._known = KnownSecrets(secrets)
        self._detector = detector

    def check(self, repository: Repository) -> None:
        """Raises Unpublishable naming the file and line of the first secret, never the secret."""
        for name, content in _news(repository):
            place = self._known.search(content) or self._detector.search(content)
            if place:
                where = f"{name}, line {place.line}" if name == _MESSAGE else f"{name}:{place.line}"
                raise Unpublishable(
                    f"{where} holds {place.what}; nothing was pushed. Take it out of the brief, "
                    "its attachments or the settings it came from, and send the request again"
                )


def _news(repository: Repository) -> Iterator[tuple[str, bytes]]:
    """What the forge does not have: each commit's message, and its files with their names."""
    for commit in repository.unpushed():
        yield _MESSAGE, repository.message(commit).encode()
        for path in repository.changed_files(commit):
            content = repository.read(commit, path) or b""
            yield path, content
            yield f"the name of {path}", path.encode()
