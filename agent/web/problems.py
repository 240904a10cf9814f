"""Problems as JSON, whoever noticed them first: to programs as RFC 9457 describes them.

The evaluators' endpoint and the page host keep the form that they had before:
`{"status": "error", "message": …}`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from agent import request_id
from agent.jobs import Unavailable
from agent.web.access import wants_page
from agent.web.body_intake import BODY_SECONDS, BodyGivenUp
from agent.web.refusal_reasons import RefusalReason

PROBLEM = "application/problem+json"
TYPES = "/docs#"
"""What the types of problems begin with."""

REASON = "galley.refusal"
"""The key of an ASGI scope under which a refusal leaves its reason."""

_BUG = "a bug in Galley; the server's log has its traceback"
_ENDPOINT, _PAGES = "/api-endpoint", "/pages/"

RefuseBrowser = Callable[[Request, Exception], Awaitable[Response]]


class RefusedRequest(Response):
    """An answer to a request that is not done; `more` are members besides the usual ones."""

    def __init__(
        self,
        reason: RefusalReason,
        message: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        **more: str,
    ) -> None:
        super().__init__(status_code=status or reason.status)
        self.reason = reason
        self._message = message
        self._own_headers = dict(headers or {})
        self._more = more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[REASON] = self.reason.slug
        path = scope["path"]
        if path == _ENDPOINT or path.startswith(_PAGES):
            answer = JSONResponse(self.older_form, self.status_code, self._own_headers)
        else:
            asked = scope.get("raw_path", b"").decode("ascii", "replace") or path
            problem = self.problem(asked, request_id.current())
            answer = JSONResponse(problem, self.status_code, self._own_headers, PROBLEM)
        await answer(scope, receive, send)

    @property
    def older_form(self) -> dict[str, str]:
        return {"status": "error", "message": self._message, **self._more}

    def problem(self, instance: str, identity: str) -> dict[str, str | int]:
        """A problem of RFC 9457; `message` is what programs read before there were any."""
        return {
            "type": f"{TYPES}{self.reason.slug}",
            "title": self.reason.title,
            "status": self.status_code,
            "detail": self._message,
            "instance": instance,
            "message": self._message,
            "request_id": identity,
            **self._more,
        }


def handlers(
    most_bytes: int, refuse_browser: RefuseBrowser | None = None
) -> dict[Any, ExceptionHandler]:
    """How Starlette is to answer what was raised, for bodies of so many bytes at most."""
    return {
        413: partial(_too_large, most_bytes),
        HTTPException: partial(_refused, refuse_browser),
        Unavailable: _unavailable,
        BodyGivenUp: _given_up,
        ClientDisconnect: _unheard,
        Exception: _bug,
    }


class BodyLimit:
    """Refuses a body that is too large by its announced length, else once it has grown so far.

    Starlette's own limit answers in plain text where the length was announced.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = RequestBodyLimitMiddleware(app, most_bytes)
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _announced_bytes(scope) > self._most_bytes:
            refusal = RefusedRequest(RefusalReason.TOO_LARGE, _at_most(self._most_bytes))
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _announced_bytes(scope: Scope) -> int:
    """0 where nothing was announced; that it is a number was seen by the HTTP parser."""
    return int(Headers(scope=scope).get("Content-Length", "0"))


def _at_most(count: int) -> str:
    return f"a request body may have at most {count:,} bytes (the server's MAX_BODY_MB)"


async def _too_large(most_bytes: int, request: Request, error: Exception) -> Response:
    return RefusedRequest(RefusalReason.TOO_LARGE, _at_most(most_bytes))


async def _refused(
    refuse_browser: RefuseBrowser | None, request: Request, error: Exception
) -> Response:
    """What routing, ranges and the endpoints refuse: JSON, or a page for people."""
    if not isinstance(error, HTTPException):
        raise error
    if refuse_browser and wants_page(request):
        return await refuse_browser(request, error)
    status = error.status_code
    reason = RefusalReason.of_status(status)
    return RefusedRequest(reason, str(error.detail), status=status, headers=error.headers)


async def _unavailable(request: Request, error: Exception) -> Response:
    """The journal is away: what was asked may work later."""
    return RefusedRequest(RefusalReason.UNAVAILABLE, str(error), headers={"Retry-After": "5"})


async def _given_up(request: Request, error: Exception) -> Response:
    if not isinstance(error, BodyGivenUp):
        raise error
    if not error.is_crowded:
        message = f"the body did not arrive within {BODY_SECONDS:.0f} s"
        return RefusedRequest(RefusalReason.TOO_SLOW, message)
    return RefusedRequest(
        RefusalReason.CROWDED,
        "too many large bodies are on their way; send the request again soon, or with the secret "
        "as Authorization: Bearer, which has room of its own",
        headers={"Retry-After": "2"},
    )


async def _unheard(request: Request, error: Exception) -> Response:
    """The caller hung up within the body, so nobody reads this; it is no failure of ours."""
    return RefusedRequest(RefusalReason.INVALID, "the connection ended before the body did")


async def _bug(request: Request, error: Exception) -> Response:
    """Starlette raises the error again after this, so that the log gets its traceback."""
    return RefusedRequest(RefusalReason.BUG, _BUG)
