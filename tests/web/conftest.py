"""A server over a toy line for the tests that need nothing special of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from agent.proofing.chromium_process import find_executable
from tests.jobs.toy import ToyLine
from tests.web.toy_api import ToyServer, served


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ToyServer]:
    with served(tmp_path, ToyLine()) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with the module: while it is there, tests on its thread can run no event loop."""
    executable = find_executable("", os.environ)
    assert executable, "these tests need Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()
