"""C3 of SECURITY.md: what an answer costs is bounded in bytes and in time."""

import gzip
import io
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from agent.deadline import Deadline
from agent.outbound import Outbound, OutboundError
from tests.loopback import http, saying, serving

OPEN = Outbound(allow_private=True, user_agent="tests")
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """2 GiB of zeros in about 2 MB of gzip: 32 members of 64 MiB, each packed the same."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as member:
        for _ in range(64):
            member.write(bytes(MIB))
    return packed.getvalue() * 32


def test_a_compressed_bomb_stops_at_the_cap(bomb: bytes) -> None:
    with serving(saying(http(bomb, "Content-Encoding: gzip"))) as server:
        tracemalloc.start()
        with pytest.raises(OutboundError, match="longer than"):
            OPEN.get(server.url, MIB, Deadline.within(20))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 8 * MIB


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_body_of_a_redirect_is_not_read(bomb: bytes, method: str) -> None:
    redirect = http(bomb, "Content-Encoding: gzip", "Location: /", status="302 Found")
    with serving(saying(redirect)) as server:
        tracemalloc.start()
        if method == "get":
            with pytest.raises(OutboundError, match="redirected more than"):
                OPEN.get(server.url, MIB, Deadline.within(20))
        else:
            assert OPEN.post(server.url, {}, {}, 20).status == 302
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 8 * MIB


def test_a_notification_answered_with_a_bomb_reads_two_kilobytes(bomb: bytes) -> None:
    with serving(saying(http(bomb, "Content-Encoding: gzip"))) as server:
        reply = OPEN.post(server.url, {}, {}, 20)

    assert (reply.status, len(reply.text)) == (200, 2048)


def dripping(head: bytes) -> Iterator[bytes]:
    yield head
    while True:
        yield b"x"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="body without a length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", id="headers"),
        pytest.param(b"HTTP/1.1 2", id="status line"),
    ],
)
def test_a_drip_ends_at_the_deadline(head: bytes) -> None:
    over = threading.Event()

    def answering(connection: socket.socket, request: bytes) -> None:
        for piece in dripping(head):
            connection.sendall(piece)
            if over.wait(0.1):
                return

    with serving(answering) as server:
        began = time.monotonic()
        with pytest.raises(OutboundError, match="not finished in the time"):
            OPEN.get(server.url, MIB, Deadline.within(0.6))
        took = time.monotonic() - began
        over.set()

    assert 0.5 < took < 2


def test_endless_interim_answers_end_at_the_deadline() -> None:
    over = threading.Event()

    def answering(connection: socket.socket, request: bytes) -> None:
        while not over.wait(0.01):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    with serving(answering) as server:
        with pytest.raises(OutboundError, match="not finished in the time"):
            OPEN.get(server.url, MIB, Deadline.within(0.6))
        over.set()


def test_a_dripped_answer_to_a_notification_keeps_its_status() -> None:
    over = threading.Event()

    def answering(connection: socket.socket, request: bytes) -> None:
        for piece in dripping(b"HTTP/1.1 202 Accepted\r\nContent-Length: 9000\r\n\r\n"):
            connection.sendall(piece)
            if over.wait(0.1):
                return

    with serving(answering) as server:
        reply = OPEN.post(server.url, {}, {}, 0.6)
        over.set()

    assert reply.status == 202


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    over = threading.Event()

    def hanging(host: str, port: int) -> list[object]:
        over.wait(10)
        return []

    outbound = Outbound(allow_private=True, user_agent="tests", resolver=hanging)  # type: ignore[arg-type]
    began = time.monotonic()
    with pytest.raises(OutboundError, match="not finished in the time"):
        outbound.get("http://slow.example/", MIB, Deadline.within(0.5))
    over.set()

    assert time.monotonic() - began < 10
