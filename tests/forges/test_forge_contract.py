"""What every Forge does, whichever it is."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.forges.local_forge import LocalForge
from agent.ports import Forge
from agent.workspace.repository import MAIN, Repository
from tests.orders import round_record

FILES = {"index.html": b"<p>"}
LONG_AGO = 0.0


@pytest.fixture(params=["local", "github"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Forge:
    """Each forge in turn; a new one is a line here."""
    makers: dict[str, Callable[[], Forge]] = {
        "local": lambda: LocalForge(tmp_path / "forge"),
        "github": lambda: request.getfixturevalue("forge_of")(),
    }
    return makers[request.param]()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.create(tmp_path / "mine")
    made.commit_round(round_record(), FILES)
    return made


def test_a_name_that_is_free_is_claimed(forge: Forge) -> None:
    remote = forge.claim("shop", "a shop", LONG_AGO)

    assert remote is not None
    assert remote.repo == "shop"
    assert forge.find("shop") == remote


def test_what_an_earlier_try_made_is_claimed_again(forge: Forge) -> None:
    assert forge.claim("shop", "a shop", LONG_AGO) == forge.claim("shop", "a shop", LONG_AGO)


def test_a_repository_from_before_the_request_belongs_to_something_else(forge: Forge) -> None:
    forge.claim("shop", "a shop", LONG_AGO)

    assert forge.claim("shop", "a shop", time.time() + 3600) is None


def test_a_repository_with_commits_belongs_to_something_else(
    forge: Forge, repository: Repository
) -> None:
    remote = forge.claim("shop", "a shop", LONG_AGO)
    assert remote
    assert repository.push(remote.git_url, 1, forge.transport())

    assert forge.claim("shop", "a shop", LONG_AGO) is None


def test_a_repository_that_is_not_there_is_not_found(forge: Forge) -> None:
    assert forge.find("shop") is None


def test_what_is_pushed_can_be_fetched(
    forge: Forge, repository: Repository, tmp_path: Path
) -> None:
    remote = forge.claim("shop", "a shop", LONG_AGO)
    assert remote
    assert repository.push(remote.git_url, 1, forge.transport())

    other = Repository.create(tmp_path / "other")
    fetched = other.fetch(remote.git_url, forge.transport())

    assert fetched
    assert fetched == repository.head
    other.take_over(fetched)
    assert other.files(MAIN) == FILES


def test_an_empty_repository_has_nothing_to_fetch(forge: Forge, repository: Repository) -> None:
    remote = forge.claim("shop", "a shop", LONG_AGO)
    assert remote

    assert repository.fetch(remote.git_url, forge.transport()) is None


def test_a_push_that_would_take_something_away_is_turned_down(
    forge: Forge, repository: Repository, tmp_path: Path
) -> None:
    remote = forge.claim("shop", "a shop", LONG_AGO)
    assert remote
    assert repository.push(remote.git_url, 1, forge.transport())
    other = Repository.create(tmp_path / "other")
    other.commit_round(round_record(2), {"other.html": b""})

    assert not other.push(remote.git_url, 2, forge.transport())


def test_any_text_describes_a_repository(forge: Forge) -> None:
    assert forge.claim("shop", "é\n\x07" + "x" * 400, LONG_AGO) is not None
