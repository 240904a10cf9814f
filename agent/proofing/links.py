"""Links of the draft's HTML to its own files: those that lead nowhere."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from agent.proofing.site import BASE, HOST, Site

_LINKING = ("href", "src")
_FILLED_IN_LATER = "{}$<>"


class _Links(HTMLParser):
    """Collects what `href` and `src` say; script text is not markup and is skipped."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.has_base = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.has_base = self.has_base or tag == "base"
        self.found += [value for name, value in attrs if name in _LINKING and value]


def lost_links(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Pairs of a page and a link on it that no file of the draft answers."""
    pages = [path for path in files if path.endswith((".html", ".htm"))]
    return [(page, link) for page in pages for link in _lost_on(page, files)]


def _lost_on(page: str, files: Mapping[str, bytes]) -> Iterator[str]:
    site, parser = Site(files), _Links()
    parser.feed(files[page].decode("utf-8", "replace"))
    if parser.has_base:
        return
    for link in dict.fromkeys(parser.found):
        if not any(mark in link for mark in _FILLED_IN_LATER) and _is_lost(site, page, link):
            yield link


def _is_lost(site: Site, page: str, link: str) -> bool:
    try:
        url = urljoin(BASE + page, link.strip())
        return urlsplit(url).hostname == HOST and not site.serves(url)
    except ValueError:
        return True  # not a URL at all, such as http://[
