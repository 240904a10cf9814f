"""Decides who may see and change jobs: programs with the secret, people with a session."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from agent.intake.request import secrets_equal
from agent.web.body_intake import BodyIntake
from agent.web.sessions import Sessions

COOKIE = "galley-session"
FORM_TOKEN = "token"
LARGEST_SMALL_FORM = 10_000
_MOST_FILES = 60
_MOST_TEXT_BYTES = 2_000_000
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="galley"'}


@dataclass(frozen=True)
class AccessControl:
    """What a request has to show."""

    secret: str = field(repr=False)
    sessions: Sessions
    bodies: BodyIntake

    def body(self, http: Request) -> AbstractAsyncContextManager[bytearray]:
        """The body, counted until the block is left. Raises BodyGivenUp."""
        return self.bodies.read(http, self.has_secret(http) or bool(self.session(http)))

    @asynccontextmanager
    async def form(self, http: Request, most_bytes: int | None = None) -> AsyncIterator[FormData]:
        """The form in the body. Raises BodyGivenUp, or HTTPException 400 for a larger one."""
        async with self.body(http) as body:
            if most_bytes is not None and len(body) > most_bytes:
                raise HTTPException(400, f"this form may have at most {most_bytes:,} bytes")
            again = Request(http.scope, _Replay(bytes(body)))
            async with again.form(max_files=_MOST_FILES, max_part_size=_MOST_TEXT_BYTES) as form:
                yield form

    def require(self, http: Request) -> None:
        """Raises HTTPException 401 (RFC 6750)."""
        if not self.has_secret(http) and not self.session(http):
            raise HTTPException(401, "send the secret as Authorization: Bearer", _CHALLENGE)

    async def require_intent(self, http: Request) -> None:
        """For what changes something: a session alone could be used by another website.

        Raises HTTPException 401 or 403.
        """
        self.require(http)
        if self.has_secret(http):
            return
        async with self.form(http, LARGEST_SMALL_FORM) as form:
            token = form.get(FORM_TOKEN)
        if not self.is_own_form(http, token):
            raise HTTPException(403, "the form is not from this session: load the page again")

    def is_own_form(self, http: Request, token: object) -> bool:
        session = self.session(http)
        known = isinstance(token, str) and self.sessions.is_form_token(session, token)
        return bool(session) and known

    def has_secret(self, http: Request) -> bool:
        scheme, _, token = http.headers.get("Authorization", "").partition(" ")
        told = token.encode("latin-1").decode(errors="replace")  # headers come as latin-1
        return scheme.lower() == "bearer" and secrets_equal(told, self.secret)

    def session(self, http: Request) -> str:
        """The id of the session; empty where there is none."""
        return self.sessions.identity(http.cookies.get(COOKIE, ""))

    def form_token(self, http: Request) -> str:
        return self.sessions.form_token(self.session(http))


@dataclass(frozen=True)
class _Replay:
    """A body that was received, for a reader that receives it."""

    body: bytes

    async def __call__(self) -> Message:
        return {"type": "http.request", "body": self.body}


def wants_page(http: Request) -> bool:
    """Whether a browser asks: programs rarely want HTML, and say who they are by a header."""
    return "text/html" in http.headers.get("Accept", "") and "Authorization" not in http.headers
