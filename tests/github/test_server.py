"""The test GitHub run by hand, and several of them at once."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from .clients import CALL_TIMEOUT_SECONDS, Api
from .server import GitHub
from .server import github as another_github

CHECKOUT = Path(__file__).parents[2]
LINES_OF_SETTINGS = 6


@pytest.mark.slow
def test_run_by_hand_it_prints_settings_that_work_and_ends_on_ctrl_c() -> None:
    command = [sys.executable, "-m", "tests.github"]

    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(LINES_OF_SETTINGS)]
        settings = dict(line.split("=", 1) for line in lines)
        headers = {"Authorization": f"Bearer {settings['GITHUB_TOKEN']}"}
        answer = requests.get(
            f"{settings['GITHUB_API_URL']}/user", headers=headers, timeout=CALL_TIMEOUT_SECONDS
        )
        process.send_signal(signal.SIGINT)

    assert answer.json()["login"] == settings["GITHUB_USERNAME"]
    assert process.returncode == 0


def test_two_of_them_know_nothing_of_each_other(github: GitHub, api: Api) -> None:
    api.create("todo")

    with another_github() as other:
        token = Api(other, github.token.value)

        assert token.call("GET", "/user").status_code == 401
        assert not len(other.repositories)
