"""Ctrl-C at `galley run`: as a terminal does it, to the whole process group."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.workspace.repository import MAIN, Repository
from tests.end_to_end.running import only_git
from tests.jobs.toy import until
from tests.openai_server import Fault, OpenAIServer

PAGE = "<!doctype html>\n<title>Zebra</title>\n<h1>Zebra</h1>\n</html>\n"
WHOLE = f"Summary: Shows a zebra.\n\nindex.html\n```html\n{PAGE}```\n"
BRIEF = {"task": "zebra", "brief": "Show a zebra.", "checks": ["stripes.css exists"]}


@contextmanager
def running(folder: Path, model: OpenAIServer, **more: str) -> Iterator[subprocess.Popen[str]]:
    """`galley run` as the leader of a process group of its own, without a browser."""
    (folder / "brief.json").write_text(json.dumps({**BRIEF, **more}))
    environment = {
        "HOME": str(Path.home()),
        "PATH": str(only_git(folder / "bin")),
        "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
        "PYTHONPATH": str(Path.cwd()),
        "PORT": "0",
        "MODEL": "some-model",
        "OPENAI_BASE_URL": model.base_url,
        "OWN_TESTS": "false",
    }
    with subprocess.Popen(
        # a shell that starts the tests in the background has them ignore Ctrl-C
        [
            "/usr/bin/env",
            "--default-signal=INT",
            sys.executable,
            "-m",
            "agent",
            "run",
            "brief.json",
        ],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def test_ctrl_c_publishes_the_best_attempt_so_far(tmp_path: Path) -> None:
    with (
        OpenAIServer([WHOLE, Fault.HANG]) as model,
        running(tmp_path, model) as process,
    ):
        until(lambda: len(model.asked) == 2, 120)

        press_ctrl_c(process)
        out, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    assert "the best one so far is published" in errors
    assert "galley: failed: stripes.css exists" in errors.splitlines()[-1]
    assert "proof       0/1 passed" in out
    made = Repository(tmp_path / "workspace/repos/zebra")
    assert made.read(MAIN, "index.html") == PAGE.encode()


def test_ctrl_c_before_the_first_attempt_publishes_nothing_and_says_why(tmp_path: Path) -> None:
    with (
        OpenAIServer([Fault.HANG]) as model,
        running(tmp_path, model) as process,
    ):
        until(lambda: len(model.asked) == 1, 120)

        press_ctrl_c(process)
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 1
    assert "galley: draft: no further attempt is wanted" in errors
    assert Repository(tmp_path / "workspace/repos/zebra").head is None


def test_a_second_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:1/"  # is told again and again, so that the job does not end
    with (
        OpenAIServer([WHOLE, Fault.HANG]) as model,
        running(tmp_path, model, evaluation_url=nobody) as process,
    ):
        until(lambda: len(model.asked) == 2, 120)
        assert process.stderr

        press_ctrl_c(process)
        while "Ctrl-C again" not in process.stderr.readline():
            assert process.poll() is None
        press_ctrl_c(process)
        process.communicate(timeout=120)

    assert process.returncode not in (0, 1)
