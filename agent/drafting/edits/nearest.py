"""Owns which lines of a file to show for an edit that does not fit: the nearest real ones."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from agent.drafting.edits.fold import likeness
from agent.drafting.edits.page import Page
from agent.drafting.edits.refusals import NumberedLine

SHOWN: Final = 12
LINES_COMPARED: Final = 4000
"""Pairs of lines that are compared by likeness; more would take noticeable time."""


def nearest_lines(page: Page, keys: Sequence[str]) -> tuple[NumberedLine, ...]:
    """The stretch of the file that most resembles the folded lines; all of a short file's."""
    if not page.lines:
        return ()
    start = _best_start(page, keys)
    length = min(max(len(keys), 3) + 2, SHOWN)
    first = max(0, min(start - 1, len(page.lines) - length))
    shown = range(first, min(first + length, len(page.lines)))
    return tuple(NumberedLine(index + 1, page.lines[index]) for index in shown)


def _best_start(page: Page, keys: Sequence[str]) -> int:
    votes: Counter[int] = Counter()
    for ahead, key in enumerate(keys):
        places = page.where(key) if len(key) > 2 else []
        for place in places[:50]:
            votes[place - ahead] += 1
    if votes:
        most = max(votes.values())
        return max(0, min(start for start, count in votes.items() if count == most))
    return _most_alike(page, keys)


def _most_alike(page: Page, keys: Sequence[str]) -> int:
    telling = sorted((key for key in keys if key), key=len, reverse=True)[:1]
    step = max(1, len(page.lines) // LINES_COMPARED)
    best, found = 0.0, 0
    for key in telling:
        for index in range(0, len(page.lines), step):
            alike = likeness(key, page.keys[index])
            if alike > best:
                best, found = alike, max(0, index - keys.index(key))
    return found
