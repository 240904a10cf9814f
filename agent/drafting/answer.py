"""What an answer means: the tree it makes of the files before it, and its one-line summary."""

import re
from collections.abc import Mapping

from agent.drafting import edits

_SUMMARY = re.compile(r"^\W*summary\W*:\W*(?P<words>.+?)[\s*_]*$", re.IGNORECASE | re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def revised(base: Mapping[str, bytes], answer: str) -> dict[str, bytes]:
    """The whole tree after an answer. Raises EditRefused; files that are not text stay as they are."""
    texts = {path: text for path, content in base.items() if (text := as_text(content)) is not None}
    binary = {path: content for path, content in base.items() if path not in texts}
    after = edits.apply(texts, answer, taken=binary)
    return {**binary, **{path: text.encode() for path, text in after.items()}}


def as_text(content: bytes) -> str | None:
    """The text of a file, or None where it is not UTF-8 text."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def summary(answer: str, brief: str) -> str:
    """The answer's `Summary:` line; without one, the brief's first sentence."""
    stated = _SUMMARY.search(answer)
    words = stated["words"] if stated else _SENTENCE_END.split(brief.strip(), maxsplit=1)[0]
    return " ".join(words.split())[:300]
