"""The id of a request: in the answer, in the log, with the job, and in the evidence."""

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent import request_id
from agent.logs import JsonLines, TextLines
from agent.values import Job
from agent.web.app import application
from agent.web.server import address_of, bound, in_background
from tests.jobs.toy import ToyLine, finish
from tests.orders import Shop
from tests.web.toy_api import ToyServer, body, served

_log = logging.getLogger("galley.test")


class Lines(logging.Handler):
    """What the program would say to stderr, formatted where it is logged."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(JsonLines()), logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def test_a_sane_id_comes_back(server: ToyServer) -> None:
    answer = server.get("/health", **{"X-Request-ID": "call-7_a.B"})

    assert answer.headers["X-Request-ID"] == "call-7_a.B"


@pytest.mark.parametrize("sent", ["", "-x", "a b", "é", "x" * 129, "a\tb", "<script>", "../x"])
def test_an_odd_id_is_replaced(server: ToyServer, sent: str) -> None:
    headers = {"X-Request-ID": sent.encode()}

    first = requests.get(f"{server.url}/health", headers=headers, timeout=30)
    second = requests.get(f"{server.url}/health", headers=headers, timeout=30)

    made = {answer.headers["X-Request-ID"] for answer in (first, second)}
    assert len(made) == 2
    assert all(len(each) == 16 and each.isalnum() for each in made)


def test_every_answer_has_an_id(server: ToyServer) -> None:
    paths = ("/nowhere", "/jobs/none", "/api-endpoint", "/login", "/static/galley.css", "/ready")

    answers = [server.get(path) for path in paths]

    assert all(answer.headers.get("X-Request-ID") for answer in answers)


def test_what_is_no_http_is_answered_with_an_id(server: ToyServer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"GARBAGE\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert b"x-request-id: " in answer.lower()


def test_a_problem_names_its_request(server: ToyServer) -> None:
    answer = server.get("/jobs/none", **{"X-Request-ID": "mine"})

    assert answer.json()["request_id"] == "mine"


def test_the_id_goes_with_the_job_to_each_of_its_log_lines(tmp_path: Path, lines: Lines) -> None:
    def say(job: Job) -> None:
        _log.warning("drafting")

    with served(tmp_path, ToyLine({"draft": say})) as server:
        headers = {"X-Request-ID": "order-1", "Prefer": "respond-async"}
        url = f"{server.url}/api-endpoint"
        answer = requests.post(url, json=body(), headers=headers, timeout=30)
        job = answer.json()["job"]
        finish(server.jobs, job)
        shown = server.get(f"/jobs/{job}", **{"X-Request-ID": "look"}).json()

    told = [json.loads(line) for line in lines.lines]
    of_job = [each for each in told if each.get("job") == job or each["message"] == "drafting"]
    assert shown["request_id"] == "order-1"
    assert "drafting" in [each["message"] for each in of_job]
    assert {each["request_id"] for each in of_job} == {"order-1"}


def test_the_traceback_of_a_bug_has_the_id(lines: Lines) -> None:
    async def bug(request: Request) -> Response:
        raise KeyError("x")

    listener = bound("127.0.0.1", 0)
    with in_background(application([Route("/bug", bug)], 1_000), listener):
        headers = {"X-Request-ID": "broken"}
        requests.get(f"{address_of(listener)}/bug", headers=headers, timeout=30)

    traced = [json.loads(line) for line in lines.lines if "traceback" in line]
    assert [each["request_id"] for each in traced] == ["broken"]


def test_text_lines_end_with_the_id() -> None:
    record = logging.LogRecord("galley.job", logging.INFO, "file", 1, "done", None, None)

    with request_id.working_for("order-1"):
        line = TextLines().format(record)

    assert line.endswith("info done  [order-1]")
    assert "request" not in TextLines().format(record)


def test_the_id_is_in_the_evidence(shop: Shop) -> None:
    job = replace(shop.job("shop", 1, "n"), request_id="order-1")

    loaded = shop.load(job)

    record = json.loads(loaded.evidence("job.json") or b"{}")
    assert record == {"job": loaded.job.id, "request_id": "order-1"}
    assert shop.loaded("other", 1, "n").evidence("job.json") is None
