"""A job as server-sent events."""

import json
from pathlib import Path
from typing import Any

import requests

from tests.jobs.toy import Gate, ToyLine, finish, until
from tests.web.toy_api import SECRET, ToyServer, bearer, served


def test_each_step_is_told_once_and_then_the_end(server: ToyServer) -> None:
    job = server.post(wait=True).json()["job"]

    told = _events(server.get(f"/jobs/{job}/events"))

    steps = [data["name"] for name, data, _ in told if name == "step"]
    assert steps[0] == "open"
    assert steps[-1] == "notify"
    assert [number for name, _, number in told if name == "step"] == [*range(1, len(steps) + 1)]
    assert told[-1][0] == "end"
    assert told[-1][1]["state"] == "done"


def test_a_reader_that_reconnects_misses_nothing_and_sees_nothing_twice(server: ToyServer) -> None:
    job = server.post(wait=True).json()["job"]

    told = _events(server.get(f"/jobs/{job}/events", **{"Last-Event-ID": "3"}))

    assert next(number for name, _, number in told if name == "step") == 4


def test_a_reader_with_an_odd_number_is_told_everything(server: ToyServer) -> None:
    job = server.post(wait=True).json()["job"]

    for odd in ("9" * 5000, "-1", "x"):
        told = _events(server.get(f"/jobs/{job}/events", **{"Last-Event-ID": odd}))
        assert told[0][2] == 1


def test_the_step_in_hand_is_told_while_it_lasts(tmp_path: Path) -> None:
    gate = Gate()

    with served(tmp_path, ToyLine({"draft": gate})) as server:
        job = server.post().json()["job"]
        until(gate.reached.is_set)
        url = f"{server.url}/jobs/{job}/events"
        seen: list[str] = []
        with requests.get(url, headers=bearer(SECRET), stream=True, timeout=20) as stream:
            for line in stream.iter_lines(decode_unicode=True):
                seen.append(line)
                if line == "event: working":
                    gate.open.set()
        finish(server.jobs, job)

    assert "event: working" in seen
    assert "event: end" in seen


def test_events_of_an_unknown_job_are_not_found(server: ToyServer) -> None:
    assert server.get("/jobs/shop.1.unknown/events").status_code == 404


def _events(answer: requests.Response) -> list[tuple[str, dict[str, Any], int]]:
    """Name, data and number (0: none) of each event of a finished stream."""
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    told = []
    for block in answer.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        told.append((fields["event"], json.loads(fields["data"]), int(fields.get("id", 0))))
    return told
