"""Which failures are the network's and not the draft's: what a page could not load, it may miss.

A library that is out of reach here is probably there for the evaluator. Whatever might hang on it
stays unproved; what evidently does not is judged as always.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from agent.proofing.page import Unreached

# What well-known libraries are called by the scripts that use them. A library that is not here,
# or that works through attributes alone, may be used by anything.
_GLOBALS: Mapping[str, frozenset[str]] = {
    "axios": frozenset({"axios"}),
    "bootstrap": frozenset({"bootstrap"}),
    "chart": frozenset({"Chart"}),
    "d3": frozenset({"d3"}),
    "dayjs": frozenset({"dayjs"}),
    "dompurify": frozenset({"DOMPurify"}),
    "highlight": frozenset({"hljs"}),
    "highlightjs": frozenset({"hljs"}),
    "jquery": frozenset({"$", "jQuery"}),
    "jspdf": frozenset({"jspdf", "jsPDF"}),
    "leaflet": frozenset({"L"}),
    "lodash": frozenset({"_"}),
    "luxon": frozenset({"luxon"}),
    "marked": frozenset({"marked"}),
    "moment": frozenset({"moment"}),
    "papaparse": frozenset({"Papa"}),
    "plotly": frozenset({"Plotly"}),
    "purify": frozenset({"DOMPurify"}),
    "showdown": frozenset({"showdown"}),
    "tesseract": frozenset({"Tesseract"}),
    "three": frozenset({"THREE"}),
    "xlsx": frozenset({"XLSX"}),
}

_DECORATION = ("stylesheet", "font", "image", "media", "manifest")
_MEASURES_LOOKS = re.compile(
    r"getComputedStyle|styleSheets|Rect\b|offset|client[WH]|natural|complete"
)
_UNDEFINED_NAME = re.compile(r"^(?:Uncaught )?(?:ReferenceError: )?([\w$]+) is not defined")
_FOLLOWS_FROM_ABSENCE = re.compile(
    r"of (undefined|null)|is not a (function|constructor)|[Ff]ailed to (fetch|resolve|load)"
    r"|NetworkError|dynamically imported module|is not defined"
)


class Excuses:
    """What could not be loaded, against the draft's own scripts."""

    def __init__(self, unreached: list[Unreached], files: Mapping[str, bytes]) -> None:
        self._unreached = unreached
        self._scripts = own_scripts(files)

    def for_check(self, text: str) -> str:
        """Why a check that does not pass is not thereby failed, or an empty text."""
        missed = [item for item in self._unreached if self._matters(item, text)]
        return _told(missed)

    def for_interaction(self) -> str:
        """The same for a test that uses the page: any script may be what answers a click."""
        return _told([item for item in self._unreached if item.kind not in _DECORATION])

    def for_error(self, message: str) -> str:
        """Why an uncaught error is not the draft's fault, or an empty text."""
        if not _FOLLOWS_FROM_ABSENCE.search(message):
            return ""
        undefined = _UNDEFINED_NAME.search(message)
        missed = [item for item in self._unreached if self._matters(item, "")]
        if undefined:
            missed = [item for item in missed if _may_define(item, undefined.group(1))]
        return _told(missed)

    def _matters(self, item: Unreached, text: str) -> bool:
        if item.kind in _DECORATION:
            return bool(_MEASURES_LOOKS.search(text))
        names = _globals(item)
        if names is None or item.url in self._scripts:  # imported, under whatever name
            return True
        return any(_mentions(f"{self._scripts}\n{text}", name) for name in names)


def own_scripts(files: Mapping[str, bytes]) -> str:
    """The text of all scripts of the draft, inline ones and files."""
    parts: list[str] = []
    for path, content in files.items():
        text = content.decode("utf-8", "replace")
        if path.endswith((".js", ".mjs")):
            parts.append(text)
        elif path.endswith((".html", ".htm")):
            parser = _Inline()
            parser.feed(text)
            parts += parser.found
    return "\n".join(parts)


class _Inline(HTMLParser):
    """Collects the text of script elements, and handlers written as attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script"
        self.found += [value for name, value in attrs if name.startswith("on") and value]

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found.append(data)


def _globals(item: Unreached) -> frozenset[str] | None:
    """The names a library would have defined; None when that is not known."""
    if item.kind != "script":
        return None
    words = {word for word in re.split(r"[/@.\-_+?]", item.url.lower()) if word}
    known = [names for library, names in _GLOBALS.items() if library in words]
    return frozenset[str]().union(*known) if known else None


def _may_define(item: Unreached, name: str) -> bool:
    names = _globals(item)
    return names is None or name in names


def _mentions(text: str, name: str) -> bool:
    alone = rf"(?:(?<![\w$.])|(?<=window\.)){re.escape(name)}(?![\w$])"
    return bool(re.search(alone, text))


def _told(missed: list[Unreached]) -> str:
    if not missed:
        return ""
    urls = list(dict.fromkeys(item.url for item in missed))
    return f"{', '.join(urls[:3])} could not be reached from here"
