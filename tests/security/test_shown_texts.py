"""H3 of SECURITY.md: what pages and event streams show of git and of answers has no secret."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from agent import evidence
from agent.errors import ForgeError
from agent.models.redaction import MASK, Redactor
from agent.ports import Message, Prompt
from agent.story import story
from agent.usage import Usage
from agent.values import Answer, Job, Outcome, Proof, Verdict
from agent.web.access import COOKIE
from agent.web.sessions import Sessions
from agent.workspace import Workspace
from tests.jobs.toy import Gate, ToyLine, finish
from tests.orders import Shop, content, js, round_record
from tests.web.toy_api import SECRET, ToyServer, served

TOKEN = "ghp_canary-0123/ABCD+4567&89efgh"


PAGES = (
    "/",
    "/jobs/{job}",
    "/jobs/{job}/events",
    "/tasks",
    "/tasks/shop",
    "/tasks/shop/rounds/1/files/index.html",
    "/tasks/shop/rounds/1/files/app.js",
    "/tasks/shop/rounds/1/files/app.js?raw",
    "/new?task=shop",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ToyServer]:
    """A server whose task `shop` has the token wherever a model or a page can put it."""
    with served(tmp_path, ToyLine(), redactor=Redactor([TOKEN, SECRET])) as running:
        leave_evidence(tmp_path / "workspace")
        running.post(wait=True)
        yield running


def browse(server: ToyServer, path: str) -> requests.Response:
    """What the browser of somebody who is logged in is answered."""
    cookies = {COOKIE: Sessions(SECRET).begin()}
    headers = {"Accept": "text/html"}
    return requests.get(f"{server.url}{path}", cookies=cookies, headers=headers, timeout=30)


def leave_evidence(root: Path) -> None:
    shop = Shop(root)
    loaded = shop.loaded("shop", 1, "n", brief=f"Sell {TOKEN}.", checks=[f"js: x === '{TOKEN}'"])
    files = {
        "index.html": f"<p>page {TOKEN}</p>\n".encode(),
        "app.js": f"const key = '{TOKEN}'\n".encode(),
        "picture.png": b"\x89PNG\0" + TOKEN.encode(),
    }
    loaded.repository.record_draft(1, 1, content(files))
    turn = (
        Prompt((Message("user", f"asked for {TOKEN}"),)),
        Answer(f"answered {TOKEN}", "model", Usage(1, 2, 0.5, 1)),
    )
    verdict = Verdict(js(f"x === '{TOKEN}'"), Outcome.FAILED, f"observed {TOKEN}")
    proof = Proof((verdict,), faults=(f"fault {TOKEN}",), console=(f"console {TOKEN}",))
    loaded.record(evidence.of_turns(1, [turn]) | evidence.of_proof(1, proof))
    round_ = round_record(brief=f"Sell {TOKEN}.", request=loaded.request)
    loaded.repository.commit_round(round_, files)


def test_no_page_shows_a_secret_that_git_has(server: ToyServer) -> None:
    [record] = server.jobs.newest()

    answers = [browse(server, path.format(job=record.job.id)) for path in PAGES]

    assert [answer.status_code for answer in answers] == [200] * len(PAGES)
    assert [answer.url for answer in answers if "canary" in answer.text] == []


def test_the_page_of_a_task_shows_the_rest_of_what_had_a_secret(server: ToyServer) -> None:
    text = browse(server, "/tasks/shop").text

    for shown in ("asked for", "answered", "observed", "fault"):
        assert f"{shown} {MASK}" in text


def test_a_download_has_no_secret_and_its_pictures_are_whole(server: ToyServer) -> None:
    packed = server.get("/tasks/shop/rounds/1/site.zip").content

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert files["app.js"] == f"const key = '{MASK}'\n".encode()
    assert files["picture.png"].startswith(b"\x89PNG\0")


def test_the_history_on_the_command_line_has_no_secret(server: ToyServer) -> None:
    shown = Workspace(server.folder / "workspace", Redactor([TOKEN]).redact)

    told = str(story(shown, "shop"))

    assert f"Sell {MASK}" in told
    assert TOKEN not in told


def test_a_live_answer_has_no_secret_and_no_beginning_of_one(tmp_path: Path) -> None:
    gate = Gate()

    with served(tmp_path, ToyLine({"draft": gate}), redactor=Redactor([TOKEN])) as server:
        job = server.jobs.find(server.post().json()["job"])
        assert job
        assert gate.reached.wait(20)
        hear = server.answers.listen(job.job)
        hear(f"first {TOKEN}, then {TOKEN[:9]}")
        shown = server.answers.text(job.job.id)
        page = browse(server, f"/jobs/{job.job.id}").text
        gate.open.set()
        finish(server.jobs, job.job.id)

    assert shown == f"first {MASK}, then "
    assert f"first {MASK}, then" in page
    assert TOKEN[:9] not in page


def test_the_answer_of_a_failed_job_has_no_secret(tmp_path: Path) -> None:
    def fail(job: Job) -> None:
        raise ForgeError(f"refused for {TOKEN}")

    with served(tmp_path, ToyLine({"push": fail}), redactor=Redactor([TOKEN])) as server:
        answers = [server.post(wait=True), server.get("/jobs"), server.get("/jobs/shop.1.x")]

    assert answers[0].json()["message"] == f"refused for {MASK}"
    assert not [answer.text for answer in answers if "canary" in answer.text]
