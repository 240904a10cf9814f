"""The page door: the files of built sites behind a cache like that of the real one."""

import gzip
import hashlib
import mimetypes
import time
from dataclasses import dataclass, replace
from email.utils import formatdate

from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

from .pages import Build
from .repositories import Repository
from .state import State
from .wire import Request, Response, text_response

BASE_PATH = "/pages"
MAX_AGE_SECONDS = 600
COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class _Kept:
    """An answer in the cache and when it came there, seconds since the epoch."""

    response: Response
    at: float


class PageHost:
    """Serves `/pages/<owner>/<name>/…`; its cache knows an address by path and query together."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._kept: dict[str, _Kept] = {}

    def answer(self, request: Request) -> Response:
        """The file as the cache has it, or else as the site is now."""
        if request.method not in {"GET", "HEAD"}:
            return text_response(405, "Not Allowed\n", {"Allow": "GET, HEAD"})
        with self._state.lock:
            return _compressed(request, self._cached(request))

    def _cached(self, request: Request) -> Response:
        at = self._state.clock.now()
        kept = self._kept.get(request.target)
        hit = kept is not None and at - kept.at < self._state.behaviour.cache_seconds
        if kept is None or not hit:
            kept = self._kept[request.target] = _Kept(self._fresh(request, at), at)
        headers = {
            **kept.response.headers,
            "Age": str(int(at - kept.at)),
            "X-Cache": "HIT" if hit else "MISS",
            "X-Served-By": "cache-test",
        }
        return replace(kept.response, headers=headers)

    def _fresh(self, request: Request, at: float) -> Response:
        parts = request.path.removeprefix(f"{BASE_PATH}/").split("/", 2)
        repository = self._state.repositories.find(*parts[:2]) if len(parts) > 1 else None
        build = _served_build(repository, at)
        if repository is None or build is None:
            return _lasting(404, b"There isn't a GitHub Pages site here.\n", "text/plain")
        if len(parts) == 2:
            return _moved(request.path)
        return _file(repository.git, build, parts[2], request.path)


def _served_build(repository: Repository | None, at: float) -> Build | None:
    if repository is None or repository.site is None:
        return None
    return repository.site.served(at)


def _file(git: Repo, build: Build, path: str, address: str) -> Response:
    """The file at the path, its index, or the site's own 404 page."""
    candidates = () if _is_hidden(git, build, path) else (path, f"{path}.html")
    for candidate in candidates:
        found = _find(git, build, candidate)
        if isinstance(found, Tree) and candidate and not candidate.endswith("/"):
            return _moved(address)
        if isinstance(found, Tree):
            candidate = f"{candidate}index.html"
            found = _find(git, build, candidate)
        if isinstance(found, Blob):
            return _lasting(200, found.data, _media_type(candidate))
    own = _find(git, build, "404.html")
    words = own.data if isinstance(own, Blob) else b"File not found\n"
    return _lasting(404, words, "text/html" if isinstance(own, Blob) else "text/plain")


def _is_hidden(git: Repo, build: Build, path: str) -> bool:
    """Whether Jekyll leaves the file out: without `.nojekyll`, names that begin with `_` or `.`."""
    if _find(git, build, ".nojekyll") is not None:
        return False
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def _find(git: Repo, build: Build, path: str) -> Blob | Tree | None:
    commit = git[build.commit.encode()]
    tree = git[commit.tree] if isinstance(commit, Commit) else None
    for part in filter(None, f"{build.folder}/{path}".split("/")):
        if not isinstance(tree, Tree) or part.encode() not in tree:
            return None
        tree = git[tree[part.encode()][1]]
    return tree if isinstance(tree, Blob | Tree) else None


def _media_type(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("javascript", "json"))
    return f"{kind}; charset=utf-8" if is_text else kind


def _moved(path: str) -> Response:
    return text_response(301, "", {"Location": f"{path}/"})


def _lasting(status: int, body: bytes, media_type: str) -> Response:
    """An answer that everybody on the way may keep for ten minutes, a 404 too."""
    return Response(
        status,
        {
            "Content-Type": media_type,
            "Cache-Control": f"max-age={MAX_AGE_SECONDS}",
            "Expires": formatdate(time.time() + MAX_AGE_SECONDS, usegmt=True),
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
            "Access-Control-Allow-Origin": "*",
            "Vary": "Accept-Encoding",
            "Server": "GitHub.com",
        },
        body,
    )


def _compressed(request: Request, response: Response) -> Response:
    """The answer as gzip where the client takes it, as the real one does with text."""
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    if not accepts or not response.headers.get("Content-Type", "").startswith(COMPRESSED):
        return response
    headers = {**response.headers, "Content-Encoding": "gzip"}
    return replace(response, headers=headers, body=gzip.compress(response.body))
