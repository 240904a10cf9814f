"""A repository as people see it: whatever is read from git comes without the server's secrets."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from git import Commit

from agent.values import Round
from agent.workspace.repository import Repository

Redact = Callable[[str], str]


class ShownRepository(Repository):
    """For reading alone: what it returns may differ from what git holds."""

    def __init__(
        self, redact: Redact, path: Path, set_aside: Callable[[Repository], Path] | None = None
    ) -> None:
        super().__init__(path, set_aside)
        self._redact = redact

    def files(self, ref: str) -> dict[str, bytes]:
        found = super().files(ref)
        return {self._redact(path): self._redacted(content) for path, content in found.items()}

    def paths(self, ref: str) -> list[str]:
        return [self._redact(path) for path in super().paths(ref)]

    def read(self, ref: str, path: str) -> bytes | None:
        found = super().read(ref, path)
        return None if found is None else self._redacted(found)

    def rounds(self) -> tuple[tuple[Round, Commit], ...]:
        return tuple((self._round(round_), commit) for round_, commit in super().rounds())

    def _round(self, round_: Round) -> Round:
        checks = tuple(replace(each, text=self._redact(each.text)) for each in round_.checks)
        return replace(round_, brief=self._redact(round_.brief), checks=checks)

    def _redacted(self, content: bytes) -> bytes:
        """Pictures and archives stay as they are: nothing of them is shown as text."""
        if b"\0" in content:
            return content
        return self._redact(content.decode(errors="surrogateescape")).encode(
            errors="surrogateescape"
        )
