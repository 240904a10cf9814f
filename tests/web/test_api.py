"""`POST /api-endpoint` and the jobs over HTTP, against a real journal."""

import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from agent.errors import ModelError
from agent.values import Job, Outcome, Proof, Verdict
from tests.jobs.toy import COMMIT, Gate, ToyLine, finish, until
from tests.orders import js, sentence
from tests.web.toy_api import ToyServer, body, served


def test_the_answer_tells_what_was_published(tmp_path: Path) -> None:
    proof = Proof(
        (
            Verdict(js("a"), Outcome.PASSED, ""),
            Verdict(sentence("It is nice"), Outcome.UNPROVED, "no test"),
            Verdict(js("b === 2"), Outcome.FAILED, "b was 1"),
        )
    )

    with served(tmp_path, ToyLine(proof=proof)) as server:
        answer = server.post(wait=True)
        shown = server.get(f"/jobs/{answer.json()['job']}").json()

    told = answer.json()
    counts = {
        "passed": 1,
        "failed": 1,
        "unproved": 1,
        "failing": [{"check": "b === 2", "observed": "b was 1"}],
    }
    assert answer.status_code == 200
    assert told.pop("job").startswith("shop.1.")
    assert told == {
        "status": "success",
        "message": "Successfully processed round 1",
        "repo_url": "http://x/r",
        "pages_url": "http://x/p/",
        "commit_sha": COMMIT,
        "proof": counts,
    }
    assert (shown["proof"], shown["proof_counts"]) == ("1/3 passed, 1 unproved", counts)


def test_a_field_that_no_request_has_is_told_of_in_every_answer(tmp_path: Path) -> None:
    with served(tmp_path, ToyLine()) as server:
        accepted = server.post(seed=1)
        done = server.post(wait=True, seed=1)

    assert accepted.json()["notes"] == done.json()["notes"] == ["'seed': unknown, and ignored"]


def test_a_misspelled_field_is_refused(server: ToyServer) -> None:
    answer = server.post(chekcs=[])

    assert answer.status_code == 400
    assert answer.json()["message"] == "'chekcs': unknown, is checks meant?"


def test_a_caller_may_prefer_not_to_wait(tmp_path: Path) -> None:
    with served(tmp_path, ToyLine()) as server:
        answer = server.post()
        finish(server.jobs, answer.json()["job"])

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/jobs/{answer.json()['job']}"
    assert answer.headers["Preference-Applied"] == "respond-async"


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ("respond-async, wait=10", 202),
        ("return=minimal,Respond-Async; x=1", 202),
        ("wait=10", 200),
        ("x-respond-async", 200),
    ],
)
def test_a_preference_may_be_one_of_several(server: ToyServer, stated: str, status: int) -> None:
    url = f"{server.url}/api-endpoint"

    answer = requests.post(url, json=body(), headers={"Prefer": stated}, timeout=30)
    finish(server.jobs, answer.json()["job"])

    assert answer.status_code == status


def test_a_server_may_answer_everybody_at_once(tmp_path: Path) -> None:
    gate = Gate()

    with served(tmp_path, ToyLine({"draft": gate}), answers_immediately=True) as server:
        answer = server.post(wait=True)
        gate.open.set()

    told = answer.json()
    assert told.pop("job").startswith("shop.1.")
    assert (answer.status_code, told) == (200, {"status": "accepted"})


def test_the_same_request_joins_the_job_that_runs(tmp_path: Path) -> None:
    gate, toy = Gate(), ToyLine()
    toy.on = {"draft": gate}
    answers: list[dict[str, Any]] = []

    with served(tmp_path, toy) as server:
        callers = [
            threading.Thread(target=lambda: answers.append(server.post(wait=True).json()))
            for _ in range(5)
        ]
        for caller in callers:
            caller.start()
        until(gate.reached.is_set)
        gate.open.set()
        for caller in callers:
            caller.join()
        again = server.post(wait=True).json()

    assert all(answer == again for answer in answers)
    assert len(answers) == 5
    assert [stage for stage, _ in toy.done].count("push") == 1


def test_another_body_is_a_conflict(tmp_path: Path) -> None:
    with served(tmp_path, ToyLine()) as server:
        server.post()

        answer = server.post(brief="Buy.")

    assert answer.status_code == 409
    assert "nonce" in answer.json()["message"]


@pytest.mark.slow
def test_a_caller_who_hangs_up_stops_nothing(tmp_path: Path) -> None:
    gate = Gate()

    with served(tmp_path, ToyLine({"draft": gate})) as server:
        with pytest.raises(requests.Timeout):
            requests.post(f"{server.url}/api-endpoint", json=body(), timeout=1)
        until(gate.reached.is_set)
        gate.open.set()
        answer = server.post(wait=True)

    assert answer.status_code == 200


def test_a_failed_job_says_which_step_and_why_and_is_tried_again_when_sent_again(
    tmp_path: Path,
) -> None:
    toy = ToyLine({"draft": _fail})

    with served(tmp_path, toy) as server:
        failed = server.post(wait=True)
        toy.on = {}
        again = server.post(wait=True)

    told = failed.json()
    assert failed.status_code == 500
    assert (told["status"], told["step"], told["message"]) == ("error", "draft", "no model")
    assert (again.status_code, again.json()["job"]) == (200, told["job"])


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"task": "-x"}, "task"),
        ({"round": True}, "round"),
        ({"nonce": None}, "nonce"),
        ({"evaluation_url": "ftp://x"}, "evaluation_url"),
        ({"attachments": [{"name": "a", "url": "data:,x"}]}, "attachments"),
    ],
)
def test_a_bad_field_is_named(server: ToyServer, changes: dict[str, Any], name: str) -> None:
    answer = server.post(**changes)

    assert answer.status_code == 400
    assert name in answer.json()["message"]


def test_jobs_are_listed_and_shown_with_their_steps(server: ToyServer) -> None:
    job = server.post(wait=True).json()["job"]

    listed, shown = server.get("/jobs?limit=5").json(), server.get(f"/jobs/{job}").json()

    assert [each["job"] for each in listed] == [job]
    assert shown["state"] == "done"
    assert shown["steps"][0]["name"] == "open"
    assert shown["steps"][-1]["ended_at"] >= shown["steps"][0]["started_at"]


def test_unknown_jobs_and_odd_numbers_are_told_so(server: ToyServer) -> None:
    assert server.get("/jobs/shop.1.unknown").status_code == 404
    assert server.tell("/jobs/shop.1.unknown/cancel").status_code == 404
    assert server.get("/jobs?limit=many").status_code == 400


def test_cancel_and_retry(tmp_path: Path) -> None:
    gate, toy = Gate(), ToyLine()
    toy.on = {"draft": gate}

    with served(tmp_path, toy) as server:
        gate.is_cancelled = toy.is_cancelled
        job = server.post().json()["job"]
        until(gate.reached.is_set)
        cancelled = server.tell(f"/jobs/{job}/cancel")
        joined = server.post(wait=True)
        toy.on = {}
        retried = server.tell(f"/jobs/{job}/retry")
        finish(server.jobs, job)
        refused = server.tell(f"/jobs/{job}/retry")

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (joined.status_code, joined.json()["step"]) == (500, "draft")
    assert (retried.status_code, retried.json()["state"]) == (200, "queued")
    assert refused.status_code == 409


@pytest.mark.slow
def test_a_job_that_cannot_be_done_in_time_is_refused_at_the_door(tmp_path: Path) -> None:
    gate, toy = Gate(), ToyLine({"draft": _work_half_a_second})
    answers: list[requests.Response] = []

    with served(tmp_path, toy, concurrency=1, seconds=4) as server:
        server.post(wait=True, nonce="first")  # takes half a second, so seven may wait
        toy.on = {"draft": gate}
        server.post(task="slow")
        until(gate.reached.is_set)
        answers += [server.post(task=f"later{number}") for number in range(12)]
        again = server.post(task="later0")
        kept = {path.name for path in (tmp_path / "inbox").iterdir()}
        gate.open.set()
        accepted = [each.json()["job"] for each in answers if each.status_code == 202]
        finish(server.jobs, *accepted)

    refused = [each for each in answers if each.status_code != 202]
    assert again.status_code == 202
    assert 1 <= len(accepted) < len(answers)
    assert {each.status_code for each in refused} == {503}
    assert all(int(each.headers["Retry-After"]) >= 1 for each in refused)
    assert "jobs wait" in refused[0].json()["message"]
    assert len(kept) == 2 + len(accepted)


def test_a_stopping_server_takes_nothing_and_lets_its_callers_go(tmp_path: Path) -> None:
    gate = Gate()
    answers: list[requests.Response] = []

    with served(tmp_path, ToyLine({"draft": gate})) as server:
        caller = threading.Thread(target=lambda: answers.append(server.post(wait=True)))
        caller.start()
        until(gate.reached.is_set)
        server.is_stopping = True
        caller.join()
        refused = server.post(nonce="another")
        ready = server.get("/ready")
        gate.open.set()

    assert answers[0].status_code == refused.status_code == ready.status_code == 503
    assert ready.json() == {"status": "stopping"}
    assert answers[0].json()["job"].startswith("shop.1.")


def _work_half_a_second(job: Job) -> None:
    threading.Event().wait(0.5)


def _fail(job: Job) -> None:
    raise ModelError("no model")
