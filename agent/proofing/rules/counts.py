"""Sentences that bound the words, lines or characters of a text file."""

import re
from collections.abc import Callable, Mapping

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.repository import FILE, Repository, Rule

_NUMBER = r"\d[\d,]*"
_BOUNDS = (
    (rf"(?:at least|a minimum of|no fewer than|no less than)\s+(?P<low>{_NUMBER})", 0),
    (rf"(?:at most|a maximum of|no more than|up to)\s+(?P<high>{_NUMBER})", 0),
    (rf"(?:more than|over)\s+(?P<low>{_NUMBER})", 1),
    (rf"(?:fewer than|less than|under)\s+(?P<high>{_NUMBER})", -1),
    (rf"(?:exactly\s+)(?P<same>{_NUMBER})", 0),
    (rf"(?:between\s+)?(?P<low>{_NUMBER})\s*(?:and|to|-|–)\s*(?P<high>{_NUMBER})", 0),
)
_UNIT = r"(?P<unit>words?|lines?|characters?)"
_COUNTS: Mapping[str, Callable[[str], int]] = {
    "word": lambda text: len(text.split()),
    "line": lambda text: len(text.splitlines()),
    "character": len,
}
_TEXT_FILES = (".txt", ".md", ".csv")


def read(clause: str) -> Rule | None:
    """`poem.txt has between 100 and 150 words`, and none of markup, where words are debatable."""
    for bound, shift in _BOUNDS:
        form = rf"{FILE}\s+(?:has|contains|is|must have|must be)\s+{bound}\s+{_UNIT}(?:\s+long)?"
        match = re.fullmatch(form, clause, re.IGNORECASE)
        if match and match["file"].lower().endswith(_TEXT_FILES):
            low, high = _limits(match.groupdict(), shift)
            path, unit = match["file"], match["unit"].lower().removesuffix("s")
            return lambda repository: _is_within(repository, path, unit, (low, high))
    return None


def _limits(groups: Mapping[str, str | None], shift: int) -> tuple[int | None, int | None]:
    def number(name: str) -> int | None:
        digits = groups.get(name) or groups.get("same")
        return int(digits.replace(",", "")) + shift if digits else None

    return number("low"), number("high")


def _is_within(
    repository: Repository, path: str, unit: str, limits: tuple[int | None, int | None]
) -> Finding:
    text = repository.text(path)
    if text is None:
        return failed(
            f"there is no {path}" if path not in repository.files else f"{path} is no text"
        )
    count, (low, high) = _COUNTS[unit](text), limits
    told = f"{path} has {count} {unit}s"
    if low is not None and count < low:
        return failed(f"{told}, fewer than {low}")
    if high is not None and count > high:
        return failed(f"{told}, more than {high}")
    return passed(told)
