"""The guarded HTTP client: GET what a request names, POST to where a request points."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from agent.deadline import Deadline
from agent.outbound.addresses import Resolver, system_resolver
from agent.outbound.guarded_connections import Guard, GuardedConnections
from agent.outbound.http_exchange import Exchange
from agent.outbound.outbound_error import OutboundError, shown_url
from agent.ports import Reply
from agent.retry_after import retry_after

_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
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


class Outbound:
    """HTTP to URLs that come from outside.

    Without `allow_private` only public addresses on ports 80 and 443 are reached, judged on the
    address that is really connected to. With it, loopback, private networks and every port are.
    """

    def __init__(
        self, allow_private: bool, user_agent: str, resolver: Resolver = system_resolver
    ) -> None:
        self._guard = Guard(allow_private, resolver)
        # Only encodings that urllib3 undoes piece by piece, so that the cap counts decoded bytes.
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}

    def get(self, url: str, cap_bytes: int, deadline: Deadline) -> Fetched:
        """Follow at most 3 redirects and read at most `cap_bytes` decoded bytes.

        Any final status is an answer. Raises OutboundError (refused, failed, too big, or later
        than `deadline`) and Cancelled.
        """
        here = url
        for _ in range(_MOST_REDIRECTS + 1):
            with Exchange(
                "GET", here, GuardedConnections(self._guard, deadline), deadline
            ) as exchange:
                answer = exchange.send(self._headers)
                target = answer.headers.get("Location")
                if target is None or answer.status_code not in _REDIRECTS:
                    stated = answer.headers.get("Content-Type", "")
                    return Fetched(answer.status_code, exchange.read(cap_bytes), stated, here)
                here = urljoin(here, target)
        raise OutboundError(
            f"GET {shown_url(url)}: redirected more than {_MOST_REDIRECTS} times, "
            f"at last to {shown_url(here)}; give the final URL"
        )

    def post(
        self,
        url: str,
        payload: Mapping[str, object],
        headers: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        """POST `payload` as JSON once; a redirect is an answer like any other.

        Raises OutboundError when no answer came within `seconds`.
        """
        deadline = Deadline.within(seconds)
        stated = {**self._headers, **headers, "Content-Type": "application/json"}
        body = json.dumps(payload, allow_nan=False).encode()
        with Exchange("POST", url, GuardedConnections(self._guard, deadline), deadline) as exchange:
            answer = exchange.send(stated, body)
            pause = retry_after(answer.headers) or 0.0
            return Reply(answer.status_code, exchange.peek(_ANSWER_CAP), pause)
