"""The draft as a site: which bytes its host would serve for a URL.

The folder matters: a page host serves a project under `/<repo>/`, so `/style.css` is not the
draft's `style.css` there, and must not be here.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

HOST = "draft.test"  # RFC 6761 keeps .test for nobody
BASE = f"https://{HOST}/site/"

_MEDIA_TYPES = mimetypes.MimeTypes()
_MEDIA_TYPES.add_type("text/javascript", ".js")  # RFC 9239; Python 3.11 says application/…
_MEDIA_TYPES.add_type("text/javascript", ".mjs")
_TEXT_TYPES = ("application/json", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Page:
    """What the host answers; `path` is where it looked, from the root of the draft."""

    status: int
    path: str
    media_type: str
    content: bytes = field(repr=False)


class Site:
    """A draft's files behind `BASE`."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def answer(self, url: str) -> Page:
        """The file, its folder's `index.html`, or 404 with the draft's own `404.html`."""
        path = path_of(url)
        for candidate in _candidates(path):
            if candidate in self._files:
                return Page(200, candidate, media_type_of(candidate), self._files[candidate])
        lost = self._files.get("404.html", b"<!doctype html><title>404</title><p>File not found")
        return Page(404, path, "text/html; charset=utf-8", lost)


def path_of(url: str) -> str:
    """The path inside the draft, or the whole path from `/` when it is outside of the folder."""
    path, folder = unquote(urlsplit(url).path), urlsplit(BASE).path
    return path.removeprefix(folder) if path.startswith(folder) else path


def _candidates(path: str) -> tuple[str, ...]:
    if not path or path.endswith("/"):
        return (f"{path}index.html",)
    return (path, f"{path}.html", f"{path}/index.html")


def media_type_of(path: str) -> str:
    """By the ending, as page hosts do; text is always UTF-8 there."""
    kind = _MEDIA_TYPES.guess_type(path)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in _TEXT_TYPES
    return f"{kind}; charset=utf-8" if is_text else kind
