"""The git door: smart HTTP on bare repositories, with GitHub's way of saying no."""

import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from dulwich.server import BackendRepo, DictBackend
from dulwich.web import make_wsgi_chain

from .accounts import Token, presented_token
from .pushes import GuardedReceivePack, Push
from .repositories import Repository
from .state import State
from .wire import Request, Response, text_response

ADDRESS = re.compile(
    r"/(?P<owner>[^/]+)/(?P<name>[^/]+?)(?:\.git)?/(?P<rest>info/refs|git-(?:upload|receive)-pack)"
)
PLAIN_PATH = "/repository.git"
UPLOAD, RECEIVE = "git-upload-pack", "git-receive-pack"


def call_name(request: Request) -> str:
    """The name of a call at this door, as `Call` describes it; another page by its path."""
    if request.path.endswith("/info/refs"):
        return f"{request.query.get('service', 'dumb')} refs"
    service = request.path.rpartition("/")[2]
    if service in {UPLOAD, RECEIVE}:
        return f"{service} pack"
    return f"web {request.method} {request.path}"


class GitHost:
    """Answers what comes in under `/<owner>/<name>.git/`; `/<owner>/<name>` says it exists."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, request: Request) -> Response:
        """The answer to one request; one at a time, as dulwich's stores want it."""
        with self._state.lock:
            address = ADDRESS.fullmatch(request.path)
            if address is None:
                return self._page(request)
            service = call_name(request).split(" ")[0]
            if service not in {UPLOAD, RECEIVE}:
                return text_response(403, "Please upgrade your git client.\n")
            repository = self._state.repositories.find(address["owner"], address["name"])
            if moved := self._state.repositories.moved(address["owner"], address["name"]):
                query = f"?{request.raw_query}" if request.raw_query else ""
                location = f"/{moved.full_name}.git/{address['rest']}{query}"
                return text_response(301, "", {"Location": location})
            return self._serve(request, repository, service, address["rest"])

    def _serve(
        self, request: Request, repository: Repository | None, service: str, rest: str
    ) -> Response:
        value = presented_token(request.headers)
        token = self._state.accounts.token(value) if value else None
        if value is not None and token is None:
            return _unauthorized("Invalid username or token.")
        refusal = self._refusal(repository, token, service)
        if refusal is not None or repository is None:
            return refusal or _unauthorized("Repository not found.")
        return _run(request, repository, rest, self._handlers(repository, token))

    def _refusal(
        self, repository: Repository | None, token: Token | None, service: str
    ) -> Response | None:
        """Why this token may not use this service here, as GitHub says it.

        Without a token whatever is not public asks for one, so that nobody learns what exists.
        """
        is_public = repository is not None and not repository.private
        if token is None:
            open_to_all = is_public and service == UPLOAD
            return None if open_to_all else _unauthorized("No anonymous write access.")
        writes = repository is not None and self._state.accounts.may_write(token, repository.owner)
        if repository is None or not (is_public or writes):
            return text_response(404, "Repository not found.\n")
        if service == UPLOAD and (is_public or _may_push(token, repository, "read")):
            return None
        if writes and _may_push(token, repository, "write"):
            return None
        return text_response(403, "Write access to repository not granted.\n")

    def _handlers(
        self, repository: Repository, token: Token | None
    ) -> dict[bytes, Callable[..., Any]]:
        if token is None:
            return {}
        accepted = partial(self._accepted, repository, token.login)
        return {RECEIVE.encode(): partial(GuardedReceivePack, Push(repository, token, accepted))}

    def _accepted(self, repository: Repository, pusher: str, branches: list[str]) -> None:
        self._state.note_push(repository, branches, pusher)

    def _page(self, request: Request) -> Response:
        owner, _, name = request.path.strip("/").partition("/")
        repository = self._state.repositories.find(owner, name.removesuffix(".git"))
        if repository is None or repository.private:
            return text_response(404, "Not Found\n")
        return text_response(200, f"{repository.full_name}\n")


def _may_push(token: Token, repository: Repository, level: str) -> bool:
    if token.scopes is not None:
        return "repo" in token.scopes or ("public_repo" in token.scopes and not repository.private)
    return token.allows({"contents": level})


def _unauthorized(message: str) -> Response:
    return text_response(401, f"{message}\n", {"WWW-Authenticate": 'Basic realm="GitHub"'})


def _run(
    request: Request,
    repository: Repository,
    rest: str,
    handlers: dict[bytes, Callable[..., Any]],
) -> Response:
    """Let dulwich's WSGI application answer, under the plain path of a lone repository."""
    response = Response(200)
    written = io.BytesIO()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        response.status = int(status.split(" ")[0])
        response.headers.update(headers)
        return written.write

    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": f"{PLAIN_PATH}/{rest}",
        "QUERY_STRING": request.raw_query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "wsgi.input": io.BytesIO(request.body),
    }
    backend: dict[str, BackendRepo] = {PLAIN_PATH: repository.git}
    application = make_wsgi_chain(DictBackend(backend), handlers=handlers)
    for block in application(environ, start_response):
        written.write(block)
    response.body = written.getvalue()
    return response
