"""A clone that is damaged, or worked in by a person, while the server runs."""

import itertools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving
from tests.github.server import GitHub

_numbers = itertools.count(1)


def lose_the_objects(clone: Path) -> None:
    shutil.rmtree(clone / ".git/objects")


def lose_the_page(clone: Path) -> None:
    _object(clone, "main:index.html").unlink()


def empty_the_commit(clone: Path) -> None:
    file = _object(clone, "main")
    file.chmod(0o644)
    file.write_bytes(b"")


def lose_the_evidence(clone: Path) -> None:
    _object(clone, "refs/evidence/1").unlink()


def lose_the_repository(clone: Path) -> None:
    shutil.rmtree(clone / ".git")


def lose_the_folder(clone: Path) -> None:
    shutil.rmtree(clone)


def lose_the_branch(clone: Path) -> None:
    (clone / ".git/refs/heads/main").unlink()


def lose_the_index(clone: Path) -> None:
    (clone / ".git/index").write_bytes(b"nonsense")


def leave_a_lock(clone: Path) -> None:
    (clone / ".git/index.lock").write_bytes(b"")


DAMAGE = [
    lose_the_objects,
    lose_the_page,
    empty_the_commit,
    lose_the_evidence,
    lose_the_repository,
    lose_the_folder,
    lose_the_branch,
    lose_the_index,
    leave_a_lock,
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_the_next_round_is_published_without_a_restart(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    damage: Callable[[Path], None],
) -> None:
    task = f"damaged{next(_numbers)}"
    script.page(task)
    galley.post(task, evaluation_url=evaluator.url)
    damage(galley.workspace / "repos" / task)
    page = script.page(task, 2)

    answer = galley.post(task, 2, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of(task, 2)
    assert notification.page == page
    assert [each.name for each in github.repositories if each.name.startswith(task)] == [task]
    assert len(github.repository(f"octocat/{task}").history("main")) == 2
    clone = galley.workspace / "repos" / task
    assert (clone / "index.html").read_bytes() == page
    assert _git(clone, "status", "--porcelain") == ""


def test_what_a_person_had_not_committed_is_kept_and_the_answer_says_where(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("edited")
    galley.post("edited", evaluation_url=evaluator.url)
    clone = galley.workspace / "repos" / "edited"
    _git(clone, "checkout", "-q", "--detach")
    (clone / "index.html").write_text("<p>mine</p>")
    page = script.page("edited", 2)

    answer = galley.post("edited", 2, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    told = "uncommitted changes of index.html: kept under refs/kept/1"
    assert any(told in note for note in answer.json()["notes"])
    assert told in galley.log.read_text()
    assert _git(clone, "show", "refs/kept/1:index.html") == "<p>mine</p>"
    assert _git(clone, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert (clone / "index.html").read_bytes() == page


def _object(clone: Path, name: str) -> Path:
    identity = _git(clone, "rev-parse", name)
    return clone / ".git/objects" / identity[:2] / identity[2:]


def _git(clone: Path, *arguments: str) -> str:
    answered = subprocess.run(
        ["git", "-C", clone, *arguments], capture_output=True, text=True, check=True
    )
    return answered.stdout.strip()
