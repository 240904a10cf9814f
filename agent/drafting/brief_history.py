"""Earlier briefs within a bound: what still holds of each, in its own words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.values import Round

_PARTS = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
_NAMES = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"|“([^”\n]+)”|(#[A-Za-z][\w-]*)|(\d+(?:[.,]\d+)*)")
_LEFT_OUT = " […]"
_LEAST = 80


def bounded(rounds: Sequence[Round], room: int, app: str) -> tuple[Round, ...]:
    """The rounds with briefs of `room` characters together; no short one is cut for a long one.

    `app` is the text of the app's files. Sentences that name what the app has go first: what later
    rounds took out is no longer wanted.
    """
    left, shares = room, {}
    for count, each in enumerate(sorted(rounds, key=lambda each: len(each.brief))):
        shares[each.number] = min(len(each.brief), left // (len(rounds) - count))
        left -= shares[each.number]
    return tuple(
        replace(each, brief=_within(each.brief, shares[each.number], app)) for each in rounds
    )


def _within(brief: str, room: int, app: str) -> str:
    """The sentences of a brief that there is room for, in their order."""
    if len(brief) <= room:
        return brief
    parts = [part for part in _PARTS.split(brief.strip()) if part.strip()]
    ranked = sorted(range(len(parts)), key=lambda index: (-_worth(parts[index], index, app), index))
    chosen: set[int] = set()
    left = max(room, _LEAST) - len(_LEFT_OUT)
    for index in ranked:
        if len(parts[index]) < left:
            chosen.add(index)
            left -= len(parts[index]) + 1
    text = " ".join(parts[index].strip() for index in sorted(chosen))
    return (text or _first_words(brief, left)) + _LEFT_OUT


def _worth(part: str, index: int, app: str) -> int:
    """How much a sentence says of the app as it is; the first one says what the app is."""
    names = ["".join(found) for found in _NAMES.findall(part)]
    return (2 if index == 0 else 0) + min(3, sum(name in app for name in names))


def _first_words(text: str, room: int) -> str:
    return text[:room].rpartition(" ")[0] or text[:room]
