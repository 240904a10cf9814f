"""Takes an expression apart: the parts whose values explain why it is not true.

Of `document.querySelector("#x").textContent.includes("y")` these are the element and its text. A
scanner and not a parser: what it gets wrong costs a hint, never a verdict.
"""

import re
from collections.abc import Iterator

_ACCESS = re.compile(r"\s*\??\.\s*[A-Za-z_$][\w$]*")
_OPTIONAL = re.compile(r"\s*(?:\?\.)?\s*")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"[0-9][\w.]*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BEFORE_REGEX = "(,=:[!&|?{};+-*%~^<>"
_SAY_NOTHING = frozenset({"undefined", "null", "NaN", "Infinity"})

Chain = tuple[str, ...]
"""What a chain of accesses and calls passes through, from its start outwards."""


def chains(text: str) -> tuple[Chain, ...]:
    """The chains of an expression, inner ones before those that contain them."""
    return tuple(dict.fromkeys(_chains(text)))


def literals(text: str) -> tuple[str, ...]:
    """The strings and numbers that are written out in it, without their quotes."""
    found: list[str] = []
    place = 0
    while place < len(text):
        end = _literal_end(text, place)
        if end > place:
            found.append(text[place + 1 : end - 1])
        elif match := _NUMBER.match(text, place):
            found.append(match.group())
            end = match.end()
        elif match := _WORD.match(text, place):
            end = match.end()
        place = max(end, place + 1)
    return tuple(found)


def without_literals(text: str) -> str:
    """The code with every string, template and regular expression emptied."""
    parts: list[str] = []
    place = 0
    while place < len(text):
        end = _literal_end(text, place)
        parts.append('""' if end > place else text[place])
        place = max(end, place + 1)
    return "".join(parts)


def _chains(text: str) -> Iterator[Chain]:
    place = 0
    while place < len(text):
        end = _literal_end(text, place)
        match = _WORD.match(text, place)
        if end > place:
            place = end
        elif match and not _is_property(text, place):
            ends = tuple(_ends(text, match.end()))
            yield from _inside(text, match.end(), ends)
            prefixes = tuple(text[place:stop] for stop in (match.end(), *ends))
            yield tuple(prefix for prefix in prefixes if prefix not in _SAY_NOTHING)
            place = ends[-1] if ends else match.end()
        else:
            place = match.end() if match else place + 1


def _inside(text: str, start: int, ends: tuple[int, ...]) -> Iterator[Chain]:
    """The chains within the arguments and indexes of a chain."""
    for stop in ends:
        piece = text[start:stop].strip()
        if piece[:1] in _CLOSING:
            yield from _chains(piece[1:-1])
        start = stop


def _ends(text: str, place: int) -> Iterator[int]:
    """Where a chain could be cut after each of its accesses and calls."""
    while True:
        name, gap = _ACCESS.match(text, place), _OPTIONAL.match(text, place)
        at = gap.end() if gap else place
        if name:
            place = name.end()
        elif text[at : at + 1] in ("(", "["):
            place = _bracket_end(text, at)
        else:
            return
        yield place


def _bracket_end(text: str, place: int) -> int:
    """Just after the bracket that closes the one at `place`."""
    waiting = [_CLOSING[text[place]]]
    place += 1
    while place < len(text) and waiting:
        end = _literal_end(text, place)
        if end > place:
            place = end
            continue
        if text[place] in _CLOSING:
            waiting.append(_CLOSING[text[place]])
        elif text[place] == waiting[-1]:
            waiting.pop()
        place += 1
    return place


def _literal_end(text: str, place: int) -> int:
    """Just after the string, template or regular expression that begins here, or `place`."""
    opening = text[place]
    if opening == "/":
        before = text[:place].rstrip()[-1:]
        if before and before not in _BEFORE_REGEX:
            return place
    elif opening not in "\"'`":
        return place
    at = place + 1
    while at < len(text) and text[at] != opening:
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _is_property(text: str, place: int) -> bool:
    before = text[:place].rstrip()
    return before.endswith(".") and not before.endswith("...")
