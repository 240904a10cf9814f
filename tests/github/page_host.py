"""The page door: the files of built sites behind a cache like that of the real one.

Which file an address means is Galley's own module; `tests/static_site` holds it, this door
and the local host against one table of what GitHub Pages does.
"""

import gzip
import time
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import partial

from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

from agent.static_site import SiteRequest, respond

from .pages import Build
from .repositories import Repository
from .state import State
from .wire import Request, Response, text_response

BASE_PATH = "/pages"
MAX_AGE_SECONDS = 600
COMPRESSED = ("text/", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class _Kept:
    """What the cache has of an address: the site's build when it was first asked for."""

    git: Repo | None
    build: Build | None
    at: float
    """Seconds since the epoch."""


class PageHost:
    """Serves `/pages/<owner>/<name>/…`; its cache knows an address by path and query together."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._kept: dict[str, _Kept] = {}

    def answer(self, request: Request) -> Response:
        """The file as the cache has it, or else as the site is now."""
        with self._state.lock:
            return _compressed(request, self._cached(request))

    def _cached(self, request: Request) -> Response:
        at = self._state.clock.now()
        parts = request.path.removeprefix(f"{BASE_PATH}/").split("/", 2)
        kept = self._kept.get(request.target)
        hit = kept is not None and at - kept.at < self._state.behaviour.cache_seconds
        if kept is None or not hit:
            kept = self._kept[request.target] = self._fresh(parts, at)
        response = _site_response(kept, request, parts[2] if len(parts) > 2 else None)
        headers = {
            **response.headers,
            "Age": str(int(at - kept.at)),
            "X-Cache": "HIT" if hit else "MISS",
            "X-Served-By": "cache-test",
        }
        return replace(response, headers=headers)

    def _fresh(self, parts: list[str], at: float) -> _Kept:
        repository = self._state.repositories.find(*parts[:2]) if len(parts) > 1 else None
        return _Kept(repository.git if repository else None, _served_build(repository, at), at)


def _served_build(repository: Repository | None, at: float) -> Build | None:
    if repository is None or repository.site is None:
        return None
    return repository.site.served(at)


def _site_response(kept: _Kept, request: Request, path: str | None) -> Response:
    """The answer of the site's own rules, which everybody may keep for ten minutes, a 404 too."""
    if kept.git is None or kept.build is None:
        return text_response(404, "There isn't a GitHub Pages site here.\n", _lasting())
    if path is None:
        return text_response(301, "", {"Location": f"{request.path}/"})
    headers = {name.lower(): value for name, value in request.headers.items()}
    read = partial(_read, kept.git, kept.build)
    answer = respond(read, SiteRequest(path, request.raw_query, request.method, headers))
    return Response(answer.status, {**answer.headers, **_lasting()}, answer.content)


def _read(git: Repo, build: Build, path: str) -> bytes | None:
    commit = git[build.commit.encode()]
    item = git[commit.tree] if isinstance(commit, Commit) else None
    folder = [part for part in build.folder.split("/") if part]
    for part in (*folder, *path.split("/")):
        if not isinstance(item, Tree) or part.encode() not in item:
            return None
        item = git[item[part.encode()][1]]
    return item.data if isinstance(item, Blob) else None


def _lasting() -> dict[str, str]:
    return {
        "Cache-Control": f"max-age={MAX_AGE_SECONDS}",
        "Expires": formatdate(time.time() + MAX_AGE_SECONDS, usegmt=True),
        "Vary": "Accept-Encoding",
        "Server": "GitHub.com",
    }


def _compressed(request: Request, response: Response) -> Response:
    """The answer as gzip where the client takes it, as the real one does with text."""
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    if not accepts or not response.headers.get("Content-Type", "").startswith(COMPRESSED):
        return response
    if response.status != 200 or request.method == "HEAD":
        return response
    headers = {**response.headers, "Content-Encoding": "gzip"}
    return replace(response, headers=headers, body=gzip.compress(response.body))
