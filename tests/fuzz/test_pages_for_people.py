"""Random paths, queries and forms of somebody who is logged in: an answer, and never a bug."""

import random
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import requests

from agent.web.access import COOKIE
from agent.web.sessions import Sessions
from tests.fuzz.dice import throws
from tests.jobs.toy import ToyLine
from tests.web.toy_api import SECRET, ToyServer, served

ROUTES = (
    "/jobs/{}", "/jobs/{}/events", "/jobs/{}/cancel", "/jobs/{}/retry", "/jobs/{}/{}",
    "/jobs/{}/attempts/{}/{}", "/tasks/{}", "/tasks/{}/rounds/{}/files/{}",
    "/tasks/{}/of/{}/rounds/{}/site.zip",
    "/tasks/{}/rounds/{}/site.zip", "/tasks/{}/of/{}/evidence/{}/{}/{}", "/static/{}", "/{}",
    "/", "/jobs", "/new", "/login", "/logout", "/events/{}", "/tasks",
)  # fmt: skip
PARTS = (
    "shop", "1", "0", "-1", "9" * 19, "9" * 30, "..", ".", ".git", "x" * 300, "\0", "\n", "é",
    "\ufffe",
    "%", "a/b", "\\", "refs~heads~main", "~", "~~", "HEAD", "refs~evidence~1", "screenshot.png",
    "[", "*",
    "index.html", "' or 1=1", "%00", "(" * 50, "-x", "--upload-pack=x", "٣", ":",
    "@{1}", "^{tree}", " ",
)  # fmt: skip
NAMES = (
    "limit",
    "before",
    "state",
    "q",
    "page",
    "task",
    "raw",
    "next",
    "token",
    "secret",
    "brief",
    "x",
)


@pytest.mark.slow
def test_no_request_of_a_person_is_a_bug(tmp_path: Path) -> None:
    with served(tmp_path, ToyLine()) as server:
        job = server.post(wait=True).json()["job"]
        for seed, dice in throws("pages-for-people"):
            path = dice.choice(ROUTES).format(*(_part(dice, job) for _ in range(5)))
            query = urlencode(
                [(dice.choice(NAMES), dice.choice(PARTS)) for _ in range(dice.randint(0, 2))]
            )

            method, status = _asked(server, dice, f"{path}?{query}")

            assert status < 500, (seed, method, path, query)
        assert server.get("/health").status_code == 200


def _part(dice: random.Random, job: str) -> str:
    return quote(dice.choice((*PARTS, job)), safe=dice.choice(("", "/")), errors="surrogatepass")


def _asked(server: ToyServer, dice: random.Random, target: str) -> tuple[str, int]:
    """The method and the status; what comes after it may be a stream without end."""
    method = dice.choice(("GET", "GET", "POST", "HEAD", "PUT"))
    last, accepted = dice.choice(("", "x", "9" * 40)), dice.choice(("text/html", "*/*", ""))
    with requests.request(
        method,
        f"{server.url}{target}",
        data={dice.choice(NAMES): dice.choice(PARTS)} if dice.random() < 0.3 else None,
        cookies={COOKIE: Sessions(SECRET).begin()},
        headers={"Accept": accepted, "Last-Event-ID": last},
        allow_redirects=False,
        stream=True,
        timeout=20,
    ) as answer:
        return method, answer.status_code
