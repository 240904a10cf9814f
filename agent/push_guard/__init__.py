"""Keeps secrets, and files that only the owner may push, from being pushed.

What is found is refused, never masked: masking corrupts code.
"""

from collections.abc import Sequence

from agent import path_policy
from agent.errors import Unpublishable
from agent.inert_text import with_references
from agent.ports import SecretDetector
from agent.push_guard.known_secrets import KnownSecrets
from agent.workspace.repository import Repository

_MESSAGE = "the commit message"


class PushGuard:
    """Searches what a push would publish for the first time."""

    def __init__(
        self, secrets: Sequence[str], detector: SecretDetector, allow_workflows: bool = False
    ) -> None:
        self._known = KnownSecrets(secrets)
        self._detector = detector
        self._allow_workflows = allow_workflows

    def check(self, repository: Repository) -> None:
        """Search what the forge does not have: messages, and files with their names.

        Raises Unpublishable naming the file and line of the first secret, never the secret.
        """
        for commit in repository.unpushed():
            self._search(_MESSAGE, repository.message(commit).encode())
            for path in repository.changed_files(commit):
                if reason := path_policy.forbidden(path, self._allow_workflows):
                    raise Unpublishable(f"{path} may not be pushed: {reason}; nothing was pushed")
                self._search(path, repository.read(commit, path) or b"")
                self._search(f"the name of {path}", path.encode())

    def _search(self, name: str, content: bytes) -> None:
        whole = with_references(content.decode(errors="replace")).encode()
        found = (
            self._known.search(content)
            or self._known.search(whole)  # `@` and `#` of a secret may have been broken
            or self._detector.search(content)
        )
        if found:
            where = f"{name}, line {found.line}" if name == _MESSAGE else f"{name}:{found.line}"
            raise Unpublishable(
                f"{where} holds {found.what}; nothing was pushed. Take it out of the brief, "
                "its attachments or the settings it came from, and send the request again"
            )
