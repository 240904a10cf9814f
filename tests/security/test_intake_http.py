"""A1 to A3, B1 to B4 and H2 of SECURITY.md, over HTTP."""

import io
import json
import logging
import resource
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from agent.jobs import JobDatabase
from agent.logs import JsonLines
from tests.jobs.toy import Gate, ToyLine, finish, until
from tests.web.toy_api import SECRET, ToyServer, body, served

PUBLIC = {"/health", "/ready"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToyServer]:
    folder = tmp_path_factory.mktemp("server")
    JobDatabase(folder).create()
    with served(folder, ToyLine()) as running:
        yield running


def send(server: ToyServer, content: bytes, **headers: str) -> requests.Response:
    return requests.post(f"{server.url}/api-endpoint", data=content, headers=headers, timeout=30)


@pytest.mark.parametrize(
    "secret", ["é", "", "the-secret", "\ud800", 123, None, [], {}, True, "x" * 10_000]
)
def test_a_wrong_secret_is_refused_in_the_same_words_whatever_it_is(
    server: ToyServer, secret: object
) -> None:
    content = json.dumps({**body(), "secret": secret}).encode()

    answer = send(server, content)

    assert answer.status_code == 403
    assert answer.json() == {"status": "error", "message": "wrong secret"}


def test_a_wrong_secret_learns_nothing_of_the_rest(server: ToyServer) -> None:
    wrong = send(server, json.dumps({"secret": "no", "task": "../x"}).encode())

    assert wrong.json() == {"status": "error", "message": "wrong secret"}


def test_fifty_at_once_are_one_job_one_call_and_fifty_equal_answers(server: ToyServer) -> None:
    gate = Gate()
    server.toy.on = {"draft": gate}
    answers: list[str] = []
    callers = [
        threading.Thread(target=lambda: answers.append(server.post(wait=True, task="many").text))
        for _ in range(50)
    ]

    for caller in callers:
        caller.start()
    until(gate.reached.is_set)
    gate.open.set()
    for caller in callers:
        caller.join()
    changed = server.post(task="many", brief="Something else.")

    assert len(answers) == 50
    assert len(set(answers)) == 1
    stages = server.toy.stages_of(json.loads(answers[0])["job"])
    assert stages.count("commit") == stages.count("notify") == 1
    assert changed.status_code == 409


def test_jobs_are_told_to_those_who_know_the_secret(server: ToyServer) -> None:
    job = server.post().json()["job"]
    places = ["/jobs", f"/jobs/{job}", f"/jobs/{job}/events"]

    for path in places:
        assert requests.get(server.url + path, timeout=10).status_code == 401
        assert server.get(path, secret="wrong").status_code == 401
        assert server.get(path, secret="").status_code == 401
    for path in (f"/jobs/{job}/cancel", f"/jobs/{job}/retry"):
        assert server.tell(path, secret="wrong").status_code == 401
    for path in PUBLIC:
        assert requests.get(server.url + path, timeout=10).status_code == 200


def test_a_huge_body_is_refused_by_its_announced_length(server: ToyServer) -> None:
    answer, grown = _huge(server, b"Content-Length: 300000000\r\n", b"x" * 65536)

    assert b"413" in answer.split(b"\r\n")[0]
    assert grown < 50_000  # KiB


def test_a_huge_body_in_chunks_is_refused_when_it_gets_too_large(server: ToyServer) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"

    answer, grown = _huge(server, b"Transfer-Encoding: chunked\r\n", chunk)

    assert b"413" in answer.split(b"\r\n")[0]
    assert grown < 50_000


def test_slow_senders_keep_nobody_waiting(server: ToyServer) -> None:
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    slow = []
    try:
        for number in range(200):
            connection = socket.create_connection(address)
            connection.sendall(b"POST /api-endpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n")
            connection.sendall(b"\r\n{" if number % 2 else b"")
            slow.append(connection)
        began = time.monotonic()
        answer = server.post(nonce="quick")
        took = time.monotonic() - began
    finally:
        for connection in slow:
            connection.close()

    assert answer.status_code == 202
    assert took < 10


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[" * 100_000,
        b'{"a":' * 30_000,
        b'{"round": ' + b"9" * 5000 + b"}",
        b'{"round": NaN}',
        b'{"secret": "a", "secret": "b"}',
        b"[]",
        b'"text"',
        b"\xff\xfe{",
        b"{} {}",
    ],
)
def test_odd_json_is_a_bad_request(server: ToyServer, content: bytes) -> None:
    answer = send(server, content)

    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    "changes", [{"round": True}, {"round": 1.5}, {"round": "1"}, {"round": 0}, {"nonce": "x" * 999}]
)
def test_fields_have_the_types_they_are_to_have(server: ToyServer, changes: dict[str, Any]) -> None:
    assert server.post(**changes).status_code == 400


def test_foreign_text_stays_on_one_line_of_the_log() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    record = logging.LogRecord(
        "galley", 20, "", 0, "a\r\nERROR\x1b[31m\u2028 all is lost", (), None
    )

    handler.emit(record)

    assert stream.getvalue().count("\n") == 1
    assert "\r" not in stream.getvalue()
    assert json.loads(stream.getvalue())["message"].startswith("a\r\nERROR")


def test_no_file_of_the_workspace_has_the_secret_and_the_journal_no_request(
    server: ToyServer,
) -> None:
    finish(server.jobs, server.post(task="private", brief="PRIVATE-WORDS").json()["job"])

    kept = {path: path.read_bytes() for path in server.folder.rglob("*") if path.is_file()}

    journal = b"".join(content for path, content in kept.items() if "sqlite" in path.name)
    assert any(b"PRIVATE-WORDS" in content for content in kept.values())
    assert b"PRIVATE-WORDS" not in journal
    assert b"someone@example.com" not in journal
    assert not [path for path, content in kept.items() if SECRET.encode() in content]
    assert {path.stat().st_mode & 0o077 for path in kept if path.suffix != ".lock"} == {0}


def _huge(server: ToyServer, header: bytes, piece: bytes) -> tuple[bytes, int]:
    """The answer to a body of up to 300 MB, and by how many KiB this process grew meanwhile."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"POST /api-endpoint HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n")
        try:
            for _ in range(300_000_000 // 65536):
                connection.sendall(piece)
        except OSError:  # refused and hung up, as it should
            pass
        answer = _read(connection)
    return answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def _read(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except ConnectionResetError:
        return b"HTTP/1.1 413 reset before it could be read\r\n"
