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
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.web import conditions
from agent.workspace import git_environment
from agent.workspace.git_objects import commit_at
from agent.workspace.repository import MAIN

_INDEX = "index.html"
_NOT_FOUND = "404.html"
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
        repo, path = request.path_params["repo"], request.path_params.get("path")
        bare = self._forge / f"{repo}.git"
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", repo) or not bare.is_dir():
            raise HTTPException(404, f"no repository {repo}")
        if path is None:
            return _moved(request, f"/pages/{repo}/")
        wanted = f"{path}{_INDEX}" if path.endswith("/") or not path else path
        if found := _find(bare, wanted):
            return _answer(request, found)
        if _find(bare, f"{wanted}/{_INDEX}"):
            return _moved(request, f"/pages/{repo}/{path}/")
        if missing := _find(bare, _NOT_FOUND):
            return Response(missing.content, 404, media_type=_media_type(_NOT_FOUND))
        raise HTTPException(404, f"{repo} has no {wanted}")


def _moved(request: Request, path: str) -> Response:
    """To the same thing under its own address, with the question that was asked of it."""
    query = request.scope["query_string"].decode("ascii")
    return RedirectResponse(quote(path) + (f"?{query}" if query else ""), 301)


def _find(bare: Path, path: str) -> Found | None:
    """The file at exactly that path of `main`."""
    with Repo(bare) as repo:
        repo.git.update_environment(**git_environment.environment())
        try:
            item = commit_at(repo, MAIN).tree / path
        except (BadName, ValueError, KeyError):  # nothing was pushed yet, or not this
            return None
        if item.type != "blob":
            return None
        return Found(path, item.hexsha, item.data_stream.read())


def _answer(request: Request, found: Found) -> Response:
    """The file, or what of it was asked for."""
    size, tag = len(found.content), f'"{found.blob}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    status = conditions.unmet(request.headers, tag)
    if status == 304:
        return Response(status_code=status, headers=headers)
    if status:
        raise HTTPException(status, f"{found.path} is {tag} now", headers)
    media_type = _media_type(found.path)
    span = conditions.wanted(request.headers, tag, size) if request.method == "GET" else None
    if span is None:
        return Response(found.content, 200, headers, media_type)
    if not span:
        headers["Content-Range"] = f"bytes */{size}"
        raise HTTPException(416, f"{found.path} has {size} bytes", headers)
    headers["Content-Range"] = f"bytes {span[0]}-{span[-1]}/{size}"
    return Response(found.content[span.start : span.stop], 206, headers, media_type)


def _media_type(path: str) -> str:
    kind, packing = mimetypes.guess_type(path)
    kind = f"application/{packing}" if packing else kind or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in _TEXT_TYPES
    return f"{kind}; charset=utf-8" if is_text and not kind.startswith("text/") else kind
