"""Decides what a static page host such as GitHub Pages answers to a request for a file of a site.

The local page host, the site that proofs open in the browser and the contract test of GitHub's
page host share these rules, so that a link which works in one works in all.
Sources: the behaviour of GitHub Pages as recorded in https://github.com/slorber/trailing-slash-guide;
what its builds leave out, in https://github.com/actions/upload-pages-artifact and Jekyll's
default `exclude`; RFC 9110 for conditional and range requests.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from agent.static_site.conditional_requests import byte_range, failed_precondition
from agent.static_site.media_types import media_type_of

ReadFile = Callable[[str], bytes | None]
"""Gives the bytes of the site's file at exactly that path, or None where there is none."""

_INDEX = "index.html"
_NOT_FOUND = "404.html"
_DEFAULT_NOT_FOUND = b"<!doctype html><title>404</title><p>File not found"
_NEVER_DEPLOYED = frozenset({".git", ".github"})
_LEFT_OUT_BY_JEKYLL = re.compile(r"[._#].*|.*~")


@dataclass(frozen=True, slots=True)
class SiteRequest:
    """A request; `path` is percent-decoded and relative to the site's folder.

    The names of `headers` are in lower case.
    """

    path: str
    query: str = ""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiteResponse:
    """An answer; `file` is the path of the file that was found, or the path that was not."""

    status: int
    file: str
    headers: Mapping[str, str]
    content: bytes = field(default=b"", repr=False)


def respond(read: ReadFile, request: SiteRequest) -> SiteResponse:
    """The file, a redirect to its folder, 404 with the site's own page, or 405."""
    if request.method not in ("GET", "HEAD"):
        return SiteResponse(405, request.path, {"Allow": "GET, HEAD"})
    for path in _candidates(request.path):
        content = _deployed(read, path)
        if content is not None:
            return _for_method(request, _whole_or_part(request, path, content))
    if request.path and _deployed(read, f"{request.path}/{_INDEX}") is not None:
        return SiteResponse(301, request.path, {"Location": _with_slash(request)})
    own = _deployed(read, _NOT_FOUND)
    content = _DEFAULT_NOT_FOUND if own is None else own
    missing = SiteResponse(404, request.path, _headers(_NOT_FOUND), content)
    return _for_method(request, missing)


def _candidates(path: str) -> tuple[str, ...]:
    """The files that an address may mean; a file `about.html` goes before a folder `about`."""
    if not path or path.endswith("/"):
        return (f"{path}{_INDEX}",)
    return (path, f"{path}.html")


def _deployed(read: ReadFile, path: str) -> bytes | None:
    """The file, unless GitHub Pages publishes none of that name."""
    parts = path.split("/")
    if _NEVER_DEPLOYED.intersection(parts):
        return None
    content = read(path)
    is_hidden = any(_LEFT_OUT_BY_JEKYLL.fullmatch(part) for part in parts)
    if content is not None and is_hidden and read(".nojekyll") is None:
        return None
    return content


def _with_slash(request: SiteRequest) -> str:
    """Relative to the request's address; `./` keeps a colon in a name from being a scheme."""
    name = quote(request.path.rsplit("/", 1)[-1])
    return f"./{name}/" + (f"?{request.query}" if request.query else "")


def _whole_or_part(request: SiteRequest, path: str, content: bytes) -> SiteResponse:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**_headers(path), "ETag": tag, "Accept-Ranges": "bytes"}
    if status := failed_precondition(request.headers, tag):
        return SiteResponse(status, path, headers)
    size = len(content)
    span = byte_range(request.headers, tag, size) if request.method == "GET" else None
    if span is None:
        return SiteResponse(200, path, headers, content)
    if not span:
        return SiteResponse(416, path, {**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {span[0]}-{span[-1]}/{size}"
    return SiteResponse(206, path, headers, content[span.start : span.stop])


def _headers(path: str) -> dict[str, str]:
    return {"Content-Type": media_type_of(path), "Access-Control-Allow-Origin": "*"}


def _for_method(request: SiteRequest, response: SiteResponse) -> SiteResponse:
    """HEAD gets the size of the content and none of it."""
    if request.method != "HEAD":
        return response
    headers = {**response.headers, "Content-Length": str(len(response.content))}
    return SiteResponse(response.status, response.file, headers)
