import subprocess
from pathlib import Path

import pytest
from git import GitCommandError

from agent.errors import WorkspaceError
from agent.workspace.git_objects import NewCommit, add_commit, blobs, commit_at, opened
from agent.workspace.repository import Repository
from tests.orders import round_record

REF = "refs/evidence/1"


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
        commit = add_commit(repo, NewCommit(REF, None, "with\n\nlines\n", files))

        assert str(commit_at(repo, commit).message) == "with\n\nlines\n"
    assert repository.files(REF) == files


def test_what_was_there_stays_beside_what_is_added(repository: Repository) -> None:
    with opened(repository.path) as repo:
        first = add_commit(repo, NewCommit(REF, None, "one", {"a/b": b"1", "a.txt": b"2"}))
        add_commit(repo, NewCommit(REF, first, "two", {"a/c": b"3"}, adds=True))

    assert repository.files(REF) == {"a/b": b"1", "a.txt": b"2", "a/c": b"3"}


def test_a_whole_tree_replaces_what_was_there(repository: Repository) -> None:
    with opened(repository.path) as repo:
        first = add_commit(repo, NewCommit(REF, None, "one", {"a/b": b"1", "a.txt": b"2"}))
        add_commit(repo, NewCommit(REF, first, "two", {"a/c": b"3"}))

    assert repository.files(REF) == {"a/c": b"3"}


def test_a_ref_that_is_somewhere_else_by_now_stays_there(repository: Repository) -> None:
    with opened(repository.path) as repo:
        first = add_commit(repo, NewCommit(REF, None, "one", {"a": b"1"}))
        add_commit(repo, NewCommit(REF, first, "two", {"b": b"2"}, adds=True))

        with pytest.raises(GitCommandError):
            add_commit(repo, NewCommit(REF, first, "three", {"c": b"3"}, adds=True))

    assert repository.files(REF) == {"a": b"1", "b": b"2"}


def test_git_itself_finds_nothing_wrong_with_what_was_written(repository: Repository) -> None:
    repository.record_evidence(1, {"attempts/1/prompt.md": b"x", "attempts.md": b"y", "a": b""})

    found = subprocess.run(
        ["git", "-C", str(repository.path), "fsck", "--strict"], capture_output=True, check=False
    )

    assert found.returncode == 0, found.stderr


def test_files_that_are_too_large_together_are_not_read(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "shop")
    files = {"a.txt": b"a" * 600, "b.txt": b"b" * 600}
    commit = repository.commit_round(round_record(), files)

    with opened(repository.path) as repo:
        assert dict(blobs(commit_at(repo, commit), most_bytes=1_200)) == files
        with pytest.raises(WorkspaceError, match=r"b\.txt: .* too large"):
            dict(blobs(commit_at(repo, commit), most_bytes=1_199))
