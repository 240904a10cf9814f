"""The login: the secret once, then a signed cookie that no script can read."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.intake.request import secrets_equal
from agent.web.access import COOKIE, FORM_TOKEN, LARGEST_SMALL_FORM, AccessControl
from agent.web.page_response import page
from agent.web.throttle import Throttle

_SEE_OTHER = 303


@dataclass(frozen=True)
class LoginPages:
    """`is_https`: people reach this server over https, whatever the last proxy speaks."""

    access: AccessControl
    is_https: bool = False
    throttle: Throttle = field(default_factory=Throttle)

    async def show(self, http: Request) -> Response:
        if self.access.session(http):
            return RedirectResponse(_next(http.query_params.get("next", "")), _SEE_OTHER)
        return self._form(http, http.query_params.get("next", ""))

    async def log_in(self, http: Request) -> Response:
        address = http.client.host if http.client else ""
        if wait := self.throttle.wait_seconds(address):
            answer = self._form(http, "", 429, f"Too many wrong secrets: wait {wait} seconds.")
            answer.headers["Retry-After"] = str(wait)
            return answer
        if _is_foreign(http):
            return self._form(http, "", 403, "The form came from another website.")
        async with self.access.form(http, LARGEST_SMALL_FORM) as form:
            given, target = form.get("secret"), str(form.get("next", ""))
        if not secrets_equal(given, self.access.secret):
            self.throttle.note_failure(address)
            return self._form(http, target, 403, "That is not the secret.")
        answer = RedirectResponse(_next(target), _SEE_OTHER)
        self._set(answer, http, self.access.sessions.begin())
        return answer

    async def log_out(self, http: Request) -> Response:
        async with self.access.form(http, LARGEST_SMALL_FORM) as form:
            is_own = self.access.is_own_form(http, form.get(FORM_TOKEN))
        answer = RedirectResponse("/login", _SEE_OTHER)
        if is_own:
            self.access.sessions.end(http.cookies.get(COOKIE, ""))
            answer.delete_cookie(COOKIE)
        return answer

    def _form(self, http: Request, target: str, status: int = 200, complaint: str = "") -> Response:
        return page(http, self.access, "login", status, next=target, complaint=complaint)

    def _set(self, answer: Response, http: Request, value: str) -> None:
        answer.set_cookie(
            COOKIE,
            value,
            httponly=True,
            samesite="strict",
            secure=self.is_https or http.url.scheme == "https",
        )


def _next(target: str) -> str:
    """A path of this server: nobody is to be sent elsewhere by a link to the login."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_path and "\\" not in target and target.isprintable() else "/"


def _is_foreign(http: Request) -> bool:
    origin = http.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != http.headers.get("Host", "")
