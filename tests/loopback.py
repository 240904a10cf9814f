"""Small real servers on a free loopback port, which count who came."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answering = Callable[[socket.socket, bytes], None]
"""Answers one request on its connection; gets the request as it arrived, headers and body."""


@dataclass
class Loopback:
    """A listening server: its port, and every request it was sent."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(answering: Answering) -> Iterator[Loopback]:
    """A server that hands each connection to `answering` in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Loopback(listener.getsockname()[1])
        accepting = threading.Thread(
            target=_accept, args=(listener, server, answering), daemon=True
        )
        accepting.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join(timeout=5)


def http(
    body: bytes, *headers: str, status: str = "200 OK", media_type: str = "text/plain"
) -> bytes:
    """A whole HTTP answer."""
    lines = (
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        f"Content-Type: {media_type}",
        "Connection: close",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def saying(answer: bytes) -> Answering:
    """Answers everything with the same bytes."""
    return lambda connection, request: connection.sendall(answer)


def _accept(listener: socket.socket, server: Loopback, answering: Answering) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # the listener was shut down: the test is over
            return
        server.connections += 1
        threading.Thread(target=_answer, args=(connection, server, answering), daemon=True).start()


def _answer(connection: socket.socket, server: Loopback, answering: Answering) -> None:
    with connection:
        try:
            request = _request(connection)
            server.requests.append(request)
            answering(connection, request)
        except OSError:  # the client hung up, which is what some tests are about
            return


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    while len(body) < _length(head):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
