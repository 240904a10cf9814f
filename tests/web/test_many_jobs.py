"""The list of jobs when it is long."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from agent.jobs import State
from tests.jobs.toy import ToyLine, until
from tests.web.test_people import Office, log_in
from tests.web.toy_api import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_many_jobs_come_in_pages(tmp_path: Path, chromium: Browser) -> None:
    with served(tmp_path, ToyLine()) as server:
        for number in range(60):
            server.post(task=f"task-{number:03}", nonce=str(number))
        until(lambda: all(r.state is State.DONE for r in server.jobs.newest()), 60)
        page = chromium.new_page()
        log_in(page, Office(server))

        first = page.locator("a.task").count()
        page.click("text=Older")
        second = page.locator("a.task").count()
        page.goto(f"{server.url}/?q=task-007&state=done")

        assert (first, second, page.locator("a.task").count()) == (50, 10, 1)
