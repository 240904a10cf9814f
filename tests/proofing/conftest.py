"""One warm browser for all the tests of proofing, and one that is soon out of patience."""

from collections.abc import Iterator

import pytest

from agent.proofing.chromium import Chromium
from tests.proofing.drafts import started


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    yield from started()


@pytest.fixture(scope="session")
def impatient() -> Iterator[Chromium]:
    yield from started(load_seconds=3.0)
