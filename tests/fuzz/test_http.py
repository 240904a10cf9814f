"""Random bytes as HTTP, strange hosts and headers: the server answers or hangs up, and lives."""

import random
import socket
from urllib.parse import urlsplit

import pytest
import requests

from agent.web.app import application, site_routes
from agent.web.host_names import HostNames
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, in_background
from tests.fuzz.dice import damaged, throws
from tests.orders import Shop

HOSTS = (
    "localhost", "127.0.0.1", "[::1]", "[::1", "evil.example", "a.localhost:99999", "", " ",
    "é", "\0",     "localhost@evil.example", "evil.example:80:80", "127.0.0.1.evil.example",
    "x" * 5_000, "[v1.a]",
    "localhost.", "LOCALHOST", "%6cocalhost", "localhost/evil.example", "localhost\tevil.example",
)  # fmt: skip
HEADERS = (
    "Content-Length: -1", "Range: bytes=0-",
    "Content-Length: 5", "Transfer-Encoding: chunked", ": x",
    "Host: other", "Connection: upgrade", "Upgrade: h2c", "Expect: 100-continue", "Cookie: a=\"\\",
    "x", "Authorization: Bearer \xff", "Accept: text/html", "Accept: ,;,",
    "Content-Type: multipart/form-data", "Prefer: respond-async, wait=",
    "X: " + "y" * 9_000, "If-Modified-Since: 0", "Last-Event-ID: x",
)  # fmt: skip
PATHS = (
    "/",
    "/pages/shop/",
    "/pages/%2e%2e/",
    "/pages/" + "x" * 255,
    "*",
    "//a/b",
    "http://a/",
    "/\xff",
)
STATUSES = {200, 206, 301, 304, 307, 400, 404, 405, 412, 416, 421, 431}


@pytest.mark.slow
def test_random_requests_never_break_the_server(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.done(shop.loaded())
    listener = bound("127.0.0.1", 0)
    web = application(site_routes(LocalPages(shop.forge.folder)), 1024)
    with in_background(HostNames(web, ["galley.example"]), listener):
        url = address_of(listener)
        for seed, dice in throws("http"):
            request = _request(dice)
            answer = _sent(url, request)
            if answer.startswith(b"HTTP/1.1 "):
                assert int(answer.split(b" ", 2)[1]) in STATUSES, (seed, request, answer[:200])
            assert b"Traceback" not in answer, (seed, request)
            assert not [r for r in caplog.records if r.exc_info], (seed, request)
        alive = requests.get(f"{url}/pages/shop/index.html", timeout=10)

    assert alive.status_code == 200


def test_no_strange_host_name_is_taken_for_one_of_ours(shop: Shop) -> None:
    listener = bound("127.0.0.1", 0)
    web = application(site_routes(LocalPages(shop.forge.folder)), 1024)
    with in_background(HostNames(web, ["galley.example"]), listener):
        url = address_of(listener)
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example"):
            answer = _sent(
                url, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
            )

            assert answer.startswith((b"HTTP/1.1 421", b"HTTP/1.1 400")), (host, answer)


def _request(dice: random.Random) -> bytes:
    method = dice.choice(("GET", "HEAD", "POST", "OPTIONS", "G\0T", ""))
    lines = [
        f"{method} {dice.choice(PATHS)} HTTP/1.{dice.choice('0119')}",
        f"Host: {dice.choice(HOSTS)}",
    ]
    lines += dice.sample(HEADERS, dice.randint(0, 4))
    request = "\r\n".join((*lines, "Connection: close", "", "x" * dice.choice((0, 5)))).encode()
    return damaged(request, dice) if dice.random() < 0.3 else request


def _sent(url: str, request: bytes) -> bytes:
    """The answer as far as it came; what is half a request is hung up on after its end."""
    place = urlsplit(url)
    with socket.create_connection(
        (place.hostname or "", place.port or 0), timeout=20
    ) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))
        except ConnectionError:  # the server has hung up
            return b""
