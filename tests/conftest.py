"""What tests of many kinds stand on: a clean environment, a desk, local pages."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.orders import Shop


@pytest.fixture(autouse=True)
def _no_git_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a git hook GIT_DIR and its like point at the repository that is being worked on."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def pages(shop: Shop) -> Iterator[str]:
    """The base URL under which the shop's forge is served."""
    with shop.served() as base_url:
        yield base_url
