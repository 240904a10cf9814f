"""One request and its answer, with whatever goes wrong told in terms of the URL."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

import requests
from urllib3.exceptions import HTTPError

from agent.deadline import Deadline
from agent.errors import DeadlinePassed
from agent.outbound.guarded_connections import GuardedAdapter, GuardedConnections
from agent.outbound.outbound_error import OutboundError
from agent.url_display import shown_url

_PIECE = 64 * 1024
_TOO_LATE = "it was not finished in the time it was given"
# ValueError: URLs that the standard library's parsers refuse on the way.
_FAILURES = (requests.RequestException, HTTPError, OSError, ValueError)


class Exchange:
    """A `requests` session for one URL, closed with everything it opened."""

    def __init__(
        self, method: str, url: str, connections: GuardedConnections, deadline: Deadline
    ) -> None:
        self._method = method
        self._url = url
        self._connections = connections
        self._deadline = deadline
        self._session = _session(connections)
        self._answer: requests.Response | None = None

    def __enter__(self) -> Self:
        self._connections.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._answer is not None:
            self._answer.close()
        self._session.close()
        self._connections.__exit__(kind, error, trace)

    def send(self, headers: Mapping[str, str], body: bytes | None = None) -> requests.Response:
        """The answer up to the end of its headers."""
        if not self._url.lower().startswith(("http://", "https://")):
            raise self._failure("refused: only http and https URLs are asked")
        self._check_time()
        try:
            self._answer = self._session.request(
                self._method,
                self._url,
                data=body,
                headers=dict(headers),
                timeout=self._deadline.remaining,
                stream=True,
            )
        except OutboundError as refusal:
            raise self._failure(str(refusal)) from refusal
        except _FAILURES as error:
            raise self._failure(self._reason(error)) from error
        return self._answer

    def read(self, cap_bytes: int) -> bytes:
        """The whole decoded body."""
        body = bytearray()
        try:
            for piece in self._pieces(_PIECE):
                body += piece
                if len(body) > cap_bytes:
                    raise self._failure(f"the body is longer than the {cap_bytes:,} bytes allowed")
                self._check_time()
        except _FAILURES as error:
            raise self._failure(self._reason(error)) from error
        if (
            self._connections.is_cut
        ):  # a body that ends with the connection looks whole when it is cut
            raise self._failure(_TOO_LATE)
        return bytes(body)

    def peek(self, cap_bytes: int) -> str:
        """The beginning of the body as text: what arrived, as the status alone is an answer."""
        body = bytearray()
        try:
            # One by one: a larger piece that is cut short is lost whole.
            for piece in self._pieces(1):
                body += piece
                if len(body) >= cap_bytes:
                    break
        except _FAILURES as error:
            body += f" [{self._reason(error)}]".encode()
        return bytes(body[:cap_bytes]).decode("utf-8", "replace")

    def _pieces(self, size: int) -> Iterator[bytes]:
        if self._answer is not None:
            yield from self._answer.iter_content(size)

    def _check_time(self) -> None:
        try:
            self._deadline.check()
        except DeadlinePassed as late:
            raise self._failure(_TOO_LATE) from late

    def _reason(self, error: BaseException) -> str:
        """What went wrong without the vendors' words: those repeat the URL with its secrets."""
        if self._connections.is_cut or not self._deadline.remaining:
            return _TOO_LATE
        link: BaseException | None = error
        while link is not None:
            if isinstance(link, OSError) and not isinstance(link, requests.RequestException):
                return f"the connection failed ({link.strerror or link})"
            link = link.__cause__ or link.__context__
        return f"no answer that can be read ({type(error).__name__})"

    def _failure(self, what: str) -> OutboundError:
        return OutboundError(f"{self._method} {shown_url(self._url)}: {what}")


class _Session(requests.Session):
    """A session that leaves redirects alone.

    Even where it must not follow one, `requests` prepares the next request and for that reads the
    whole body of the redirect into memory.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _session(connections: GuardedConnections) -> requests.Session:
    session = _Session()
    # netrc entries and proxies of this machine are not for URLs that somebody else chose.
    session.trust_env = False
    session.adapters.clear()
    adapter = GuardedAdapter(connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
