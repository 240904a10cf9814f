"""Reads the words of a brief around each mention of an element id: noun, value, options, bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ID = r"#[A-Za-z][\w-]*"
_SPELT_OUT = re.compile(
    r"\(?(?:\b(?:with|having|has|whose)\s+)?(?:\b(?:the|an)\s+)?\bid(?:\s+(?:is|of)\b|\s*[=:])?\s*"
    r"(?:[\"'`“]#?(?P<quoted>[A-Za-z][\w-]*)[\"'`”]|(?<==)(?P<bare>[A-Za-z][\w-]*))\)?",
    re.IGNORECASE,
)
_GROUP = re.compile(
    rf"{_ID}(?:\s*\([^()]*\))?(?:(?:\s*,\s*|\s*,?\s+and\s+|\s*,?\s+or\s+){_ID}(?:\s*\([^()]*\))?)*"
)
_END = re.compile(r"[.!?](?:\s|$)|\n")
_STARTING = re.compile(
    r"\b(?:starts?|starting|begins?|beginning|defaults?|defaulting|preset|prefilled|initially"
    r"|(?:with the|initial|default) value)\b"
    r"(?:\s+(?:out|at|with|as|to|of|is|on|set|the|words?|text|sentence|value|number))*\s*:?\s*",
    re.IGNORECASE,
)
_VALUE = r"(?:\"[^\"\n]*\"|“[^”\n]*”|'[^'\n]*'|-?\d[\w.:-]*(?<![.:-])|[A-Z][\w-]*|empty\b)"
_VALUES = re.compile(rf"{_VALUE}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+){_VALUE})*")
_OFFERING = re.compile(
    r"\b(?:offers?|offering|options?|choices?|choice of|choose (?:from|between)|with the values?)"
    r"\b\s*:?\s*",
    re.IGNORECASE,
)
_OPTION = (
    r"(?:\"[^\"\n]+\"|“[^”\n]+”|'[^'\n]+'"
    r"|(?!(?:each|every|one|all the|for|the)\b)[\w€$%°.+/-]+(?<![.,]))"
)
_LIST = re.compile(
    rf"{_OPTION}(?:\s*,\s*(?:and\s+|or\s+)?{_OPTION})*\s*,?\s+(?:and|or)\s+{_OPTION}(?!\s+\w*(?:each|every))"
)
_BOUNDS = re.compile(r"\bfrom\s+(-?\d+(?:\.\d+)?)\s+to\s+(-?\d+(?:\.\d+)?)")
_CHECKED = re.compile(
    r"\b(?:checked|ticked|on) (?:at the start|at first|on load|by default|initially)"
    r"|starts? (?:checked|ticked|on)\b",
    re.IGNORECASE,
)
_STRAIGHT = "\"'“”"


@dataclass(frozen=True, slots=True)
class IdMention:
    """One mention of an id; `before` and `after` are the words around its group of ids."""

    before: str
    after: str
    start: str = ""
    options: tuple[str, ...] = ()
    bounds: tuple[str, str] | None = None
    is_checked: bool = False


def with_hashed_ids(brief: str) -> str:
    """The brief with every id written as `#name` instead of `with id="name"` or in backticks."""
    spelt = _SPELT_OUT.sub(lambda match: f"#{match['quoted'] or match['bare']}", brief)
    return re.sub(r"`(#[A-Za-z][\w-]*)`", r"\1", spelt)


def mentions_of(name: str, brief: str) -> tuple[IdMention, ...]:
    return tuple(_mentions(name, brief))


def _mentions(name: str, brief: str) -> Iterator[IdMention]:
    for group in _GROUP.finditer(brief):
        ids = [each[1:] for each in re.findall(_ID, re.sub(r"\([^()]*\)", "", group[0]))]
        if name not in ids:
            continue
        before = re.split(r"[.!?;:]\s|\n", brief[: group.start()])[-1].strip()
        aside = re.search(rf"#{name}\s*(\([^()]*\))", group[0])
        rest = brief[group.end() :]
        after = (aside[1] if aside else "") + rest[: _end_of(rest)]
        own = _own(after)
        found = _BOUNDS.search(own)
        yield IdMention(
            before=before,
            after=after,
            start=_start(own, ids.index(name), len(ids)),
            options=_options(own),
            bounds=(found[1], found[2]) if found else None,
            is_checked=bool(_CHECKED.search(own)),
        )


def _end_of(text: str) -> int:
    """Where the sentence ends; a full stop within quotes does not end it."""
    blank = re.sub(r"\"[^\"\n]*\"|“[^”\n]*”", lambda match: "_" * len(match[0]), text)
    found = _END.search(blank)
    return found.start() if found else len(text)


def _own(after: str) -> str:
    """The words that belong to this mention: up to the next id."""
    blank = re.sub(r"\"[^\"\n]*\"|“[^”\n]*”", lambda match: "_" * len(match[0]), after)
    following = re.search(_ID, blank)
    return after[: following.start()] if following else after


def _start(own: str, place: int, count: int) -> str:
    """The stated starting value; where each id of the group has a value, the one at its place."""
    starting = _STARTING.search(own)
    found = starting and _VALUES.match(own, starting.end())
    if not found:
        return ""
    values = re.findall(_VALUE, found[0])
    value = values[place] if len(values) == count else values[0]
    return "" if value == "empty" else value.strip(_STRAIGHT)


def _options(own: str) -> tuple[str, ...]:
    offering = _OFFERING.search(own)
    found = offering and _LIST.match(own, offering.end())
    return _items(found[0]) if found else ()


def _items(text: str) -> tuple[str, ...]:
    return tuple(
        item.strip(_STRAIGHT) for item in re.findall(_OPTION, text) if item not in ("and", "or")
    )
