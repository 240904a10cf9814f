"""Serves a draft's files inside the browser, under the address of a site that is not published.

The folder matters: a page host serves a project under `/<repo>/`, so `/style.css` is not the
draft's `style.css` there, and must not be here.
"""

from collections.abc import Mapping
from html import escape
from string import Template
from urllib.parse import unquote, urljoin, urlsplit

from agent.static_site import SiteRequest, SiteResponse, respond

HOST = "draft.test"  # RFC 6761 reserves .test
BASE = f"https://{HOST}/site/"

_FOLDER = urlsplit(BASE).path
_MOVED = Template(
    '<!doctype html><a href="$to">moved</a>'
    "<script>location.replace(document.links[0].href + location.hash)</script>"
)


class Site:
    """A draft's files behind `BASE`."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def answer(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> SiteResponse:
        """What the draft's page host answers; the names of headers are in lower case."""
        path = path_of(url)
        request = SiteRequest(path, urlsplit(url).query, method, headers or {})
        return respond(_nothing if path.startswith("/") else self._files.get, request)

    def answer_followed(
        self, url: str, method: str, headers: Mapping[str, str], is_navigation: bool
    ) -> SiteResponse:
        """Like `answer`, with a redirect done in a way that a browser under interception takes.

        Chromium sends the request after a redirect past the interception, where nothing answers.
        A navigation gets a page that goes on by itself, any other request the final file.
        """
        answer = self.answer(url, method, headers)
        if "Location" not in answer.headers:
            return answer
        target = urljoin(url, answer.headers["Location"])
        if not is_navigation:
            return self.answer(target, method, headers)
        page = _MOVED.substitute(to=escape(target)).encode()
        return SiteResponse(200, answer.file, {"Content-Type": "text/html"}, page)

    def serves(self, url: str) -> bool:
        """Whether there is a file at the address, or at the one that it redirects to."""
        return self.answer(url).status in (200, 301)


def _nothing(_: str) -> None:
    return None


def path_of(url: str) -> str:
    """The path inside the draft, or the whole path from `/` when it is outside of the folder."""
    path = unquote(urlsplit(url).path)
    return path.removeprefix(_FOLDER) if path.startswith(_FOLDER) else path
