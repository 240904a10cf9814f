"""One exchange on the wire: it connects only where the guard allows and is cut at its deadline."""

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self, cast

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from agent.deadline import Deadline
from agent.outbound.addresses import (
    AddressInfo,
    Resolver,
    is_loopback,
    resolve_within,
    why_never,
    why_private,
)
from agent.outbound.outbound_error import OutboundError

_PUBLIC_PORTS = (80, 443)
_LONGEST_CONNECT = 10.0
_OPENING = "set ALLOW_PRIVATE_URLS=true to allow it"


@dataclass(frozen=True, slots=True)
class Guard:
    """Where connections may go; `resolver` says which addresses a host name stands for."""

    allow_private: bool
    allow_loopback: bool
    resolver: Resolver

    def admit(self, host: str, port: int, seconds: float) -> Sequence[AddressInfo]:
        """The addresses to connect to, all of them allowed. Raises OutboundError, OSError."""
        is_open = self.allow_private or port in _PUBLIC_PORTS
        if not (is_open or self.allow_loopback):
            raise _port_refused(port)
        answers = resolve_within(seconds, self.resolver, host, port)
        for answer in answers:
            self._judge(host, str(answer[4][0]), None if is_open else port)
        return answers

    def _judge(self, host: str, address: str, unusual_port: int | None) -> None:
        """`unusual_port` is one that only this machine may be asked at."""
        place = host if host == address else f"{host} ({address})"
        if reason := why_never(address):
            raise OutboundError(f"refused: {place} is {reason}")
        if self.allow_loopback and is_loopback(address):
            return
        if not self.allow_private and (reason := why_private(address)):
            raise OutboundError(f"refused: {place} is {reason}; {_OPENING}")
        if unusual_port:
            raise _port_refused(unusual_port)


def _port_refused(port: int) -> OutboundError:
    return OutboundError(f"refused: port {port} is neither 80 nor 443; {_OPENING}")


class GuardedConnections:
    """The sockets of one exchange.

    A timeout of `requests` starts again with every byte, in the headers and in the body. A timer
    that shuts the sockets down ends an exchange whatever the other side does.
    """

    def __init__(self, guard: Guard, deadline: Deadline) -> None:
        self._guard = guard
        self._deadline = deadline
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(deadline.remaining, self._cut)
        self._timer.daemon = True
        self.is_cut = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()

    def connect(self, host: str, port: int) -> socket.socket:
        """A socket to the first allowed address of `host` that answers."""
        failure = OSError(f"{host} has no address")
        for answer in self._guard.admit(host, port, self._patience):
            try:
                return self._open(answer)
            except OSError as error:
                failure = error
        raise failure

    @property
    def _patience(self) -> float:
        if self.is_cut or not self._deadline.remaining:
            raise TimeoutError("the time is used up")
        return min(_LONGEST_CONNECT, self._deadline.remaining)

    def _open(self, answer: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = answer
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(self._patience)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.connect(address)
            self._keep(opened)
        except OSError:
            opened.close()
            raise
        return opened

    def _keep(self, opened: socket.socket) -> None:
        """Hold a second handle: TLS takes the first one away, and the timer needs one to cut."""
        with self._lock:
            self._handles.append(opened.dup())

    def _cut(self) -> None:
        with self._lock:
            self.is_cut = True
            for handle in self._handles:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was quicker and hung up


class _PlainConnection(HTTPConnection):
    """urllib3's connection with its way to a socket replaced by the guarded one."""

    def __init__(self, connections: GuardedConnections, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connections = connections

    def _new_conn(self) -> socket.socket:
        return self._connections.connect(self._dns_host, self.port)


class _SecureConnection(HTTPSConnection):
    """The same for TLS; name and certificate are still checked against the host name."""

    def __init__(self, connections: GuardedConnections, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connections = connections

    def _new_conn(self) -> socket.socket:
        return self._connections.connect(self._dns_host, self.port)


class GuardedAdapter(HTTPAdapter):
    """The transport of a `requests` session that goes through guarded connections."""

    def __init__(self, connections: GuardedConnections) -> None:
        self._connections = connections
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        pools = {
            "http": partial(
                _pool, HTTPConnectionPool, partial(_PlainConnection, self._connections)
            ),
            "https": partial(
                _pool, HTTPSConnectionPool, partial(_SecureConnection, self._connections)
            ),
        }
        self.poolmanager.pool_classes_by_scheme = cast("Any", pools)


def _pool(
    pool_class: type[HTTPConnectionPool],
    connection: Callable[..., HTTPConnection],
    *args: Any,
    **options: Any,
) -> HTTPConnectionPool:
    pool = pool_class(*args, **options)
    pool.ConnectionCls = cast("Any", connection)
    return pool
