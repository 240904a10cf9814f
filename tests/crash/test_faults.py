"""The real server while something is wrong with the machine, and when it is told to stop."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.crash.scene import Evaluator, Scene, evaluating, findings
from tests.jobs.postgres import postgres
from tests.jobs.toy import until

pytestmark = pytest.mark.slow


@pytest.fixture
def evaluator() -> Iterator[Evaluator]:
    with evaluating() as running:
        yield running


def test_sigterm_lets_the_step_end_and_nothing_is_done_twice(
    evaluator: Evaluator, tmp_path: Path
) -> None:
    calls, held = tmp_path / "calls", tmp_path / "held"
    held.touch()
    settings = {"MODEL_HELD_BY": str(held), "MODEL_CALLS": str(calls)}
    scene = Scene(tmp_path, evaluator, settings)
    process = scene.start()
    scene.until_ready()
    waiting: list[int] = []
    caller = threading.Thread(target=lambda: waiting.append(_post(scene, "app").status_code))
    caller.start()
    until(calls.exists, 30)

    process.send_signal(signal.SIGTERM)
    caller.join()
    refused = _post(scene, "late").status_code
    held.unlink()
    process.wait(60)
    scene.accepted.update(_listed(scene))
    began = time.monotonic()
    scene.start()
    scene.until_final()
    took = time.monotonic() - began
    scene.stop()

    assert waiting == [503]
    assert refused == 503
    assert calls.read_text() == "app 1\n"
    assert findings(scene).is_fine
    assert took < 60


def test_a_job_in_flight_goes_on_within_five_seconds_of_a_start(
    evaluator: Evaluator, tmp_path: Path
) -> None:
    scene = Scene(tmp_path, evaluator)
    scene.start(crash_at="push:before")
    scene.until_ready()
    scene.submit("app")
    scene.wait_for_death()
    (tmp_path / "log").write_bytes(b"")
    scene.start()
    scene.until_ready()

    until(lambda: '"step": "push"' in scene.log(), 5)

    scene.until_final()
    scene.stop()
    assert findings(scene).is_fine


def test_a_full_disk_holds_jobs_up_and_loses_none(evaluator: Evaluator, tmp_path: Path) -> None:
    scene = Scene(tmp_path, evaluator, {"MODEL_SECONDS": "2", "DEADLINE_SECONDS": "600"})
    with _small_disk(scene.workspace):
        scene.start()
        scene.until_ready()
        job = scene.submit("app")
        assert job
        until(lambda: '"step": "plan"' in scene.log(), 30)
        filler = _fill(scene.workspace)
        refused = _post(scene, "late")
        until(lambda: "waits: " in scene.log(), 30)
        filler.unlink()
        scene.until_final()
        scene.stop()

        assert refused.status_code == 503
        assert findings(scene).is_fine


def test_a_database_that_is_away_for_a_while_loses_nothing(
    evaluator: Evaluator, tmp_path: Path
) -> None:
    with postgres() as cluster:
        settings = {"DATABASE_URL": cluster.url, "MODEL_SECONDS": "2", "DEADLINE_SECONDS": "600"}
        scene = Scene(tmp_path, evaluator, settings)
        scene.start()
        scene.until_ready()
        for number in range(4):
            scene.submit(f"app-{number}")
        until(lambda: '"step": "plan"' in scene.log(), 30)
        cluster.stop("immediate")
        refused = _post(scene, "late")
        threading.Event().wait(20)  # the fault itself: so long it lasts
        cluster.start()
        scene.until_final(180)
        scene.stop()

        assert refused.status_code == 503
        assert findings(scene).is_fine


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_000_000, 10_000, 100):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:  # it is full, for pieces of that size
                continue
    return filler


def _post(scene: Scene, task: str) -> requests.Response:
    return requests.post(f"{scene.url}/api-endpoint", json=scene.body(task, 1), timeout=60)


def _listed(scene: Scene) -> list[str]:
    with scene.jobs() as jobs:
        return [record.job.id for record in jobs.newest()]
