"""Calls of GitHub's REST API: one try each, and what its failures mean.

Nothing is tried again here: the stages look before they act, so the step that made a call is run
again (`agent/jobs/durable_steps.py`), and no sooner than GitHub asked. Sources: GitHub's "Best
practices for using the REST API" and "Rate limits for the REST API".
"""

import threading
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests

from agent.deadline import within_job
from agent.errors import GalleyError, Passing
from agent.retry_after import asked_pause, time_of

_VERSION = "2022-11-28"
_REDIRECTS = (301, 302, 307, 308)
_MOST_REDIRECTS = 3
_LEAST_PAUSE = 1.0
_LEAST_LIMIT_PAUSE = 60.0
_LONGEST_LIMIT_PAUSE = 900.0
_CONNECT_SECONDS = 10.0
_LONGEST_MESSAGE = 400
_NO_SUCH_TLS = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER")


class Refused(GalleyError):
    """GitHub answered no, for good; `status` and its `message` are as it gave them."""

    status = 0
    message = ""


class Unanswered(Passing):
    """GitHub did not answer, or asked to be left alone, and may answer another time."""


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """A success: the call, its JSON (None for no content), and its headers by name in any case."""

    call: str
    json: Any
    headers: Mapping[str, str]

    @property
    def fields(self) -> Mapping[str, Any]:
        """The object that was answered. Raises Unanswered where it was none."""
        if not isinstance(self.json, dict):
            raise Unanswered(f"{self.call}: an answer that is no object")
        return self.json

    def field(self, name: str) -> Any:
        """A field that has to be there. Raises Unanswered where it is not."""
        if self.fields.get(name) is None:
            raise Unanswered(f"{self.call}: an answer without `{name}`")
        return self.fields[name]

    @property
    def items(self) -> list[Mapping[str, Any]]:
        """The objects that were listed. Raises Unanswered where it was no list of them."""
        if not isinstance(self.json, list) or not all(isinstance(item, dict) for item in self.json):
            raise Unanswered(f"{self.call}: an answer that is no list of objects")
        return self.json

    @property
    def clock_ahead(self) -> float:
        """Seconds by which GitHub's clock is ahead of ours, true to about a second."""
        return time_of(self.headers) - time.time()


class Rest:
    """The API as one token sees it; shared by threads. A call may be silent for `seconds`."""

    def __init__(self, api_url: str, token: str, user_agent: str, seconds: float) -> None:
        self._api_url = api_url.rstrip("/")
        self.seconds = seconds
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": user_agent,
            "X-GitHub-Api-Version": _VERSION,
        }
        self._token = token
        self._silence = _Silence()

    def hurried(self, seconds: float) -> Self:
        """The same client, giving up on a call after so many seconds."""
        hurried = copy(self)
        hurried.seconds = min(self.seconds, seconds)
        return hurried

    def get(self, path: str, **query: str) -> RestAnswer:
        return self.call("GET", path, query=query)

    def find(self, path: str, **query: str) -> RestAnswer | None:
        """What is there; None for a 404, or a 409: "Git Repository is empty."."""
        try:
            return self.get(path, **query)
        except Refused as error:
            if error.status in (404, 409):
                return None
            raise

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> RestAnswer:
        """One call below the API's address. Raises Refused and Unanswered."""
        name = f"{method} {self._api_url}{path}"
        self._silence.check(name)
        reply = self._send(name, method, self._api_url + path, body, query)
        for _ in range(_MOST_REDIRECTS):
            if not (target := self._redirection(reply)):
                break
            reply = self._send(name, method, target, body, None)
        if 200 <= reply.status_code <= 299:
            self._silence.ended()
            return RestAnswer(name, self._json(name, reply), reply.headers)
        raise self._failure(name, reply)

    def _redirection(self, reply: requests.Response) -> str | None:
        """Where GitHub wants the same call repeated, as for what was renamed; never elsewhere."""
        location = reply.headers.get("Location")
        if not location or reply.status_code not in _REDIRECTS:
            return None
        target = urljoin(reply.url, location)
        return target if urlsplit(target)[:2] == urlsplit(self._api_url)[:2] else None

    def _send(
        self,
        name: str,
        method: str,
        url: str,
        body: Mapping[str, object] | None,
        query: Mapping[str, str] | None,
    ) -> requests.Response:
        seconds = within_job(self.seconds)
        try:
            with requests.Session() as session:
                session.trust_env = False  # netrc would replace the Authorization header
                return session.request(
                    method,
                    url,
                    params=query,
                    json=body,
                    headers=self._headers,
                    timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                    allow_redirects=False,
                )
        except requests.Timeout:
            raise Unanswered(f"{name}: no answer within {seconds:.0f} s") from None
        except requests.RequestException as error:
            cause = _cause(error)
            if any(words in cause for words in _NO_SUCH_TLS):
                raise Refused(f"{name}: no HTTPS that can be trusted ({cause})") from None
            raise Unanswered(f"{name}: the connection failed ({cause})") from None

    def _json(self, name: str, reply: requests.Response) -> Any:
        if not reply.content and reply.status_code not in (200, 201):
            return None
        try:
            return reply.json()
        except requests.JSONDecodeError:
            if "html" in reply.headers.get("Content-Type", ""):
                raise Refused(f"{name}: a web page, not an API; check GITHUB_API_URL") from None
            raise Unanswered(f"{name}: {reply.status_code} with JSON that is cut off") from None

    def _failure(self, name: str, reply: requests.Response) -> Refused | Unanswered:
        message = self._message(reply)
        told = f"{name}: {reply.status_code} {message}".rstrip()
        if _is_limit(reply, message):
            return self._silence.begin(told, asked_pause(reply.headers))
        if reply.status_code >= 500 or reply.status_code == 408:
            return Unanswered(told).after(asked_pause(reply.headers))
        advice = _advice(reply)
        refused = Refused(f"{told.removesuffix('.')}; {advice}" if advice else told)
        refused.status, refused.message = reply.status_code, message
        return refused

    def _message(self, reply: requests.Response) -> str:
        """GitHub's words with those of its list of errors, in one line."""
        try:
            told = reply.json()
        except requests.JSONDecodeError:
            return reply.reason or ""
        if not isinstance(told, dict):
            return reply.reason or ""
        errors = told.get("errors")
        details = [_detail(error) for error in errors] if isinstance(errors, list) else []
        words = ": ".join(filter(None, [str(told.get("message", "")), "; ".join(details)]))
        return " ".join(words.replace(self._token, "[token]").split())[:_LONGEST_MESSAGE]


class _Silence:
    """Until when GitHub asked to be left alone, by everybody who uses this token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._why = ""
        self._unexplained = 0

    def check(self, name: str) -> None:
        """Raises Unanswered while it lasts."""
        left = self._until - time.time()
        if left > 0:
            raise Unanswered(f"{name}: not asked, because of {self._why}").after(left)

    def begin(self, told: str, asked: float | None) -> Unanswered:
        """The error of a call that met a limit; without a stated time the pauses double."""
        with self._lock:
            pause = min(_LONGEST_LIMIT_PAUSE, _LEAST_LIMIT_PAUSE * 2**self._unexplained)
            self._unexplained += asked is None
            seconds = pause if asked is None else asked
            self._until, self._why = max(self._until, time.time() + seconds), told
        return Unanswered(f"{told}; asked to wait {seconds:.0f} s").after(seconds)

    def ended(self) -> None:
        self._unexplained = 0


def _is_limit(reply: requests.Response, message: str) -> bool:
    if reply.status_code == 429:
        return True
    return reply.status_code == 403 and (
        "Retry-After" in reply.headers
        or reply.headers.get("X-RateLimit-Remaining") == "0"
        or "rate limit" in message.lower()
    )


def _advice(reply: requests.Response) -> str:
    """What to do about a refusal, as far as its headers tell."""
    if reply.status_code == 401:
        return "GITHUB_TOKEN is not valid (any more): set a new one"
    if reply.status_code not in (403, 404):
        return ""
    needed = reply.headers.get("X-Accepted-GitHub-Permissions", "")
    if needed and "permissionless" not in needed:
        return f"the token needs the permissions {needed}"
    accepted = _scopes(reply.headers.get("X-Accepted-OAuth-Scopes", ""))
    held = _scopes(reply.headers.get("X-OAuth-Scopes", ""))
    if "X-OAuth-Scopes" in reply.headers and accepted and not accepted & held:
        return f"the token needs the scope {' or '.join(sorted(accepted))}"
    return ""


def _scopes(stated: str) -> set[str]:
    return {scope.strip() for scope in stated.split(",") if scope.strip()}


def _detail(error: object) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or f"{error.get('field', '')} {error.get('code', '')}")
    return str(error)


def _cause(error: requests.RequestException) -> str:
    """The innermost reason, which is the one in plain words."""
    reason: BaseException = error
    while isinstance(deeper := _deeper(reason), BaseException):
        reason = deeper
    return str(reason) or type(reason).__name__


def _deeper(error: BaseException) -> object:
    return getattr(error, "reason", None) or next(iter(error.args[::-1]), None)
