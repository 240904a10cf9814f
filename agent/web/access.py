"""Decides who may see and change jobs: programs with the secret, people with a session."""

from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from agent.intake.request import secrets_equal
from agent.web.sessions import Sessions

COOKIE = "galley-session"
FORM_TOKEN = "token"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="galley"'}


@dataclass(frozen=True)
class AccessControl:
    """What a request has to show."""

    secret: str = field(repr=False)
    sessions: Sessions

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
        async with http.form(max_files=60, max_part_size=1_000_000) as form:
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


def wants_page(http: Request) -> bool:
    """Whether a browser asks: programs rarely want HTML, and say who they are by a header."""
    return "text/html" in http.headers.get("Accept", "") and "Authorization" not in http.headers
