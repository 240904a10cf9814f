"""The local page host: serves `main` of the local forge's repositories as GitHub Pages would.

It reads git objects: a push lands by one ref update, so a visitor sees the old tree or the new
one, never a mixture, and nothing has to be exported.
"""

import re
from functools import partial
from pathlib import Path

from git import Tree
from gitdb.exc import BadName
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.static_site import SiteRequest, SiteResponse, respond
from agent.web.page_isolation import Isolation, containing_headers, own_address
from agent.workspace.git_objects import commit_at, opened
from agent.workspace.repository import MAIN

_REPOSITORY_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
_READ_BY_ALL = "Access-Control-Allow-Origin"
_REVALIDATED = {"Cache-Control": "no-cache"}


class LocalPages:
    """Serves `/pages/{repo}/{path}` from the bare repositories of a folder."""

    def __init__(self, forge: Path, isolation: Isolation = Isolation.HOST_NAMES) -> None:
        self._forge = forge
        self._isolation = isolation

    def serve(self, request: Request) -> Response:
        """The site's answer. Runs on a worker thread: it reads the disk."""
        name, path = request.path_params["repo"], request.path_params.get("path")
        bare = self._forge / f"{name}.git"
        if not _REPOSITORY_NAME.fullmatch(name) or not bare.is_dir():
            raise HTTPException(404, f"no repository {name}")
        if own := own_address(self._isolation, name, request.url, request.headers):
            return RedirectResponse(own)
        query = request.scope["query_string"].decode("ascii")
        if path is None:
            address = f"/pages/{name}/" + (f"?{query}" if query else "")
            return Response(status_code=301, headers={"Location": address})
        asked = SiteRequest(path, query, request.method, _joined(request))
        answer = _answer(bare, asked)
        headers = {**answer.headers, **_REVALIDATED}
        headers.pop(_READ_BY_ALL, None)  # unlike a public host, this one may be an inside network's
        headers |= containing_headers(self._isolation)
        return Response(answer.content, answer.status, headers)


def _answer(bare: Path, asked: SiteRequest) -> SiteResponse:
    """The answer from one commit, also where a push lands meanwhile."""
    with opened(bare) as repo:
        try:
            tree = commit_at(repo, MAIN).tree
        except BadName as error:
            raise HTTPException(404, f"nothing was pushed to {bare.stem} yet") from error
        return respond(partial(_read, tree), asked)


def _read(tree: Tree, path: str) -> bytes | None:
    """The file at exactly that path."""
    try:
        item = tree / path
    except (ValueError, KeyError):
        return None
    content: bytes | None = item.data_stream.read() if item.type == "blob" else None
    return content


def _joined(request: Request) -> dict[str, str]:
    """The headers, where one that is repeated is one list (RFC 9110, 5.3)."""
    names = request.headers.keys()
    return {name: ", ".join(request.headers.getlist(name)) for name in names}
