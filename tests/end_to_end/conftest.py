"""One test GitHub, one Galley and one evaluator for all the tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.evaluator import evaluator as running_evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.github.server import GitHub
from tests.github.server import github as running_github

_QUICK = "test_the_call_of_the_readme_is_answered_as_the_contract_says"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts servers and commands is slow, but for the one call that every user makes."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.name != _QUICK:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def github_here() -> Iterator[GitHub]:
    with running_github() as server:
        yield server


@pytest.fixture
def github(github_here: GitHub) -> Iterator[GitHub]:
    """GitHub without yesterday's faults; whatever broke its API description fails the test."""
    github_here.faults.clear()
    yield github_here
    github_here.faults.clear()
    assert github_here.violations == []


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    with running_evaluator() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    return Script(tmp_path_factory.mktemp("script"))


def settings_for(github: GitHub, **more: str) -> dict[str, str]:
    """The settings that point Galley at the test GitHub."""
    return {
        "FORGE": "github",
        "HOST": "pages",
        "GITHUB_API_URL": github.api_url,
        "GITHUB_URL": github.url,
        "GITHUB_TOKEN": github.token.value,
        "GITHUB_TIMEOUT_SECONDS": "2",
        "DEADLINE_SECONDS": "300",
        **more,
    }


@pytest.fixture(scope="module")
def galley(
    github_here: GitHub, script: Script, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("galley") / "workspace"
    with serving(folder, script, settings_for(github_here)) as server:
        yield server
