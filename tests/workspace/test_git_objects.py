import subprocess
from pathlib import Path

import pytest

from agent.workspace.git_objects import commit_at, commit_of, opened, tree_with
from agent.workspace.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "shop")


def test_names_and_bytes_arrive_as_they_are(repository: Repository) -> None:
    files = {
        'a "quoted" name': b"\x00\xff\r\n",
        "back\\slash": b"done\n",
        " blank ü/ö ": b"",
        "data 5": b"M 100644 inline x\ndata 1\nx\n",
    }

    with opened(repository.path) as repo:
        commit = commit_of(repo, tree_with(repo, None, files), "with\n\nlines\n", None)

        assert str(commit_at(repo, commit).message) == "with\n\nlines\n"
    assert repository.files(commit) == files


def test_what_was_there_stays_beside_what_is_added(repository: Repository) -> None:
    with opened(repository.path) as repo:
        first = commit_of(repo, tree_with(repo, None, {"a/b": b"1", "a.txt": b"2"}), "one", None)
        parent = commit_at(repo, first)
        second = commit_of(repo, tree_with(repo, parent, {"a/c": b"3"}), "two", first)

    assert repository.files(second) == {"a/b": b"1", "a.txt": b"2", "a/c": b"3"}


def test_git_itself_finds_nothing_wrong_with_what_was_written(repository: Repository) -> None:
    repository.record_evidence(1, {"attempts/1/prompt.md": b"x", "attempts.md": b"y", "a": b""})

    found = subprocess.run(
        ["git", "-C", str(repository.path), "fsck", "--strict"], capture_output=True, check=False
    )

    assert found.returncode == 0, found.stderr
