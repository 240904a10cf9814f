"""Many at once: the same request, and rounds of one task."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.crash.scene import Scene, evaluating, findings
from tests.jobs.toy import ToyLine, finish
from tests.web.toy_api import ToyServer, served

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ToyServer]:
    with served(tmp_path, ToyLine()) as running:
        yield running


def test_fifty_equal_posts_twenty_times_are_twenty_jobs_calls_and_commits(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    with evaluating() as evaluator:
        scene = Scene(tmp_path, evaluator, {"MODEL_CALLS": str(calls), "MODEL_SECONDS": "0.1"})
        scene.start()
        scene.until_ready()
        for number in range(20):
            body = scene.body(f"task-{number}", 1)
            with ThreadPoolExecutor(50) as callers:
                answers = list(
                    callers.map(
                        lambda body: requests.post(
                            f"{scene.url}/api-endpoint", json=body, timeout=120
                        ),
                        [body] * 50,
                    )
                )
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.text for answer in answers}) == 1
            scene.accepted.add(answers[0].json()["job"])
        scene.stop()

    assert len(calls.read_text().splitlines()) == 20
    found = findings(scene)
    assert found.is_fine, str(found)
    assert found.notified_again == 0


def test_two_rounds_racing_a_hundred_times_keep_their_order(server: ToyServer) -> None:
    jobs: list[str] = []

    def post(task: str, round_: int) -> None:
        jobs.append(server.post(task=task, round=round_, nonce=f"{round_}").json()["job"])

    for number in range(100):
        racers = [
            threading.Thread(target=post, args=(f"race-{number}", round_))
            for round_ in ((1, 2) if number % 2 else (2, 1))
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
    finish(server.jobs, *jobs, seconds=120)

    ended = {job: n for n, (stage, job) in enumerate(server.toy.done) if stage == "notify"}
    begun = {job: n for n, (stage, job) in enumerate(server.toy.done) if stage == "open"}
    first = {job.split(".")[0]: job for job in jobs if job.split(".")[1] == "1"}
    second = {job.split(".")[0]: job for job in jobs if job.split(".")[1] == "2"}
    assert len(first) == len(second) == 100
    assert [task for task in first if begun[second[task]] < ended[first[task]]] == []
