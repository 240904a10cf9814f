"""GitHub Pages over the test GitHub."""

import pytest

from agent.forges.rest import Rest
from agent.hosts.github_pages import GitHubPages
from agent.hosts.github_record import GitHubRecord
from agent.values import Remote
from tests.github.conftest import api, github, published, tree
from tests.github.server import GitHub

__all__ = ["api", "github", "published", "tree"]


@pytest.fixture
def rest(github: GitHub) -> Rest:
    return Rest(github.api_url, github.token.value, "tests", 2.0)


@pytest.fixture
def host(rest: Rest) -> GitHubPages:
    return GitHubPages(rest, GitHubRecord(rest))


@pytest.fixture
def remote(github: GitHub) -> Remote:
    url = f"{github.url}/octocat/todo"
    return Remote("todo", url, f"{url}.git")
