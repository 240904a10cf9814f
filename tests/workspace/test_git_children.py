"""git processes of a repository: what they are told, and which signals reach them."""

import os
import sys
from pathlib import Path

import pytest

from agent.workspace.git_objects import opened
from agent.workspace.repository import Repository

_PRINT_SESSION = "import os; print(os.getsid(0) == os.getpid())"
_PRINT_KEYS = "import os; print([value for value in os.environ.values() if 'canary' in value])"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "shop")


def test_every_git_command_has_a_session_of_its_own(repository: Repository) -> None:
    with opened(repository.path) as repo:
        leads = repo.git.execute([sys.executable, "-c", _PRINT_SESSION])

    assert leads == "True"


def test_the_git_that_reads_objects_has_a_session_of_its_own(repository: Repository) -> None:
    repository.record_evidence(1, {"a": b"1"})

    with opened(repository.path) as repo:
        repo.git.get_object_data(repo.git.rev_parse("refs/evidence/1"))
        reader = repo.git.cat_file_all

        assert reader
        assert os.getsid(reader.proc.pid) == reader.proc.pid


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "DATABASE_URL", "PGPASSWORD", "SECRET"])
def test_no_git_command_is_told_a_key(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "canary-0123456789")

    with opened(repository.path) as repo:
        found = repo.git.execute([sys.executable, "-c", _PRINT_KEYS])

    assert found == "[]"


def test_a_git_command_is_told_the_proxy_and_its_own_settings(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://canary.invalid:1")

    with opened(repository.path) as repo, repo.git.custom_environment(GIT_X="canary"):
        found = repo.git.execute([sys.executable, "-c", _PRINT_KEYS])

    assert found == "['http://canary.invalid:1', 'canary']"
