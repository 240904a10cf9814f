"""B1 and B2 of SECURITY.md on a real server: bodies and connections that want all there is."""

import json
import os
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from starlette.responses import Response
from starlette.routing import Route

from agent.web.app import application
from agent.web.server import address_of, bound, in_background
from tests.end_to_end.running import Script, Serving, serving

pytestmark = pytest.mark.slow

DESCRIPTORS = 1_024
LISTS = b'{"a":[' + b"[]," * 12_900_000 + b"[]]}"
HEAD = "POST /api-endpoint HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    script = tmp_path / "script"
    script.mkdir()
    with (
        many_files_allowed(),
        serving(tmp_path / "workspace", Script(script), {}, DESCRIPTORS) as running,
    ):
        yield running


@contextmanager
def many_files_allowed() -> Iterator[None]:
    """This process plays many clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def resident_mib(server: Serving) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) // 1024


def peak_mib(server: Serving) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) // 1024


def cpu_seconds(server: Serving) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def connected(server: Serving, sent: bytes) -> socket.socket:
    parts = urlsplit(server.url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
    connection.sendall(sent)
    return connection


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(65_536) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_a_body_of_many_lists_is_refused_before_it_is_parsed(server: Serving) -> None:
    requests.post(f"{server.url}/api-endpoint", data=b"{}", timeout=60)
    before, spent = resident_mib(server), cpu_seconds(server)

    answer = requests.post(f"{server.url}/api-endpoint", data=LISTS, timeout=120)

    assert answer.status_code == 400
    assert "more than 100,000 values" in answer.json()["message"]
    assert peak_mib(server) - before < 100
    assert cpu_seconds(server) - spent < 2  # 7 s where it is parsed


@pytest.mark.parametrize("path", ["/api-endpoint", "/login"])
def test_bodies_that_are_held_open_share_a_budget(server: Serving, path: str) -> None:
    before = resident_mib(server)
    head = HEAD.format(39_000_000, "").replace("/api-endpoint", path).encode()

    with ExitStack() as held:
        for _ in range(25):
            connection = held.enter_context(connected(server, head))
            try:
                for _ in range(34):
                    connection.sendall(b"x" * 1_000_000)
            except OSError:  # given up by the server
                continue
        health = requests.get(f"{server.url}/health", timeout=10)

    assert health.ok
    assert peak_mib(server) - before < 200


def test_a_caller_with_the_secret_in_a_header_has_room_when_strangers_took_theirs(
    server: Serving,
) -> None:
    body = b'{"secret": "' + b"x" * 30_000_000 + b'"}'
    with ExitStack() as held:
        for _ in range(2):
            stranger = held.enter_context(connected(server, HEAD.format(39_900_000, "").encode()))
            stranger.sendall(b"x" * 39_000_000)

        proven = {"Authorization": "Bearer a-secret-that-callers-share"}
        answer = requests.post(f"{server.url}/api-endpoint", data=body, headers=proven, timeout=60)
        still_held = [connection for connection in [stranger] if not is_closed(connection)]

    assert answer.status_code == 403
    assert still_held


@pytest.mark.parametrize(
    "part", [b"", b"GET /health HTTP/1.1\r\nHost: local"], ids=["silent", "half"]
)
def test_sockets_that_wait_for_ever_do_not_keep_others_out(server: Serving, part: bytes) -> None:
    with ExitStack() as held:
        waiting = [held.enter_context(connected(server, part)) for _ in range(1_100)]

        answer = requests.post(f"{server.url}/api-endpoint", data=b"{}", timeout=20)
        ends_at = time.monotonic() + 60
        while not all(map(is_closed, waiting)) and time.monotonic() < ends_at:
            requests.get(f"{server.url}/health", timeout=20)

        assert answer.status_code == 403
        assert all(map(is_closed, waiting))
    assert server.log.stat().st_size < 100_000


def test_half_sent_bodies_do_not_keep_others_out(server: Serving) -> None:
    head = HEAD.format(500, "").encode() + b"{"
    with ExitStack() as held:
        for _ in range(1_100):
            held.enter_context(connected(server, head))

        answer = requests.get(f"{server.url}/health", timeout=20)

    assert answer.ok


def test_a_request_that_drips_its_head_is_ended(server: Serving) -> None:
    with connected(server, b"GET /health HTTP/1.1\r\n") as connection:
        ends_at = time.monotonic() + 60
        while not is_closed(connection) and time.monotonic() < ends_at:
            try:
                connection.sendall(b"a: b\r\n")
            except OSError:
                break
            requests.get(f"{server.url}/health", timeout=20)

        assert time.monotonic() < ends_at


def test_a_visitor_who_does_not_read_gives_way_to_others() -> None:
    page = Route("/", lambda request: Response(b"x" * 20_000_000))
    listener = bound("127.0.0.1", 0)
    url = address_of(listener)
    place = listener.getsockname()
    with in_background(application([page], 1_024), listener, most=4), ExitStack() as held:
        for _ in range(4):
            connection = held.enter_context(socket.create_connection(place))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1)

        answer = requests.get(f"{url}/nothing", timeout=20)

    assert answer.status_code == 404


def test_a_slow_body_of_a_known_caller_is_read_whole(server: Serving) -> None:
    content = json.dumps({"secret": "no", "brief": "x" * 2_000}).encode()
    with connected(server, HEAD.format(len(content), "Connection: close\r\n").encode()) as slow:
        for place in range(0, len(content), 100):
            slow.sendall(content[place : place + 100])
            requests.get(f"{server.url}/health", timeout=20)
        answer = b"".join(iter(lambda: slow.recv(4_096), b""))

    assert b"403" in answer.splitlines()[0]
