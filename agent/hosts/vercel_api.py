"""Calls of Vercel's REST API: one try each, and what its failures mean.

Nothing is tried again here: the step that made a call is run again. Source: Vercel's REST API
reference, and the schemas of npm's `@vercel/sdk`.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from agent.deadline import within_job
from agent.errors import HostBusy, HostError
from agent.hosts.quiet_period import QuietPeriod
from agent.retry_after import retry_after

_LONGEST_MESSAGE = 400
_CONNECT_SECONDS = 10.0
_BAD_TOKEN = "VERCEL_TOKEN is not valid (any more): set a new one"
_ADVICE = {
    401: _BAD_TOKEN,
    402: "the plan's limit is reached: delete old projects there or change the plan",
    403: "VERCEL_TOKEN may not do that: give it access to the team, and set VERCEL_TEAM_ID",
    404: "it is gone, or VERCEL_TOKEN may not see it; check VERCEL_TEAM_ID",
}
_PASSING_STATUSES = (408, 409, 425)


class VercelRefused(HostError):
    """Vercel answered no, for good; `error` is the object that it gave as the reason."""

    status = 0
    error: Mapping[str, Any] = {}


@dataclass
class VercelApi:
    """The API as one token sees it, for a team where one is set; shared by threads."""

    api_url: str
    token: str = field(repr=False)
    team: str
    user_agent: str
    seconds: float = 20.0
    _quiet: QuietPeriod = field(default_factory=QuietPeriod, init=False)

    def get(self, path: str, **query: str) -> Mapping[str, Any]:
        return _fields(path, self._call("GET", path, query))

    def find(self, path: str, **query: str) -> Mapping[str, Any] | None:
        """What is there; None for a 404."""
        try:
            return self.get(path, **query)
        except VercelRefused as error:
            if error.status == 404:
                return None
            raise

    def post(self, path: str, body: Mapping[str, Any], **query: str) -> Mapping[str, Any]:
        return _fields(path, self._call("POST", path, query, json=body))

    def upload(self, digest: str, content: bytes) -> None:
        """Store a file under its SHA-1."""
        headers = {"Content-Type": "application/octet-stream", "x-vercel-digest": digest}
        self._call("POST", "/v2/files", {}, data=content, headers=headers)

    def _call(
        self, method: str, path: str, query: Mapping[str, str], **body: Any
    ) -> requests.Response:
        """The answer of a call that succeeded. Raises VercelRefused and HostBusy."""
        call = f"{method} {self.api_url}{path}"
        self._quiet.check(call)
        team = {"teamId": self.team} if self.team else {}
        own = {"Authorization": f"Bearer {self.token}", "User-Agent": self.user_agent}
        headers = {**own, **body.pop("headers", {})}
        seconds = within_job(self.seconds)
        try:
            with requests.Session() as session:
                session.trust_env = False  # netrc would replace the Authorization header
                reply = session.request(
                    method,
                    self.api_url + path,
                    params={**query, **team},
                    headers=headers,
                    timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                    allow_redirects=False,
                    **body,
                )
        except requests.RequestException as error:
            raise HostBusy(f"{call}: no answer ({type(error).__name__})") from None
        if 200 <= reply.status_code <= 299:
            return reply
        raise self._failure(call, reply)

    def _failure(self, call: str, reply: requests.Response) -> HostError:
        error, status = _error(reply), reply.status_code
        message = str(error.get("message") or reply.reason or "")
        told = " ".join(message.replace(self.token, "[token]").split())[:_LONGEST_MESSAGE]
        words = f"{call}: {status} {told}".rstrip()
        if status == 429:
            return self._quiet.begin(words, _pause(reply.headers, error))
        if status >= 500 or (status in _PASSING_STATUSES and error.get("code") != "conflict"):
            return HostBusy(words).after(retry_after(reply.headers))
        advice = _BAD_TOKEN if error.get("invalidToken") else _ADVICE.get(status)
        refused = VercelRefused(f"{words.removesuffix('.')}; {advice}" if advice else words)
        refused.status, refused.error = status, error
        return refused


def _fields(path: str, reply: requests.Response) -> Mapping[str, Any]:
    try:
        told = reply.json()
    except requests.JSONDecodeError:
        raise HostBusy(
            f"{path}: {reply.status_code} without the JSON that it should have"
        ) from None
    if not isinstance(told, dict):
        raise HostBusy(f"{path}: an answer that is no object")
    return told


def _error(reply: requests.Response) -> Mapping[str, Any]:
    try:
        told = reply.json()
    except requests.JSONDecodeError:
        return {}
    error = told.get("error") if isinstance(told, dict) else None
    return error if isinstance(error, dict) else {}


def _pause(headers: Mapping[str, str], error: Mapping[str, Any]) -> float | None:
    """Seconds that a limit lasts: by `Retry-After`, `X-RateLimit-Reset` or `error.limit.reset`."""
    seconds = retry_after(headers)
    if seconds is not None:
        return max(1.0, seconds)
    limit = error.get("limit")
    stated = headers.get("X-RateLimit-Reset") or (limit or {}).get("reset")
    try:
        return max(1.0, float(stated or "") - time.time() + 1)  # it is told in whole seconds
    except ValueError:
        return None
