"""Fixtures of tests of many kinds: a clean environment, a workspace with a forge, local pages."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.orders import Shop

# How many examples hypothesis draws. They are the same in each run of "quick" and "thorough", so
# that a failure is the change's; "fresh" draws others each time, to find what is not known yet.
settings.register_profile("quick", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1000, derandomize=True)
settings.register_profile("fresh", deadline=None, max_examples=3000)
settings.load_profile("quick")


def pytest_sessionstart() -> None:
    """Until all is imported there is no garbage to look for; looking took a quarter of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _no_git_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a git hook GIT_DIR and its like point at the repository that is being worked on."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_TEST_FSYNC", "0")  # as in git's own tests: no disk is waited for


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def pages(shop: Shop) -> Iterator[str]:
    """The base URL under which the shop's forge is served."""
    with shop.served() as base_url:
        yield base_url
