"""B4 of SECURITY.md, and what outputs may hold: no escapes, secrets or strange hosts."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from agent.cli import output
from agent.errors import ForgeError
from agent.inbox import FolderInbox
from agent.jobs import JobDatabase, Jobs
from agent.jobs.describe import describe
from agent.logs import JsonLines, Rarely, StepLines, hide_secrets
from agent.models.redaction import Redactor
from agent.values import Job, Proof, Receipt, Try
from agent.web.app import application, site_routes
from agent.web.host_names import HostNames
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, in_background
from tests import docs
from tests.jobs.toy import ToyLine, brief, finish, working
from tests.web.toy_api import ToyServer, served

TOKEN = "ghp_canary0123456789"
ESCAPES = "fine\x1b[31m\r\n\x9b2J\x1b]0;title\x07"


def logged(formatter: logging.Formatter, message: str, fails: bool = False) -> str:
    """The line that the program would write, with secrets hidden as it hides them."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root.handlers[:] = [handler]
    try:
        hide_secrets(Redactor([TOKEN]).redact)
        try:
            if fails:
                raise ValueError(message)
            logging.getLogger("galley.job").error(message)
        except ValueError:
            logging.getLogger("galley.job").exception("failed")
    finally:
        root.handlers[:] = before
    return stream.getvalue()


@pytest.mark.parametrize("formatter", [JsonLines(), StepLines()])
@pytest.mark.parametrize("fails", [False, True])
def test_no_secret_and_no_credential_of_a_url_is_logged(
    formatter: logging.Formatter, fails: bool
) -> None:
    line = logged(
        formatter, f"asked http://me:pass-word@host.example/a?token=abc and {TOKEN}", fails
    )

    assert "host.example/a" in line
    assert not [secret for secret in (TOKEN, "pass-word", "token=abc") if secret in line]


def test_a_complaint_that_strangers_cause_is_logged_a_few_times() -> None:
    rarely = Rarely(most=3, seconds=3_600)
    records = [logging.LogRecord("x", 30, "file", 7, f"{n}", None, None) for n in range(50)]
    other = logging.LogRecord("x", 30, "file", 8, "another place", None, None)

    assert [rarely.filter(record) for record in records].count(True) == 3
    assert rarely.filter(other)


def test_a_notification_is_described_without_credentials() -> None:
    made = Try(datetime(2026, 1, 1, tzinfo=UTC), 200, "ok")

    told = describe(Receipt("https://me:pass-word@host.example/x?token=abc", (made,)))

    assert told == "https://host.example/x?token=… answered 200"


def test_no_secret_is_told_of_a_job(tmp_path: Path) -> None:
    def fail(job: Job) -> None:
        raise ForgeError(f"refused for {TOKEN}")

    toy = ToyLine(on={"push": fail}, proof=Proof((), faults=(f"the console says {TOKEN}",)))
    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)

    told = Jobs(JobDatabase(tmp_path), FolderInbox(tmp_path), 60, Redactor([TOKEN]).redact)
    steps, record, (listed,) = told.steps(job), told.find(job), told.newest()

    assert record == listed
    assert TOKEN not in str(steps) + str(record)
    assert "the console says [secret]" in str(steps)
    assert "refused for [secret]" in str(record)


def test_what_the_command_line_prints_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    output.print(ESCAPES)
    output.print(ESCAPES, file=sys.stderr)

    for text in capsys.readouterr():
        assert not [c for c in text if not c.isprintable() and c != "\n"]
        assert r"\u001b[31m" in text


def test_every_command_prints_through_the_filter() -> None:
    modules = [path for path in (docs.HOME / "agent/cli").glob("*.py") if path.name != "output.py"]
    texts = {path.name: path.read_text() for path in modules}
    printing = {name for name, text in texts.items() if re.search(r"(?<!\.)\bprint\(", text)}
    drawing = {name for name, text in texts.items() if ".print(" in text}

    assert printing
    assert {n for n in printing if "from agent.cli.output import print\n" not in texts[n]} == set()
    assert {n for n in drawing if "visible(" not in texts[n]} == set()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToyServer]:
    folder = tmp_path_factory.mktemp("server")
    JobDatabase(folder).create()
    with served(folder, ToyLine()) as running:
        yield running


def test_readiness_tells_strangers_no_path(server: ToyServer) -> None:
    stranger = requests.get(f"{server.url}/ready", timeout=20)

    assert stranger.json() == {"status": "ready", "missing": [], "disk": {"ok": True}}
    assert str(server.folder) in server.get("/ready").text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.x.example"])
def test_a_strange_host_name_is_refused(host: str) -> None:
    assert _status(host, []) == 421


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1:80",
        "[::1]:5000",
        "192.168.1.7",
        "app.localhost",
        "galley",
        "Ours.example",
    ],
)
def test_own_names_and_addresses_are_answered(host: str) -> None:
    assert _status(host, ["ours.example"]) == 200


def test_all_hosts_can_be_allowed() -> None:
    assert _status("any.example", ["*"]) == 200


def _status(host: str, names: list[str]) -> int:
    app = application([Route("/", lambda request: PlainTextResponse("hello"))], 1_024)
    listener = bound("127.0.0.1", 0)
    with in_background(HostNames(app, names), listener):
        answer = requests.get(address_of(listener), headers={"Host": host}, timeout=20)
    return answer.status_code


@pytest.mark.parametrize("name", ["a" * 255, "a" * 101, "a" * 5_000])
def test_a_page_of_an_overlong_name_is_not_found(tmp_path: Path, name: str) -> None:
    listener = bound("127.0.0.1", 0)
    with in_background(application(site_routes(LocalPages(tmp_path)), 1_024), listener):
        answer = requests.get(f"{address_of(listener)}/pages/{name}", timeout=20)

    assert answer.status_code == 404


def test_json_in_another_encoding_than_utf_8_is_refused(server: ToyServer) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-32"):
        content = json.dumps({"secret": "x"}).encode(encoding)
        answer = requests.post(f"{server.url}/api-endpoint", data=content, timeout=20)
        assert answer.status_code == 400
