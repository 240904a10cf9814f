"""Reads the page that a brief and its checks specify: title, heading, elements and libraries."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.drafting.small.element_inference import PageElement, infer_element, selected_ids
from agent.drafting.small.id_mentions import with_hashed_ids
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
class Library:
    """A well-known library with its addresses, which models misremember. `words` is the pattern by
    which briefs name it."""

    words: str
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


_JSDELIVR = "https://cdn.jsdelivr.net/npm/"
_CDNJS = "https://cdnjs.cloudflare.com/ajax/libs/"

_LIBRARIES: tuple[Library, ...] = (
    Library("bootstrap", (f"{_JSDELIVR}bootstrap@5.3.3/dist/css/bootstrap.min.css",)),
    Library(
        r"marked\.?js|(?:with|using|use|uses|loads?|by) marked",
        (),
        (f"{_JSDELIVR}marked@12.0.2/marked.min.js",),
    ),
    Library(
        r"highlight\.?js",
        (f"{_CDNJS}highlight.js/11.9.0/styles/github.min.css",),
        (f"{_CDNJS}highlight.js/11.9.0/highlight.min.js",),
    ),
    Library(r"chart\.?js", (), (f"{_JSDELIVR}chart.js@4.4.3/dist/chart.umd.js",)),
    Library("papa ?parse", (), (f"{_JSDELIVR}papaparse@5.4.1/papaparse.min.js",)),
    Library("dompurify", (), (f"{_JSDELIVR}dompurify@3.1.5/dist/purify.min.js",)),
    Library("d3(?:\\.js)?", (), (f"{_JSDELIVR}d3@7.9.0/dist/d3.min.js",)),
    Library(
        "leaflet",
        (f"{_JSDELIVR}leaflet@1.9.4/dist/leaflet.css",),
        (f"{_JSDELIVR}leaflet@1.9.4/dist/leaflet.js",),
    ),
    Library(r"day\.?js", (), (f"{_JSDELIVR}dayjs@1.11.11/dayjs.min.js",)),
    Library(r"tesseract(?:\.?js)?", (), (f"{_JSDELIVR}tesseract.js@5.1.0/dist/tesseract.min.js",)),
)

_REFERRED = re.compile(r"(?:script|link)\[(?:src|href)[*^$~|]?=[\"']?([^\]\"']+)")


@dataclass(frozen=True, slots=True)
class PageSpec:
    """The page as far as it is specified; `elements` are in the order of their first mention."""

    title: str
    heading: str
    elements: tuple[PageElement, ...]
    libraries: tuple[Library, ...]
    is_title_stated: bool = True
    is_heading_stated: bool = True

    @classmethod
    def of(cls, texts: Sequence[str], checks: Sequence[Check], fallback: str) -> "PageSpec":
        """The page of all rounds' briefs, latest first; `fallback` serves as title if need be."""
        scripts = [check.text for check in checks if check.kind is CheckKind.JS]
        words = [check.text for check in checks if check.kind is CheckKind.SENTENCE]
        brief, expressions = with_hashed_ids("\n".join((*texts, *words))), "\n".join(scripts)
        opening = _SENTENCE_END.split(brief, maxsplit=1)[0]  # further on, other things have names
        title = (
            _stated(_TITLE_CHECK, expressions)
            or _stated(_TITLE, brief)
            or _stated(_TITLED, opening)
        )
        heading = _stated(_HEADING_CHECK, expressions) or _stated(_HEADED, brief)
        elements = tuple(infer_element(name, brief, scripts) for name in ids_of(brief, scripts))
        return cls(
            title=title or fallback,
            heading=heading or title or fallback,
            elements=elements,
            libraries=_libraries_of(brief, expressions),
            is_title_stated=bool(title),
            is_heading_stated=bool(heading),
        )


def ids_of(brief: str, scripts: Sequence[str]) -> tuple[str, ...]:
    """Every id that is named, once each; colours such as #ff8000 are not ids."""
    found = (name for script in scripts for name in selected_ids(script))
    return tuple(dict.fromkeys((*_named(brief), *found)))


def _named(brief: str) -> Iterator[str]:
    for match in _BRIEF_ID.finditer(brief):
        name = match["id"].rstrip("-")
        if not _HEX_COLOUR.fullmatch(name):
            yield name


def _stated(pattern: re.Pattern[str], text: str) -> str:
    """The quoted text on one line; empty where a check computes the text."""
    found = pattern.search(text)
    if not found:
        return ""
    words = next((v for k, v in found.groupdict().items() if k != "quote" and v), "")
    return "" if "${" in words else " ".join(words.split()).removesuffix(".")


def _libraries_of(brief: str, expressions: str) -> tuple[Library, ...]:
    """The libraries that the brief names, and those whose tags a check looks for."""
    referred = [value.lower() for value in _REFERRED.findall(expressions)]
    return tuple(
        library
        for library in _LIBRARIES
        if re.search(rf"(?<![\w#-])(?:{library.words})(?![\w-])", brief, re.IGNORECASE)
        or any(value in url for value in referred for url in (*library.styles, *library.scripts))
    )
