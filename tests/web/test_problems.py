"""Whatever is wrong, the answer is JSON: a problem of RFC 9457, or the evaluators' form."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from agent.jobs import Unavailable
from agent.web.app import application
from agent.web.refusal_reasons import RefusalReason
from agent.web.server import bound, in_background

LIMIT = 10_000


async def echo(request: Request) -> Response:
    return Response(await request.body())


async def bug(request: Request) -> Response:
    raise KeyError("private")


async def away(request: Request) -> Response:
    raise Unavailable("the journal does not answer")


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    routes: list[BaseRoute] = [
        Route("/echo", echo, methods=["POST"]),
        Route("/api-endpoint", echo, methods=["POST"]),
        Route("/bug", bug),
        Route("/away", away),
    ]
    listener = bound("127.0.0.1", 0)
    with in_background(application(routes, LIMIT), listener):
        yield listener.getsockname()


def told(
    address: tuple[str, int],
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    media_type: str = "application/problem+json",
) -> tuple[int, dict[str, str]]:
    """Status and JSON without its request's id; an iterator is sent in chunks, bytes with their
    length announced.
    """
    connection = HTTPConnection(*address, timeout=20)
    try:
        connection.request(method, path, body, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        content = json.loads(answer.read())
        assert answer.headers["Content-Type"] == media_type
        assert content.pop("request_id", answer.headers["X-Request-ID"])
        return answer.status, content
    finally:
        connection.close()


def test_a_body_that_is_too_large_is_refused_in_the_same_words_however_it_is_sent(
    address: tuple[str, int],
) -> None:
    announced = told(address, "POST", "/echo", bytes(LIMIT + 1))
    chunked = told(address, "POST", "/echo", iter([bytes(LIMIT), b"x"]))
    unread = told(address, "GET", "/nowhere", bytes(LIMIT + 1))

    assert announced == chunked
    assert announced[1]["message"] == unread[1]["message"]
    assert announced[0] == unread[0] == 413
    assert "10,000 bytes" in announced[1]["message"]


def test_a_body_of_just_the_limit_is_taken(address: tuple[str, int]) -> None:
    connection = HTTPConnection(*address, timeout=20)

    connection.request("POST", "/echo", bytes(LIMIT))

    assert connection.getresponse().read() == bytes(LIMIT)
    connection.close()


@pytest.mark.parametrize(
    ("path", "status", "kind", "title", "message"),
    [
        ("/now%C3%A9", 404, "not-found", "There is nothing at this address", "Not Found"),
        (
            "/echo",
            405,
            "wrong-method",
            "The address does not take this method",
            "Method Not Allowed",
        ),
        (
            "/bug",
            500,
            "bug",
            "A bug in Galley",
            "a bug in Galley; the server's log has its traceback",
        ),
        (
            "/away",
            503,
            "unavailable",
            "The journal does not answer",
            "the journal does not answer",
        ),
    ],
)
def test_what_is_refused_is_a_problem(
    address: tuple[str, int], path: str, status: int, kind: str, title: str, message: str
) -> None:
    assert told(address, "GET", path) == (
        status,
        {
            "type": f"/docs#{kind}",
            "title": title,
            "status": status,
            "detail": message,
            "instance": path,
            "message": message,
        },
    )


def test_the_evaluators_endpoint_keeps_its_form(address: tuple[str, int]) -> None:
    refused = told(address, "GET", "/api-endpoint", media_type="application/json")
    too_large = told(
        address, "POST", "/api-endpoint", bytes(LIMIT + 1), media_type="application/json"
    )

    assert refused == (405, {"status": "error", "message": "Method Not Allowed"})
    assert (too_large[0], set(too_large[1])) == (413, {"status", "message"})


def test_every_reason_has_a_name_of_its_own() -> None:
    names = [each.slug for each in RefusalReason]

    assert len(set(names)) == len(names)
    assert RefusalReason.of_status(418) is RefusalReason.OTHER


@pytest.mark.parametrize(
    "sent", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"]
)
def test_what_is_no_http_is_told_so_as_json(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(sent)
        head, _, body = b"".join(iter(lambda: connection.recv(4096), b"")).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/json" in head.lower()
    assert json.loads(body)["status"] == "error"


def test_a_caller_who_hangs_up_within_the_body_is_no_bug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listener = bound("127.0.0.1", 0)

    with (
        in_background(application([Route("/echo", echo, methods=["POST"])], LIMIT), listener),
        socket.create_connection(listener.getsockname(), timeout=20) as connection,
    ):
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass

    assert "ASGI" not in caplog.text
