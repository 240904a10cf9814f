from pathlib import Path

import pytest
from git import GitCommandError, Repo

from agent.workspace.importing import add_commit
from agent.workspace.objects import commit_at
from agent.workspace.repository import Repository

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

    with Repo(repository.path) as repo:
        add_commit(repo, REF, None, "with\n\nlines\n", files)

        assert str(commit_at(repo, REF).message) == "with\n\nlines\n"
    assert repository.files(REF) == files


def test_a_ref_that_is_somewhere_else_by_now_stays_there(repository: Repository) -> None:
    with Repo(repository.path) as repo:
        add_commit(repo, REF, None, "one", {"a": b"1"})
        before = repository.resolve(REF)
        add_commit(repo, REF, before, "two", {"b": b"2"})

        with pytest.raises(GitCommandError):
            add_commit(repo, REF, before, "three", {"c": b"3"})

    assert repository.files(REF) == {"a": b"1", "b": b"2"}


def test_half_a_stream_moves_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "agent.workspace.importing._commands",
        lambda *_: [b"commit refs/evidence/1\ncommitter A <a@b> 1 +0000\ndata 0\n"],
    )

    with Repo(repository.path) as repo, pytest.raises(GitCommandError):
        add_commit(repo, REF, None, "one", {"a": b"1"})

    assert repository.resolve(REF) is None
