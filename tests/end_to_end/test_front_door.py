"""The front door as Vercel starts it: what it accepts is done by a worker elsewhere."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from agent.web.server import bound
from agent.workspace.repository import Repository, evidence_ref
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import SECRET, Script, Serving, answers, serving
from tests.jobs.postgres import postgres
from tests.jobs.toy import until
from tests.site_hosts import hub as hub_server
from tests.site_hosts.hub import hub

_APPLICATION = "deploy/vercel/api"


@contextmanager
def front_door(folder: Path, settings: Mapping[str, str]) -> Iterator[Serving]:
    """The application that is deployed, served by uvicorn."""
    with bound("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd()), **settings}
    log = folder / "door.log"
    with log.open("wb") as stderr:
        command = [sys.executable, "-m", "uvicorn", "--app-dir", _APPLICATION, "index:app"]
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
    door = Serving(f"http://127.0.0.1:{port}", log, folder, process)
    try:
        until(lambda: answers(door.url), 120)
        yield door
    finally:
        process.terminate()
        process.wait(60)


def test_a_job_that_the_front_door_accepts_is_done_by_a_worker(
    script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    page = script.page("door")
    with postgres() as cluster, hub() as space:
        hosting = {"HF_TOKEN": hub_server.TOKEN, "HF_ENDPOINT": space.wire.url, "HOST": "space"}
        settings = {**hosting, "FORGE": "local", "DATABASE_URL": cluster.url}
        own = {"SECRET": SECRET, "WORKSPACE": str(tmp_path), "ALLOW_PRIVATE_URLS": "true"}

        with (
            front_door(tmp_path, {**settings, **own}) as door,
            serving(tmp_path / "worker", script, settings),
        ):
            accepted = door.post("door", evaluation_url=evaluator.url)
            until(lambda: bool(evaluator.of("door", 1)), 120)
            until(lambda: door.job(accepted.json()["job"])["state"] == "done", 60)
            secret = {"Authorization": f"Bearer {SECRET}"}
            metrics = requests.get(f"{door.url}/metrics", headers=secret, timeout=30).text
            docs = requests.get(f"{door.url}/docs", timeout=30)
        asked = Repository(tmp_path / "worker" / "repos" / "door").read(evidence_ref(1), "job.json")

    assert accepted.json()["status"] == "accepted"
    assert json.loads(asked or b"{}") == {
        "job": accepted.json()["job"],
        "request_id": accepted.headers["X-Request-ID"],
    }
    assert 'galley_jobs{state="done"} 1.0' in metrics
    assert 'galley_attempts{outcome="drafted"} 1.0' in metrics
    assert docs.status_code == 200
    assert [each.page for each in evaluator.of("door", 1)] == [page]
