"""A forge, a page host or an evaluation URL that stalls: the job ends with its own time."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, serving
from tests.github import faults
from tests.github.server import GitHub

DEADLINE = 20
TIMEOUT = 90  # of GitHub's calls and of git: what a job would wait for otherwise
STALLS = {
    "look": "GET /repos/octocat/*",
    "create": "POST /user/repos",
    "fetch": "git-upload-pack refs",
    "refs": "git-receive-pack refs",
    "pack": "git-receive-pack pack",
    "pages": "POST /repos/octocat/*/pages",
    "served": "page GET *",
}


@pytest.mark.minutes
def test_a_stall_at_any_call_ends_with_the_job(
    github: GitHub, script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    limits = {"DEADLINE_SECONDS": str(DEADLINE), "GITHUB_TIMEOUT_SECONDS": str(TIMEOUT)}
    settings = settings_for(github, CONCURRENCY=str(len(STALLS)), **limits)
    tasks = {f"stalled-{name}": call for name, call in STALLS.items()}
    for task, call in tasks.items():
        script.page(task)
        github.faults.next(call, faults.stall(), times=None, about=task)

    def seconds_of(task: str) -> float:
        began = time.monotonic()
        assert galley.post(task, evaluation_url=evaluator.url).status_code == 500
        return time.monotonic() - began

    with serving(tmp_path / "workspace", script, settings) as galley, ThreadPoolExecutor() as pool:
        took = dict(zip(tasks, pool.map(seconds_of, tasks), strict=True))

    assert {task: seconds for task, seconds in took.items() if seconds > TIMEOUT / 2} == {}
