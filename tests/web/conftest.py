"""A server over a toy line for the tests that need nothing special of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.toy import ToyLine
from tests.web.toy_api import ToyServer, served


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ToyServer]:
    with served(tmp_path, ToyLine()) as running:
        yield running
