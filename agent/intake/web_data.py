"""Finds the data on the web that a brief names, and fetches it once, when the page is built."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from agent.deadline import Deadline
from agent.intake.attachments import Fetch
from agent.intake.file_kinds import FileKind, recognise
from agent.outbound import OutboundError, shown_url
from agent.paths import UnsafePath, safe_path
from agent.values import Attachment

_MOST_URLS: Final = 5
_MOST_BYTES: Final = 2 * 1024 * 1024
_MOST_SECONDS: Final = 15.0
_URL: Final = re.compile(r"https?://[^\s<>\"'`\\|^]+", re.IGNORECASE)
_BLANK_TO_FILL: Final = re.compile(r"[{}$…]|%7B|\.\.\.|YOUR|API_?KEY", re.IGNORECASE)
_EXAMPLE_HOST: Final = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid)")
_DATA: Final = re.compile(
    r"\.(?:(?:geo|topo|nd)?json|jsonl|csv|tsv|xml|rss|atom|kml|gpx|txt|md|ya?ml)", re.IGNORECASE
)
_OTHER: Final = re.compile(r"\.[a-z][a-z0-9]{1,5}", re.IGNORECASE)  # .js, .css, .png, .html …
_API: Final = re.compile(r"\b(?:api|json|csv|xml|rss|atom|feed|geojson|data)\b", re.IGNORECASE)
_SUFFIX: Final = {
    FileKind.JSON: ".json",
    FileKind.JSON_LINES: ".jsonl",
    FileKind.CSV: ".csv",
    FileKind.TSV: ".tsv",
    FileKind.XML: ".xml",
    FileKind.SUBTITLES: ".srt",
    FileKind.NOTEBOOK: ".ipynb",
    FileKind.TEXT: ".txt",
}


@dataclass(frozen=True, slots=True)
class WebData:
    """A URL that a brief names, and either what it held or, in words, why it could not be had."""

    url: str
    attachment: Attachment | None
    failure: str | None = None


def fetch_named(text: str, fetch: Fetch, deadline: Deadline) -> tuple[WebData, ...]:
    """The data that the text names, each URL asked once; a failure is part of the result.

    Raises Cancelled only.
    """
    found: list[WebData] = []
    for url in data_urls(text):
        taken = {data.attachment.name for data in found if data.attachment}
        found.append(_fetched(url, fetch, deadline, taken))
    return tuple(found)


def data_urls(text: str) -> tuple[str, ...]:
    """The URLs in a text that look like data: no libraries, pictures, pages or examples."""
    urls = (_trimmed(match[0]) for match in _URL.finditer(text))
    return tuple(dict.fromkeys(url for url in urls if _looks_like_data(url)))[:_MOST_URLS]


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket needs its opening."""
    while url:
        last = url[-1]
        bracket = {")": "(", "]": "["}.get(last)
        if last in ".,;:!?*_…" or (bracket and url.count(last) > url.count(bracket)):
            url = url[:-1]
        else:
            break
    return url


def _looks_like_data(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host.isascii() or _BLANK_TO_FILL.search(url) or _EXAMPLE_HOST.fullmatch(host):
        return False
    suffix = PurePosixPath(parts.path).suffix
    if _DATA.fullmatch(suffix):
        return True
    if _OTHER.fullmatch(suffix):
        return False
    return any(_API.search(part) for part in (host, parts.path, parts.query))


def _fetched(url: str, fetch: Fetch, deadline: Deadline, taken: set[str]) -> WebData:
    try:
        fetched = fetch(url, _MOST_BYTES, deadline.sooner(_MOST_SECONDS))
    except OutboundError as error:
        return WebData(url, None, str(error))
    place = f"GET {shown_url(url)}"
    if fetched.status != 200:
        return WebData(url, None, f"{place}: expected status 200, got {fetched.status}")
    stated = Attachment(_last_part(urlsplit(url)), fetched.media_type, fetched.content)
    recognised = recognise(stated)
    if recognised.kind not in _SUFFIX or recognised.media_type == "text/html":
        return WebData(url, None, f"{place}: expected data, got {recognised.media_type}")
    name = next(name for name in _names(stated.name, _SUFFIX[recognised.kind]) if name not in taken)
    return WebData(url, Attachment(name, fetched.media_type, fetched.content))


def _last_part(parts: SplitResult) -> str:
    """What the URL calls the data, as a file name."""
    last = unquote(PurePosixPath(parts.path).name) or parts.hostname or "data"
    try:
        return safe_path(re.sub(r"[^\w.-]+", "-", last).strip("-."))
    except UnsafePath:
        return "data"


def _names(name: str, suffix: str) -> Iterator[str]:
    path = PurePosixPath(name)
    stem, ending = (path.stem, path.suffix) if _DATA.fullmatch(path.suffix) else (name, suffix)
    yield f"{stem}{ending}"
    for number in range(2, _MOST_URLS + 2):
        yield f"{stem}-{number}{ending}"
