"""Gives each request its id: the caller's `X-Request-ID` or a new one, in every answer."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent import request_id

HEADER = "X-Request-ID"


class RequestIds:
    """The outermost layer of a server, so that refusals have an id as well."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = request_id.chosen(Headers(scope=scope).get(HEADER, ""))
        request_id.begin(identity)  # the server makes a task for each request

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = identity
            await send(message)

        await self._app(scope, receive, send_with_id)
