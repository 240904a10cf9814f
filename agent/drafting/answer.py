"""What an answer means: the tree it makes of the files before it, and what it says of itself."""

import re
from collections.abc import Mapping, Sequence

from agent.drafting import edits

_MARK = r"[\s*_#]*"  # models set these words in bold, or as headings
_SUMMARY = re.compile(
    rf"^{_MARK}summary{_MARK}:[ \t*_]*(?P<words>[^\s*_].*?)[ \t\r*_]*$", re.I | re.M
)
_EXPLANATION = re.compile(rf"^{_MARK}explanation{_MARK}:{_MARK}(?P<words>.+)", re.I | re.M | re.S)
_CODE_SPAN = re.compile(r"`([^`\n]+?)(?:\(\))?`")
_LONGEST_EXPLANATION = 2000
_LONGEST_SUMMARY = 300
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def revised(
    base: Mapping[str, bytes], answer: str, *, kept: str = "", brief: str = ""
) -> dict[str, bytes]:
    """The tree after an answer; files that are not text stay as they are. Raises EditRefused.

    `kept` is `EditRefused.kept` of the answer before, `brief` the words that the answer was asked
    with, which decide whether a file may lose what it has.
    """
    texts = {path: text for path, content in base.items() if (text := as_text(content)) is not None}
    binary = {path: content for path, content in base.items() if path not in texts}
    after = edits.apply(texts, answer, taken=binary, kept=kept, brief=brief)
    return {
        path: binary[text.removeprefix(edits.STAND_IN)]
        if text.startswith(edits.STAND_IN)
        else text.encode()
        for path, text in after.items()
    }


def explanation(answers: Sequence[str], files: Mapping[str, bytes]) -> str:
    """The last `Explanation:` of the answers, as far as it is true of the files."""
    stated = (_EXPLANATION.search(edits.prose(answer)) for answer in reversed(answers))
    return next((true_of(found["words"], files) for found in stated if found), "")


def true_of(words: str, files: Mapping[str, bytes]) -> str:
    """The words without the sentences that name code which is not in the files."""
    code = "\n".join(filter(None, map(as_text, files.values()))) + "\n".join(files)
    sentences = _SENTENCE_END.split(" ".join(words.split()))
    true = [s for s in sentences if all(name in code for name in _CODE_SPAN.findall(s))]
    while len(" ".join(true)) > _LONGEST_EXPLANATION:
        true.pop()
    return " ".join(true)


def as_text(content: bytes) -> str | None:
    """The text of a file, or None where it is not UTF-8 text."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def summary(answers: Sequence[str], brief: str) -> str:
    """The first `Summary:` line of the answers; without one, the brief's first sentence."""
    said = map(edits.without_thoughts, answers)
    stated = next(filter(None, map(_SUMMARY.search, said)), None)
    words = stated["words"] if stated else _SENTENCE_END.split(brief.strip(), maxsplit=1)[0]
    line = " ".join(words.split())
    if len(line) <= _LONGEST_SUMMARY:
        return line
    return (line[:_LONGEST_SUMMARY].rpartition(" ")[0] or line[: _LONGEST_SUMMARY - 1]) + "…"
