"""Limits what connections may take of the server: how many there are, and for how long.

A connection has a few seconds to bring the head of a request. Where there are too many, the oldest
one that the server does not owe an answer gives way; where all of them wait for answers, the new
one is refused.
"""

import asyncio
import resource
from http import HTTPStatus
from typing import Any, Final

import h11
from starlette.responses import JSONResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from agent import request_id
from agent.web.problems import RefusedRequest
from agent.web.refusal_reasons import RefusalReason
from agent.web.request_ids import HEADER

_HEAD_SECONDS: Final = 10.0
_STALLED_SECONDS: Final = 30.0
_MOST: Final = 1_000
_OWN_DESCRIPTORS: Final = 256
"""What the journal, git, browsers and models of this process may need."""
_WANTED_DESCRIPTORS: Final = 4_096

ACCEPTED_AT_ONCE: Final = 128
"""asyncio accepts so many connections before it hands over the first."""


def raise_descriptor_limit() -> None:
    """Ask for more descriptors than the usual 1,024, where the system allows more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < min(_WANTED_DESCRIPTORS, allowed):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(_WANTED_DESCRIPTORS, allowed), hard))


def most_connections() -> int:
    """How many connections each of two servers of this process may hold."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST
    return max(16, min(_MOST, (soft - _OWN_DESCRIPTORS - ACCEPTED_AT_ONCE) // 2))


class Connections:
    """The open connections of a server, the oldest first. Lives in one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[LimitedProtocol, None] = {}

    def protocol(self, *args: Any, **options: Any) -> asyncio.Protocol:
        """What uvicorn makes for each connection."""
        return LimitedProtocol(self, *args, **options)

    def admit(self, connection: "LimitedProtocol") -> bool:
        """Whether there is room for a connection, where need be after another was closed."""
        if len(self._open) >= self._most:
            oldest = next((each for each in self._open if not each.is_owed_an_answer), None)
            if oldest is None:
                return False
            self.forget(oldest)
            oldest.transport.abort()
        self._open[connection] = None
        return True

    def forget(self, connection: "LimitedProtocol") -> None:
        self._open.pop(connection, None)


class LimitedProtocol(H11Protocol):
    """Uvicorn's HTTP with limits on time and number; refusals are JSON, like every other."""

    def __init__(self, connections: Connections, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._others = connections
        self._limit: asyncio.TimerHandle | None = None
        self._is_stalled = False

    @property
    def is_owed_an_answer(self) -> bool:
        """Whether a whole request has come, and its answer is not done or kept waiting."""
        is_whole = self.conn.their_state is not h11.SEND_BODY
        return self._is_answering and is_whole and not self._is_stalled

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._others.admit(self):
            self._end_after(_HEAD_SECONDS)
        else:
            self._refuse(503, "too many connections; send the request again soon")

    def connection_lost(self, exc: Exception | None) -> None:
        self._others.forget(self)
        self._end_after(None)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self._is_answering and not self._is_stalled:
            self._end_after(None)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._is_answering:
            self._end_after(_HEAD_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_stalled = True
        self._end_after(_STALLED_SECONDS)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_stalled = False
        self._end_after(None if self._is_answering else _HEAD_SECONDS)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

    def _refuse(self, status: int, message: str) -> None:
        refusal = RefusedRequest(RefusalReason.of_status(status), message, status=status)
        answer = JSONResponse(refusal.older_form, status, {HEADER: request_id.chosen("")})
        headers = [*answer.raw_headers, (b"connection", b"close")]
        reason = HTTPStatus(status).phrase.encode()
        for event in (
            h11.Response(status_code=status, headers=headers, reason=reason),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _end_after(self, seconds: float | None) -> None:
        """Close the connection that late, and not at the time that was set before."""
        if self._limit:
            self._limit.cancel()
            self._limit = None
        if seconds is not None and not self.transport.is_closing():
            self._limit = self.loop.call_later(seconds, self.transport.abort)
