"""The local page host: a bare repository's `main`, straight from git objects, like Pages would.

A push lands by one ref update, so a visitor sees the old tree or the new one, never a mixture.
"""

import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from git import Repo
from gitdb.exc import BadName
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.workspace import safety

_MAIN = "refs/heads/main"
_INDEX = "index.html"
_NOT_FOUND = "404.html"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_TEXT_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Found:
    """A file of `main`: its path, blob id and bytes."""

    path: str
    blob: str
    content: bytes = field(repr=False)


class Site:
    """Serves `/pages/{repo}/{path}` from the bare repositories of a folder."""

    def __init__(self, forge: Path) -> None:
        self._forge = forge

    def serve(self, request: Request) -> Response:
        """A file, a folder's index, or 404. Runs on a worker thread: it reads the disk."""
        repo, path = request.path_params["repo"], request.path_params["path"]
        bare = self._forge / f"{repo}.git"
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", repo) or not bare.is_dir():
            return Response("no such repository\n", 404, media_type="text/plain")
        wanted = f"{path}{_INDEX}" if path.endswith("/") or not path else path
        if found := _find(bare, wanted):
            return _answer(request, found)
        if _find(bare, f"{wanted}/{_INDEX}"):
            return RedirectResponse(f"/pages/{repo}/{quote(path)}/", 301)
        if missing := _find(bare, _NOT_FOUND):
            return Response(missing.content, 404, media_type=_media_type(_NOT_FOUND))
        return Response("not found\n", 404, media_type="text/plain")

    def bare_address(self, request: Request) -> Response:
        """`/pages/<repo>` is `/pages/<repo>/`."""
        return RedirectResponse(f"/pages/{quote(request.path_params['repo'])}/", 301)


def _find(bare: Path, path: str) -> Found | None:
    """The file at exactly that path of `main`."""
    with Repo(bare) as repo:
        repo.git.update_environment(**safety.environment())
        try:
            item = repo.commit(_MAIN).tree / path
        except (BadName, ValueError, KeyError):  # nothing was pushed yet, or not this
            return None
        if item.type != "blob":
            return None
        return Found(path, item.hexsha, item.data_stream.read())


def _answer(request: Request, found: Found) -> Response:
    """The file by RFC 9110: entity tag, conditional and range requests."""
    headers = {
        "ETag": f'"{found.blob}"',
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    size = len(found.content)
    media_type = _media_type(found.path)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked[0] == "bytes=-":
        return Response(found.content, 200, headers, media_type)
    first, last = _bounds(asked, size)
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(found.content[first : last + 1], 206, headers, media_type)


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte of a range; a range that cannot be met has the first beyond the last."""
    if not asked[1]:
        return max(0, size - int(asked[2])), size - 1
    return int(asked[1]), min(int(asked[2] or size), size - 1)


def _media_type(path: str) -> str:
    kind, packing = mimetypes.guess_type(path)
    kind = f"application/{packing}" if packing else kind or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in _TEXT_TYPES
    return f"{kind}; charset=utf-8" if is_text and not kind.startswith("text/") else kind
