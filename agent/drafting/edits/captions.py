"""What the words above a code fence say about it: an old version, a new one, an instruction."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.drafting.edits.file_names import is_path

_BEFORE: Final = re.compile(
    r"^(?:before|old|original|current(?:ly)?|existing|find|search|look for|locate|from|was|replace|"
    r"change|swap|vorher|alt|bisher|ersetze)\b[^.]{0,120}$"
    r"|\b(?:replace|change|find|look for|locate|swap)\b[^.]{0,80}:$",
    re.IGNORECASE,
)
_WITH: Final = re.compile(r"\b(?:with|by)\b[^`]{0,30}:$", re.IGNORECASE)
_AFTER: Final = re.compile(
    r"^(?:(?:and|then)\s+)?(?:after|new|now|with|by|to|into|becomes?|updated?|"
    r"should (?:be|become|now)|"
    r"(?:replace|change|swap) (?:it|that|this|them)? ?(?:with|by|to|for)|nachher|neu|mit|durch)\b"
    r"[^.]{0,120}$",
    re.IGNORECASE,
)
_INSTRUCTION: Final = re.compile(
    r"^(?:\d+[.)]\s*)?(?:(?:then|also|and|next|finally|first|now|please)[, ]+)*"
    r"(?:in|inside|within|add|insert|replace|change|update|put|append|prepend|remove|delete|modify|"
    r"edit|paste|place|include|below|above|after|before|"
    r"at the (?:top|end|bottom|start|beginning))\b"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(
    r"\b(?:replace|change|swap|update|rename)\b(?P<words>[^`\n]*)`(?P<old>[^`\n]+)`"
    r"\s*(?:with|to|by|for|into|→|->|=>)\s*`(?P<new>[^`\n]+)`",
    re.IGNORECASE,
)
_CODE_SPAN: Final = re.compile(r"`([^`\n]+)`")
_DECORATION: Final = re.compile(r"^[\s*_#>`~-]+|[\s*_`]+$")


@dataclass(frozen=True, slots=True)
class Unread:
    """Code or an instruction outside of all edits, which may be meant as one.

    It is no edit that was left out if `lines` are in the file at `path` afterwards, or in any file
    where no path is given.
    """

    path: str
    lines: tuple[str, ...]
    quote: str


def says_before(caption: str) -> bool:
    """Whether the words introduce the old version of something."""
    words = _bare(caption)
    return _BEFORE.search(words) is not None and not _WITH.search(words)


def says_after(caption: str) -> bool:
    """Whether the words introduce the new version of something."""
    return _AFTER.search(_bare(caption)) is not None


def is_instruction(caption: str) -> bool:
    """Whether the words say where the code below them is to go."""
    found = _INSTRUCTION.match(_bare(caption))
    return bool(found and (caption.rstrip(" *_").endswith(":") or paths_in(caption)))


def paths_in(line: str) -> list[str]:
    """The paths that a line quotes as code."""
    return [span for span in _CODE_SPAN.findall(line) if is_path(span)]


def instructions(line: str) -> Iterator[Unread]:
    """The replacements that a line of prose asks for: in `a.js` replace `x` with `y`."""
    paths = paths_in(line)
    for found in _INLINE.finditer(line):
        if paths and not is_path(found["new"]):
            yield Unread(paths[0], (found["new"],), line.strip())


def _bare(caption: str) -> str:
    return _DECORATION.sub("", _DECORATION.sub("", caption))
