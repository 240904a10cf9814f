"""The `github` fixture: a fresh GitHub, and no breach of its API description at the end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .clients import Api, WorkTree
from .server import GitHub
from .server import github as running_github


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A running GitHub for one test; whatever broke the API description fails the test."""
    with running_github() as server:
        yield server
        assert server.violations == []


@pytest.fixture
def api(github: GitHub) -> Api:
    """The API with octocat's classic token."""
    return Api(github, github.token.value)


@pytest.fixture
def nobody(github: GitHub) -> Api:
    """The API without a token."""
    return Api(github, None)


@pytest.fixture
def tree(github: GitHub, tmp_path: Path) -> WorkTree:
    """An empty work tree that pushes with octocat's classic token."""
    return WorkTree(tmp_path / "tree", github, github.token.value)


@pytest.fixture
def published(github: GitHub, api: Api, tree: WorkTree) -> Callable[[str], str]:
    """Commits and pushes a page with the given text to octocat/todo; returns the sha."""

    def publish(text: str) -> str:
        if github.repositories.find("octocat", "todo") is None:
            assert api.create("todo").status_code == 201
        sha = tree.commit({"index.html": text, "proof.txt": text}, f"Say {text}")
        pushed = tree.push("octocat/todo")
        assert pushed.returncode == 0, pushed.stderr
        return sha

    return publish
