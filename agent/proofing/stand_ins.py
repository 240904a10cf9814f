"""Answers for libraries and data of other sites that cannot be reached from here.

They let a page run on as if it had them; comparing such a run with the real one shows whether
something on the page depends on them (see `unreachable_resources.py`).
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from agent.browsing import UnreachedRequest
from agent.proofing.assets import asset

# The global names of well-known libraries; one that is not here may define any name.
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
# Counting visitors and styling define nothing that a page computes with.
_NAMELESS = frozenset(
    {
        *("clarity", "cloudflareinsights", "fontawesome", "googletagmanager", "gtag", "hotjar"),
        *("matomo", "pagead2", "plausible", "tailwindcss", "umami", "unocss"),
    }
)
_DATA = '{"sample": 7, "stand-in": true}'
_HEADERS = {
    "access-control-allow-origin": "https://draft.test",
    "access-control-allow-credentials": "true",
}
_LIBRARY = re.compile(
    r"(?:<script\b[^>]*?\bsrc\s*=\s*[\"']?|\bimport\b[^;]*?[\"'`]|\.src\s*=\s*[\"'`])"
    r"(https://[^\s\"'`<>)]+)"
)
_IMPORTED = re.compile(r"\bimport\s*([^;'\"()]*?)\s*from\s*[\"'`]([^\"'`]+)")
_IDENTIFIER = re.compile(r"(?<![\w$.\"'])[A-Za-z_$][\w$]{2,}")
_DECLARED = re.compile(r"\b(?:const|let|var|function\*?|class)\s+([A-Za-z_$][\w$]*)")
_IDS = re.compile(r"\b(?:id|name)\s*=\s*[\"']?([A-Za-z_$][\w$]*)")
_ON_WINDOW = re.compile(r"\bwindow\.([A-Za-z_$][\w$]*)\b(?!\s*=[^=])")
_SIMILAR = 0.8


@dataclass(frozen=True, slots=True)
class StandInAnswer:
    """The body and the headers of an answer with status 200."""

    content: str
    headers: Mapping[str, str] = field(default_factory=dict)


class StandIns:
    """The stand-ins for one draft."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._scripts = own_scripts(files)
        self._text = "\n".join(
            content.decode("utf-8", "replace")
            for path, content in files.items()
            if path.endswith((".html", ".htm", ".js", ".mjs"))
        )
        self._names = [globals_of(url) for url in _LIBRARY.findall(self._text)]

    @property
    def script(self) -> str:
        """What defines the stand-ins in a page."""
        names = frozenset[str]().union(*(known for known in self._names if known is not None))
        if None in self._names:
            names |= self._undeclared()
        config = {"names": sorted(names), "data": _DATA}
        return f"({asset('stand_ins.js')})({json.dumps(config)})"

    def answer(self, missed: UnreachedRequest) -> StandInAnswer | None:
        """What stands in for the request, or None where nothing can."""
        match missed.kind:
            case "script":
                return self._script_answer(missed.url)
            case "fetch" | "xhr":
                return StandInAnswer(_DATA, {**_HEADERS, "content-type": "application/json"})
            case "eventsource":
                event = f"data: {_DATA}\n\n"
                return StandInAnswer(event, {**_HEADERS, "content-type": "text/event-stream"})
            case "document":
                return StandInAnswer("", {"content-type": "text/html"})
        return None

    def _script_answer(self, url: str) -> StandInAnswer:
        headers = {**_HEADERS, "content-type": "text/javascript"}
        imports = _IMPORTED.findall(self._scripts)
        if url not in self._scripts and not any("://" not in place for _, place in imports):
            return StandInAnswer("", headers)
        names = {name for clause, _ in imports for name in _imported_names(clause)}
        lines = ["const made = galleyStandIns.module;", "export default made;"]
        lines += [f"export const {name} = made;" for name in sorted(names - {"made", "default"})]
        return StandInAnswer("\n".join(lines), headers)

    def _undeclared(self) -> set[str]:
        """Names that the scripts use and do not declare; a misspelt one is no library's."""
        declared = set(_DECLARED.findall(self._scripts)) | set(_IDS.findall(self._text))
        used = set(_IDENTIFIER.findall(self._scripts)) | set(_ON_WINDOW.findall(self._scripts))
        return {
            name
            for name in used - declared
            if not difflib.get_close_matches(name, declared, 1, _SIMILAR)
        }


def globals_of(url: str) -> frozenset[str] | None:
    """The global names that a library at that address defines; None when that is not known."""
    words = words_of(url)
    known = [names for library, names in _GLOBALS.items() if library in words]
    return frozenset[str]().union(*known) if known or words & _NAMELESS else None


def words_of(url: str) -> set[str]:
    """The words of an address, such as a library's name."""
    return {word for word in re.split(r"[/@.\-_+?:=&]", url.lower()) if word}


def _imported_names(clause: str) -> Iterator[str]:
    """`b` and `c` of `a, { b, c as d }`: the names that a module has to export."""
    inside = clause.partition("{")[2].partition("}")[0]
    for part in inside.split(","):
        if match := re.match(r"\s*([A-Za-z_$][\w$]*)", part):
            yield match.group(1)


def own_scripts(files: Mapping[str, bytes]) -> str:
    """The text of all scripts of the draft, inline ones and files."""
    parts: list[str] = []
    for path, content in files.items():
        text = content.decode("utf-8", "replace")
        if path.endswith((".js", ".mjs")):
            parts.append(text)
        elif path.endswith((".html", ".htm")):
            parser = _InlineScripts()
            parser.feed(text)
            parts += parser.found
    return "\n".join(parts)


class _InlineScripts(HTMLParser):
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
