"""The guarded HTTP client: GET what a request names, POST to where a request points."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from agent import redirects
from agent.deadline import Deadline
from agent.outbound.addresses import Resolver, system_resolver
from agent.outbound.guarded_connections import Guard, GuardedConnections
from agent.outbound.http_exchange import Exchange
from agent.outbound.outbound_error import OutboundError
from agent.ports import Reply
from agent.redirects import Redirect
from agent.retry_after import retry_after
from agent.url_display import shown_url

_ANSWER_CAP = 2048


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a GET brought: the last status, the decoded body, and the URL it came from.

    `media_type` is the Content-Type header as stated, empty where there was none.
    """

    status: int
    content: bytes = field(repr=False)
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class _Call:
    """A request to send."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def redirected(self, status: int, target: str) -> "_Call":
        """The request to send to the target; a GET has no body."""
        method = redirects.next_method(status, self.method)
        same = replace(self, method=method, url=target)
        return same if method == self.method else replace(same, body=None)


class Outbound:
    """HTTP to URLs that come from outside.

    Public addresses on ports 80 and 443 are reached, judged on the address that is really
    connected to; with `allow_loopback` this machine too, on every port; with `allow_private` all
    of these and private networks, on every port.
    """

    def __init__(
        self,
        allow_private: bool,
        user_agent: str,
        resolver: Resolver = system_resolver,
        *,
        allow_loopback: bool = False,
    ) -> None:
        self._guard = Guard(allow_private, allow_private or allow_loopback, resolver)
        # Only encodings that urllib3 undoes piece by piece, so that the cap counts decoded bytes.
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}

    def admit(self, url: str, deadline: Deadline) -> tuple[str, ...]:
        """The addresses behind a URL, for a client that connects by itself. Raises OutboundError
        where one of them is not allowed."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            answers = self._guard.admit(parts.hostname or "", port, deadline.remaining)
        except (OSError, UnicodeError) as error:
            raise OutboundError(f"{shown_url(url)}: its name does not resolve ({error})") from None
        return tuple(str(answer[4][0]) for answer in answers)

    def get(self, url: str, cap_bytes: int, deadline: Deadline) -> Fetched:
        """Follow at most 3 redirects and read at most `cap_bytes` decoded bytes.

        Any final status is an answer. Raises OutboundError (refused, failed, too big, or later
        than `deadline`) and Cancelled.
        """
        here = url
        for _ in range(redirects.MOST_REDIRECTS + 1):
            with Exchange(
                "GET", here, GuardedConnections(self._guard, deadline), deadline
            ) as exchange:
                answer = exchange.send(self._headers)
                target = answer.headers.get("Location")
                if target is None or answer.status_code not in redirects.STATUSES:
                    stated = answer.headers.get("Content-Type", "")
                    return Fetched(answer.status_code, exchange.read(cap_bytes), stated, here)
                here = urljoin(here, target)
        raise OutboundError(
            f"GET {shown_url(url)}: redirected more than {redirects.MOST_REDIRECTS} times, "
            f"at last to {shown_url(here)}; give the final URL"
        )

    def post(
        self,
        url: str,
        payload: Mapping[str, object],
        headers: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        """POST `payload` as JSON, following at most 3 redirects as clients do.

        A redirect beyond those is an answer like any other. Raises OutboundError when no answer
        came within `seconds`, or a target is refused.
        """
        call = _Call("POST", url, {**self._headers, **headers}, json_body(payload))
        deadline = Deadline.within(seconds)
        followed: list[Redirect] = []
        while True:
            try:
                reply, target = self._asked(call, deadline)
            except OutboundError as error:
                raise OutboundError("; ".join([*map(str, followed), str(error)])) from error
            if target is None or len(followed) == redirects.MOST_REDIRECTS:
                return replace(reply, redirects=tuple(followed))
            call = call.redirected(reply.status, target)
            followed.append(Redirect(reply.status, call.method, shown_url(target)))

    def _asked(self, call: _Call, deadline: Deadline) -> tuple[Reply, str | None]:
        """The answer, and where it redirects to."""
        connections = GuardedConnections(self._guard, deadline)
        with Exchange(call.method, call.url, connections, deadline) as exchange:
            stated = {"Content-Type": "application/json"} if call.body is not None else {}
            answer = exchange.send({**call.headers, **stated}, call.body)
            pause = retry_after(answer.headers) or 0.0
            reply = Reply(answer.status_code, exchange.peek(_ANSWER_CAP), pause)
            target = answer.headers.get("Location")
        if target is None or reply.status not in redirects.STATUSES:
            return reply, None
        return reply, urljoin(call.url, target)


def json_body(payload: Mapping[str, object]) -> bytes:
    """What is sent for a payload."""
    return json.dumps(payload, allow_nan=False).encode()
