"""What a brief and its checks state of the page outright, read without a model."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drafting.small.clauses import hashed
from agent.drafting.small.elements import Element
from agent.drafting.small.libraries import Library, libraries_of
from agent.drafting.small.recognising import element_of
from agent.drafting.small.uses import selected
from agent.values import Check, CheckKind

_QUOTED = (
    r"(?:\"(?P<double>[^\"\n]{1,200})\"|“(?P<curly>[^”\n]{1,200})”"
    r"|'(?P<single>[^'\n]{1,200})'(?!\w))"
)
_TITLE = re.compile(
    rf"\btitle(?:\s+(?:is|of|to|reads|be|as|exactly))*:?\s+{_QUOTED}", re.IGNORECASE
)
_TITLED = re.compile(rf"\b(?:titled|called|named)\s+{_QUOTED}", re.IGNORECASE)
_HEADED = re.compile(
    rf"\b(?:heading|headline|h1)(?:\s+(?:is|of|reads|says|that|with|the|text))*:?\s+{_QUOTED}", re.I
)
_LITERAL = r"(?P<quote>[\"'`])(?P<text>(?:(?!(?P=quote)).)+)(?P=quote)"
_TITLE_CHECK = re.compile(rf"document\.title(?:\.trim\(\))?\s*={{2,3}}\s*{_LITERAL}")
_HEADING_CHECK = re.compile(
    rf"querySelector\([\"'`]h1[\"'`]\)\??\.(?:textContent|innerText)(?:\.trim\(\))?\s*={{2,3}}\s*{_LITERAL}"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_BRIEF_ID = re.compile(r"(?<![\w&/#.])#(?P<id>[A-Za-z][\w-]*)")
_HEX_COLOUR = re.compile(r"(?=[\da-f]*\d)[\da-f]{3}(?:[\da-f]{3})?", re.I)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page as far as it is stated: `elements` in the order they are first named."""

    title: str
    heading: str
    elements: tuple[Element, ...]
    libraries: tuple[Library, ...]
    is_title_stated: bool = True
    is_heading_stated: bool = True

    @classmethod
    def of(cls, texts: Sequence[str], checks: Sequence[Check], fallback: str) -> "Wanted":
        """Of the briefs of all rounds, the latest first; `fallback` is for a title not stated."""
        scripts = [check.text for check in checks if check.kind is CheckKind.JS]
        words = [check.text for check in checks if check.kind is CheckKind.SENTENCE]
        brief, expressions = hashed("\n".join((*texts, *words))), "\n".join(scripts)
        opening = _SENTENCE_END.split(brief, maxsplit=1)[0]  # further on, other things have names
        title = (
            _stated(_TITLE_CHECK, expressions)
            or _stated(_TITLE, brief)
            or _stated(_TITLED, opening)
        )
        heading = _stated(_HEADING_CHECK, expressions) or _stated(_HEADED, brief)
        elements = tuple(element_of(name, brief, scripts) for name in ids_of(brief, scripts))
        return cls(
            title=title or fallback,
            heading=heading or title or fallback,
            elements=elements,
            libraries=libraries_of(brief, expressions),
            is_title_stated=bool(title),
            is_heading_stated=bool(heading),
        )


def ids_of(brief: str, scripts: Sequence[str]) -> tuple[str, ...]:
    """Every id that is named, each once; colours such as #ff8000 are none."""
    found = (name for script in scripts for name in selected(script))
    return tuple(dict.fromkeys((*_named(brief), *found)))


def _named(brief: str) -> Iterator[str]:
    for match in _BRIEF_ID.finditer(brief):
        name = match["id"].rstrip("-")
        if not _HEX_COLOUR.fullmatch(name):
            yield name


def _stated(pattern: re.Pattern[str], text: str) -> str:
    """What is in the quotes, as one line. Anything that a check would compute is not stated."""
    found = pattern.search(text)
    if not found:
        return ""
    words = next((v for k, v in found.groupdict().items() if k != "quote" and v), "")
    return "" if "${" in words else " ".join(words.split()).removesuffix(".")
