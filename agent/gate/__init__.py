"""The push gate: no secret leaves this machine, nor what nobody may push (threats E5 and E6).

Refused, never masked: masking corrupts code.
"""

from collections.abc import Sequence
from typing import Protocol

from agent.drafting import policy
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

    def __init__(
        self, secrets: Sequence[str], detector: Detector, allow_workflows: bool = False
    ) -> None:
        self._known = KnownSecrets(secrets)
        self._detector = detector
        self._allow_workflows = allow_workflows

    def check(self, repository: Repository) -> None:
        """Look through what the forge does not have: messages, and files with their names.

        Raises Unpublishable naming the file and line of the first secret, never the secret.
        """
        for commit in repository.unpushed():
            self._search(_MESSAGE, repository.message(commit).encode())
            for path in repository.changed_files(commit):
                if reason := policy.forbidden(path, self._allow_workflows):
                    raise Unpublishable(f"{path} may not be pushed: {reason}; nothing was pushed")
                self._search(path, repository.read(commit, path) or b"")
                self._search(f"the name of {path}", path.encode())

    def _search(self, name: str, content: bytes) -> None:
        place = self._known.search(content) or self._detector.search(content)
        if place:
            where = f"{name}, line {place.line}" if name == _MESSAGE else f"{name}:{place.line}"
            raise Unpublishable(
                f"{where} holds {place.what}; nothing was pushed. Take it out of the brief, "
                "its attachments or the settings it came from, and send the request again"
            )
