"""Readiness, what kills leave behind, and how much a clone grows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import SECRET, Script, Serving, serving
from tests.github.server import GitHub
from tests.jobs.toy import until

ROUNDS = 5


@pytest.mark.parametrize("gone", ["", "inbox", "jobs.sqlite"])
def test_a_server_that_could_not_take_a_brief_is_not_ready(
    github: GitHub, script: Script, tmp_path: Path, gone: str
) -> None:
    script.page("ready")
    with serving(tmp_path / "workspace", script, settings_for(github)) as galley:
        before = ready(galley)
        missing = galley.workspace / gone
        missing.rename(tmp_path / "away")
        while_away = ready(galley)
        was_made_again = missing.exists()
        (tmp_path / "away").rename(missing)
        after = ready(galley)

    assert [before.status_code, while_away.status_code, after.status_code] == [200, 503, 200]
    told = while_away.json()
    assert told["status"] == "not ready"
    assert told["workspace"]["finding"] == f"{missing} is gone"
    assert not was_made_again


def test_what_a_killed_server_left_is_swept_when_the_next_one_starts(
    github: GitHub, script: Script, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    mine, theirs = f"{dead.pid}-x", f"{os.getpid()}-x"
    workspace = tmp_path / "workspace"
    left = [
        temporary / f"galley-chromium-{mine}",
        temporary / f"galley-git-{mine}",
        workspace / f".new-{mine}",
    ]
    working = temporary / f"galley-chromium-{theirs}"
    for path in [*left, working]:
        path.mkdir(parents=True)

    with serving(workspace, script, {**settings_for(github), "TMPDIR": str(temporary)}):
        found = [path for path in left if path.exists()]

    assert found == []
    assert working.exists()


def test_clones_are_packed_after_rounds_and_lose_nothing(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    clone = galley.workspace / "repos" / "packed"
    for number in range(1, ROUNDS + 1):
        script.page("packed", number)
        answer = galley.post("packed", number, evaluation_url=evaluator.url)
        assert answer.status_code == 200, answer.text
        (clone / f"mine-{number}.txt").write_text("mine")

    until(lambda: packs(clone) == 1 and loose(clone) < 100, 30)

    assert _git(clone, "fsck") == ""
    kept = _git(clone, "for-each-ref", "--format=%(refname)").splitlines()
    assert {f"refs/evidence/{n}" for n in range(1, ROUNDS + 1)} <= set(kept)
    assert [ref for ref in kept if ref.startswith("refs/kept/")]
    assert _git(clone, "show", "refs/kept/1:mine-1.txt") == "mine"


def ready(galley: Serving) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        bearer = {"Authorization": f"Bearer {SECRET}"}  # strangers are told no paths
        return session.get(f"{galley.url}/ready", headers=bearer, timeout=20)


def loose(clone: Path) -> int:
    return sum(1 for _ in (clone / ".git/objects").glob("[0-9a-f][0-9a-f]/*"))


def packs(clone: Path) -> int:
    return sum(1 for _ in (clone / ".git/objects/pack").glob("*.pack"))


def _git(clone: Path, *arguments: str) -> str:
    answered = subprocess.run(
        ["git", "-C", clone, *arguments], capture_output=True, text=True, check=True
    )
    return answered.stdout.strip()
