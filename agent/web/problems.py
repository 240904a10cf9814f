"""Problems in the API's form: JSON, whoever noticed them first."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from agent.jobs import Unavailable
from agent.web.access import wants_page
from agent.web.body_intake import BODY_SECONDS, BodyGivenUp

_BUG = "a bug in Galley; the server's log has its traceback"

RefuseBrowser = Callable[[Request, Exception], Awaitable[Response]]


def problem(status: int, message: str, **more: str) -> JSONResponse:
    return JSONResponse({"status": "error", "message": message, **more}, status)


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
            refusal = problem(413, _at_most(self._most_bytes))
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _announced_bytes(scope: Scope) -> int:
    """0 where nothing was announced; that it is a number was seen by the HTTP parser."""
    return int(Headers(scope=scope).get("Content-Length", "0"))


def _at_most(count: int) -> str:
    return f"a request body may have at most {count:,} bytes (the server's MAX_BODY_MB)"


async def _too_large(most_bytes: int, request: Request, error: Exception) -> Response:
    return problem(413, _at_most(most_bytes))


async def _refused(
    refuse_browser: RefuseBrowser | None, request: Request, error: Exception
) -> Response:
    """What routing, ranges and the endpoints refuse: JSON, or a page for people."""
    if not isinstance(error, HTTPException):
        raise error
    if refuse_browser and wants_page(request):
        return await refuse_browser(request, error)
    answer = problem(error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _unavailable(request: Request, error: Exception) -> Response:
    """The journal is away: what was asked may work later."""
    answer = problem(503, str(error))
    answer.headers["Retry-After"] = "5"
    return answer


async def _given_up(request: Request, error: Exception) -> Response:
    if not isinstance(error, BodyGivenUp):
        raise error
    if not error.is_crowded:
        return problem(408, f"the body did not arrive within {BODY_SECONDS:.0f} s")
    answer = problem(
        503,
        "too many large bodies are on their way; send the request again soon, or with the secret "
        "as Authorization: Bearer, which has room of its own",
    )
    answer.headers["Retry-After"] = "2"
    return answer


async def _unheard(request: Request, error: Exception) -> Response:
    """The caller hung up within the body, so nobody reads this; it is no failure of ours."""
    return problem(400, "the connection ended before the body did")


async def _bug(request: Request, error: Exception) -> Response:
    """Starlette raises the error again after this, so that the log gets its traceback."""
    return problem(500, _BUG)
