"""What people do in the work tree of a clone, and what becomes of it when the next round comes."""

import subprocess
from pathlib import Path

import pytest

from agent.workspace.repository import MAIN, Repository
from tests.orders import round_record

FILES = {"index.html": b"<p>one", "old.txt": b"old\n"}
SECOND = {"index.html": b"<p>two"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A clone with one round."""
    repository = Repository.create(tmp_path / "shop")
    repository.commit_round(round_record(), FILES)
    return repository


def git(repository: Repository, *arguments: str) -> str:
    """What plain git answers, as a person would ask it."""
    person = ("-c", "user.name=P", "-c", "user.email=p@x")
    command = ["git", "-C", str(repository.path), *person, *arguments]
    answered = subprocess.run(command, capture_output=True, text=True, check=True)
    return answered.stdout.strip()


def test_changes_that_were_not_committed_are_kept_and_reported(repository: Repository) -> None:
    (repository.path / "index.html").write_bytes(b"<p>mine")
    (repository.path / "notes").mkdir()
    (repository.path / "notes/todo.txt").write_bytes(b"mine\n")

    repository.commit_round(round_record(2), SECOND)

    assert repository.kept_since(0) == {
        "refs/kept/1": "uncommitted changes of index.html, notes/todo.txt"
    }
    assert git(repository, "show", "refs/kept/1:index.html") == "<p>mine"
    assert git(repository, "show", "refs/kept/1:notes/todo.txt") == "mine"
    assert (repository.path / "index.html").read_bytes() == b"<p>two"
    assert (repository.path / "notes/todo.txt").read_bytes() == b"mine\n"
    assert not (repository.path / "old.txt").exists()


def test_the_same_change_is_kept_once(repository: Repository) -> None:
    (repository.path / "todo.txt").write_bytes(b"mine\n")

    repository.commit_round(round_record(2), SECOND)
    repository.commit_round(round_record(3), FILES)

    assert list(repository.kept_since(0)) == ["refs/kept/1"]


def test_what_galley_wrote_itself_is_no_change_of_a_person(repository: Repository) -> None:
    repository.commit_round(round_record(2), SECOND)
    repository.withdraw(2)
    repository.commit_round(round_record(2, request="again"), {"index.html": b"<p>else"})

    assert repository.kept_since(0) == {}
    assert git(repository, "status", "--porcelain") == ""


def test_names_that_no_repository_may_have_stay_where_they_are(repository: Repository) -> None:
    (repository.path / "git~1").write_bytes(b"mine\n")
    (repository.path / "a: b.txt").write_bytes(b"mine\n")

    repository.commit_round(round_record(2), SECOND)

    assert repository.kept_since(0) == {}
    assert (repository.path / "a: b.txt").exists()


def test_a_detached_head_is_attached_again_and_its_commit_kept(repository: Repository) -> None:
    git(repository, "checkout", "-q", "--detach")
    (repository.path / "index.html").write_bytes(b"<p>mine")
    git(repository, "commit", "-qam", "Mine")
    mine = git(repository, "rev-parse", "HEAD")

    second = repository.commit_round(round_record(2), SECOND)

    assert git(repository, "symbolic-ref", "HEAD") == MAIN
    assert git(repository, "rev-parse", "HEAD") == second
    assert git(repository, "rev-parse", "refs/kept/1") == mine
    assert git(repository, "status", "--porcelain") == ""


def test_another_branch_stays_and_main_is_shown_again(repository: Repository) -> None:
    git(repository, "checkout", "-qb", "mine")
    (repository.path / "index.html").write_bytes(b"<p>mine")
    git(repository, "commit", "-qam", "Mine")

    repository.commit_round(round_record(2), SECOND)

    assert git(repository, "symbolic-ref", "HEAD") == MAIN
    assert git(repository, "show", "mine:index.html") == "<p>mine"
    assert (repository.path / "index.html").read_bytes() == b"<p>two"
    assert repository.kept_since(0) == {}


@pytest.mark.parametrize("content", [b"", b"nonsense", b"DIRC\0\0\0\2\0\0\0\7nonsense"])
def test_an_index_that_git_cannot_read_is_made_anew(repository: Repository, content: bytes) -> None:
    (repository.path / ".git/index").write_bytes(content)

    repository.commit_round(round_record(2), SECOND)

    assert git(repository, "status", "--porcelain") == ""
    assert not (repository.path / "old.txt").exists()


def test_a_lock_that_a_killed_git_left_stops_nothing(repository: Repository) -> None:
    (repository.path / ".git/index.lock").write_bytes(b"")

    repository.commit_round(round_record(2), SECOND)

    assert git(repository, "status", "--porcelain") == ""
