"""The draft as rules see it, and the ways in which a sentence names its files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.proofing.finding import Finding
from agent.values import Attachment


@dataclass(frozen=True, slots=True)
class Repository:
    """The files of a draft and the attachments of its brief."""

    files: Mapping[str, bytes]
    attachments: Sequence[Attachment]

    def text(self, path: str) -> str | None:
        """The file as text; None where there is none, or it is not UTF-8."""
        try:
            return self.files[path].decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            return None


Rule = Callable[[Repository], Finding]
"""What a clause states, to be held against the files."""

NAME = r"(?:[\w-]+/)*\.?\w[\w.-]*\.[A-Za-z][A-Za-z0-9]{0,7}|LICENSE|\.nojekyll"
"""A file's name: a path with an ending, or one of the names that have none."""

FILE = rf"(?:the\s+)?(?:file\s+)?[`\"'“]?(?P<file>{NAME})[`\"'”]?(?:\s+file)?"
"""The file that a clause is about, however it is quoted."""

QUOTED = r"(?:\"(?P<double>[^\"]+)\"|`(?P<tick>[^`]+)`|“(?P<curly>[^”]+)”|'(?P<single>[^']+)')"
"""A text given literally; `quoted` picks the one that is there."""


def quoted(groups: Mapping[str, str | None]) -> str:
    """What stood between the quotes of `QUOTED`."""
    return next(
        groups[kind] or "" for kind in ("double", "tick", "curly", "single") if groups[kind]
    )
