"""GitHub's forge over the test GitHub."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.forges.github import GitHubForge
from agent.forges.rest import Rest
from agent.workspace.repository import Repository
from tests.github.conftest import github
from tests.github.server import GitHub
from tests.orders import round_record

__all__ = ["github"]

SECONDS = 20.0

MakeForge = Callable[..., GitHubForge]


@pytest.fixture
def rest(github: GitHub) -> Rest:
    return Rest(github.api_url, github.token.value, "tests", SECONDS)


@pytest.fixture
def forge_of(github: GitHub) -> MakeForge:
    """A forge for an owner (by default the token's user) and a token (by default octocat's)."""

    def make(owner: str = "", token: str = "", seconds: float = SECONDS) -> GitHubForge:
        token = token or github.token.value
        rest = Rest(github.api_url, token, "tests", seconds)
        return GitHubForge(rest, github.url, token, owner)

    return make


@pytest.fixture
def forge(forge_of: MakeForge) -> GitHubForge:
    return forge_of()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One round that was not pushed yet."""
    made = Repository.create(tmp_path / "todo")
    made.commit_round(round_record(), {"index.html": b"hello\n"})
    return made
