"""The libraries that briefs name, and where they are served: models misremember the addresses."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Library:
    """A well-known library: `words` (a pattern) is how briefs name it, the rest what it loads."""

    words: str
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


_JSDELIVR = "https://cdn.jsdelivr.net/npm/"
_CDNJS = "https://cdnjs.cloudflare.com/ajax/libs/"

_TABLE: tuple[Library, ...] = (
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


def libraries_of(brief: str, expressions: str) -> tuple[Library, ...]:
    """Those that the brief names, or whose tags a check looks for."""
    referred = [value.lower() for value in _REFERRED.findall(expressions)]
    return tuple(
        library
        for library in _TABLE
        if re.search(rf"(?<![\w#-])(?:{library.words})(?![\w-])", brief, re.IGNORECASE)
        or any(value in url for value in referred for url in (*library.styles, *library.scripts))
    )
