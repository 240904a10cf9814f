"""The API door: who asks, whether they may, which handler answers, and the headers around it."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from .accounts import Account, Token, presented_token
from .contract import Contract, Operation
from .faults import DOCUMENTATION
from .replies import Replies
from .repositories import Repository
from .state import State
from .wire import Request, Response, json_response

BASE_PATH = "/api/v3"
API_VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
DEFAULT_PAGE, LARGEST_PAGE = 30, 100


class Refused(Exception):
    """GitHub says no: the status, its words, and the errors of a 422."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[dict[str, str]] | list[str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> Response:
        """The refusal as JSON."""
        body: dict[str, Any] = {
            "message": self.message,
            "documentation_url": DOCUMENTATION,
            "status": str(self.status),
        }
        if self.errors is not None:
            body["errors"] = self.errors
        return json_response(self.status, body, self.headers)


@dataclass(frozen=True)
class Exchange:
    """One allowed call on its way through a handler."""

    state: State
    replies: Replies
    request: Request
    parameters: dict[str, str]
    token: Token | None

    @property
    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        value = json.loads(self.request.body)
        assert isinstance(value, dict), "the description allows objects only"
        return value

    @property
    def login(self) -> str:
        """Whose token it is."""
        assert self.token is not None, "only calls that need a token ask for its login"
        return self.token.login

    @property
    def repository(self) -> Repository:
        """The repository in the path; the router has seen that it is there and visible."""
        parameters = self.parameters
        found = self.state.repositories.find(parameters["owner"], parameters["repo"])
        assert found is not None
        return found

    def account(self, login: str) -> Account:
        """The account that is known to exist."""
        found = self.state.accounts.find(login)
        assert found is not None
        return found

    def paged(self, items: list[Any]) -> Response:
        """The page of a list that was asked for, with a Link header to the next one."""
        query = self.request.query
        size = min(int(query.get("per_page", DEFAULT_PAGE)), LARGEST_PAGE)
        page = max(int(query.get("page", 1)), 1)
        headers = {}
        if page * size < len(items):
            following = urlencode({**query, "page": page + 1})
            path = self.request.path.removeprefix(BASE_PATH)
            headers["Link"] = f'<{self.state.urls.api}{path}?{following}>; rel="next"'
        return json_response(200, items[(page - 1) * size : page * size], headers)


@dataclass(frozen=True)
class Route:
    """How an operation is answered and what a token needs for it.

    `scopes` are the classic ones of which one is enough; `permissions` the fine-grained ones of
    which all are needed. A call that `writes` needs a token and the right to write to the owner.
    """

    answer: Callable[[Exchange], Response]
    scopes: frozenset[str] = frozenset()
    permissions: dict[str, str] = field(default_factory=dict)
    needs_token: bool = False
    writes: bool = False


class Rest:
    """Answers what comes in under the base path."""

    def __init__(self, state: State, contract: Contract, routes: dict[str, Route]) -> None:
        self._state = state
        self._contract = contract
        self._routes = routes
        self._replies = Replies(state.urls, state.clock)

    def answer(self, request: Request) -> Response:
        """The answer to a request, both held against the description."""
        path = request.target.partition("?")[0].removeprefix(BASE_PATH)
        found = self._contract.find(request.method, path)
        if found is None:
            return self._breach([f"{request.method} {path} is not among the described calls"])
        operation, parameters = found
        if moved := self._moved(parameters):
            old = f"/repos/{parameters['owner']}/{parameters['repo']}"
            location = request.path.replace(old, f"/repos/{moved.full_name}")
            status = 301 if request.method == "GET" else 307
            return json_response(status, {"message": "Moved Permanently"}, {"Location": location})
        breaches = self._contract.request_breaches(request, operation, parameters)
        if breaches:
            return self._breach(breaches)
        with self._state.lock:
            response = self._allowed_answer(request, operation, parameters)
        breaches = self._contract.reply_breaches(request, operation, parameters, response)
        self._state.violations.extend(f"reply to {operation.id}: {words}" for words in breaches)
        return response

    def with_headers(self, request: Request, response: Response) -> Response:
        """The response, a fault's too, with the headers that GitHub puts around everything."""
        token = self._token(request)
        rate = self._state.rate
        headers = {
            "X-GitHub-Request-Id": secrets.token_hex(8).upper(),
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-RateLimit-Limit": str(rate.limit),
            "X-RateLimit-Remaining": str(rate.remaining),
            "X-RateLimit-Reset": str(int(rate.reset_at)),
            "X-RateLimit-Used": str(rate.used),
            "X-RateLimit-Resource": "core",
        }
        if token is not None and token.scopes is not None:
            headers["X-OAuth-Scopes"] = ", ".join(sorted(token.scopes))
        return replace(response, headers={**headers, **response.headers})

    def _token(self, request: Request) -> Token | None:
        value = presented_token(request.headers)
        return self._state.accounts.token(value) if value else None

    def _moved(self, parameters: dict[str, str]) -> Repository | None:
        if "owner" not in parameters or "repo" not in parameters:
            return None
        return self._state.repositories.moved(parameters["owner"], parameters["repo"])

    def _breach(self, breaches: list[str]) -> Response:
        """Note a request that GitHub's description forbids, and answer so that it is noticed."""
        self._state.violations.extend(f"request: {words}" for words in breaches)
        return Refused(500, "Against GitHub's description: " + "; ".join(breaches)).response()

    def _allowed_answer(
        self, request: Request, operation: Operation, parameters: dict[str, str]
    ) -> Response:
        route = self._routes[operation.id]
        token = self._token(request)
        try:
            self._check_caller(request, operation, token)
            self._check_rights(route, parameters, token)
            exchange = Exchange(self._state, self._replies, request, parameters, token)
            response = route.answer(exchange)
        except Refused as refused:
            response = refused.response()
        if token is None:
            return response
        return replace(response, headers={**_accepted(route, token), **response.headers})

    def _check_caller(self, request: Request, operation: Operation, token: Token | None) -> None:
        if not request.headers.get("User-Agent"):
            raise Refused(403, "Request forbidden by administrative rules.")
        version = request.headers.get("X-GitHub-Api-Version")
        if version is not None and version not in API_VERSIONS:
            raise Refused(400, f"{version} is not a supported version.")
        if token is None and presented_token(request.headers) is not None:
            raise Refused(401, "Bad credentials")
        if operation.id != "rate-limit/get" and not self._state.rate.spend():
            raise Refused(403, "API rate limit exceeded for user ID 1.")

    def _check_rights(self, route: Route, parameters: dict[str, str], token: Token | None) -> None:
        owner = parameters.get("owner")
        if owner is not None:
            self._check_visible(owner, parameters["repo"], token)
        if token is None:
            if route.needs_token or route.writes:
                raise Refused(401, "Requires authentication")
            return
        if token.is_classic:
            self._check_scopes(route, token)
        elif (route.writes or self._is_private(parameters)) and not token.allows(route.permissions):
            raise Refused(403, "Resource not accessible by personal access token")
        if owner is not None and route.writes and not self._may_write(token, owner):
            raise Refused(403, "Must have admin rights to Repository.")

    def _check_visible(self, owner: str, name: str, token: Token | None) -> None:
        repository = self._state.repositories.find(owner, name)
        hidden = repository is not None and repository.private
        if repository is None or (hidden and not (token and self._may_write(token, owner))):
            raise Refused(404, "Not Found")

    def _check_scopes(self, route: Route, token: Token) -> None:
        """A classic token that lacks the scope is told that there is nothing, except to delete."""
        if not route.scopes or route.scopes & (token.scopes or frozenset()):
            return
        if "delete_repo" in route.scopes:
            raise Refused(403, "Must have admin rights to Repository.")
        raise Refused(404, "Not Found")

    def _is_private(self, parameters: dict[str, str]) -> bool:
        if "owner" not in parameters:
            return False
        repository = self._state.repositories.find(parameters["owner"], parameters["repo"])
        return repository is not None and repository.private

    def _may_write(self, token: Token, owner: str) -> bool:
        return self._state.accounts.may_write(token, owner)


def _accepted(route: Route, token: Token) -> dict[str, str]:
    """The header that names what the call needs, in the words of the token's kind."""
    if token.is_classic:
        return {"X-Accepted-OAuth-Scopes": ", ".join(sorted(route.scopes))}
    needed = ",".join(f"{name}={level}" for name, level in route.permissions.items())
    return {"X-Accepted-GitHub-Permissions": needed or "allows_permissionless_access=true"}
