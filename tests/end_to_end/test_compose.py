"""The services of compose.yaml as processes: what the front door accepts, either worker finishes.

There may be no container engine, so the commands and settings are read from the file, and only
what the containers' network and volumes give is put in its place.
"""

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import SECRET, Script, Serving, address
from tests.github.server import GitHub
from tests.jobs.postgres import postgres
from tests.jobs.toy import until
from tests.openai_server import Asked, Fault, OpenAIServer, Reply

pytestmark = [pytest.mark.slow, pytest.mark.minutes]

_ROOT = Path(__file__).parents[2]
_SECONDS = 240.0


@dataclass
class Service:
    """A running service; `workspace` is its volume."""

    process: subprocess.Popen[bytes]
    log: Path
    workspace: Path

    def has(self, task: str) -> bool:
        """Whether the service works on the task."""
        return (self.workspace / "repos" / task).exists()


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((_ROOT / "compose.yaml").read_text())["services"]
    return services


def image_command() -> list[str]:
    """The command of the image, for a service without one of its own."""
    lines = (_ROOT / "Dockerfile").read_text().splitlines()
    command: list[str] = json.loads(lines[-1].removeprefix("CMD "))
    return command


@contextmanager
def service(name: str, folder: Path, around: Mapping[str, str]) -> Iterator[Service]:
    """A service of compose.yaml; `around` is what `.env` and the containers give."""
    described = compose()[name]
    folder.mkdir()
    environment = {
        "HOME": str(Path.home()),
        "PATH": f"{Path(sys.executable).parent}:{Path(shutil.which('git') or '').parent}",
        "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
        "PYTHONPATH": str(_ROOT),
        **described["environment"],
        **around,
        "WORKSPACE": str(folder / "workspace"),
    }
    log = folder / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            described.get("command", image_command()), cwd=folder, env=environment, stderr=stderr
        )
    try:
        yield Service(process, log, folder / "workspace")
    finally:
        process.terminate()
        process.wait(60)


def test_a_worker_that_is_killed_leaves_its_job_to_the_other(
    github: GitHub, script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    page = script.page("compose")
    answer = f"Summary: A page\n\nindex.html\n```html\n{page.decode()}```\n"
    asked, killed = threading.Event(), threading.Event()

    def reply(request: Asked) -> Reply:
        asked.set()
        return answer if killed.is_set() else Fault.HANG

    with ExitStack() as ending:
        cluster = ending.enter_context(postgres())
        models = ending.enter_context(OpenAIServer(reply))
        around = {
            **settings_for(github),
            "SECRET": SECRET,
            "ALLOW_PRIVATE_URLS": "true",
            "MODEL": "openai/any",
            "OPENAI_BASE_URL": models.base_url,
            "DATABASE_URL": cluster.url,
            "BIND": "127.0.0.1",
            "PORT": "0",
        }
        front = ending.enter_context(service("door", tmp_path / "door", around))
        workers = [
            ending.enter_context(service("worker", tmp_path / f"worker-{number}", around))
            for number in range(compose()["worker"]["deploy"]["replicas"])
        ]
        url = address(front.process, front.log)
        door = Serving(url, front.log, front.workspace, front.process)

        accepted = door.post_async("compose", evaluation_url=evaluator.url)
        until(asked.is_set, _SECONDS)
        (busy,) = [worker for worker in workers if worker.has("compose")]
        killed.set()
        busy.process.send_signal(signal.SIGKILL)
        until(lambda: bool(evaluator.of("compose", 1)), _SECONDS)
        until(lambda: door.job(accepted.json()["job"])["state"] == "done", _SECONDS)

    assert accepted.status_code == 202
    assert [each.page for each in evaluator.of("compose", 1)] == [page]
    assert [worker.has("compose") for worker in workers] == [True, True]
    assert not front.has("compose")
