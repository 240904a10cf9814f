"""From the POST of a brief to its notification, with the page on a Space or on Vercel."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.github.server import GitHub
from tests.jobs.toy import until
from tests.loopback import http, saying
from tests.loopback import serving as serving_bytes
from tests.site_hosts import hub as hub_server
from tests.site_hosts import vercel as vercel_server
from tests.site_hosts.hub import HubServer, hub
from tests.site_hosts.sites import Site
from tests.site_hosts.vercel import VercelServer, vercel
from tests.site_hosts.wire import Call, Reply, Wire, ignore

_SECONDS = 240.0
_CALLS_AT_LEAST = 6


@dataclass(frozen=True)
class TestHost:
    """A page host and the settings that point Galley at it."""

    __test__ = False

    server: HubServer | VercelServer
    settings: dict[str, str]

    @property
    def wire(self) -> Wire:
        return self.server.wire

    def sites(self) -> dict[str, Site]:
        if isinstance(self.server, HubServer):
            return {id_.partition("/")[2]: each.site for id_, each in self.server.spaces.items()}
        return {name: each.site for name, each in self.server.projects.items()}


@contextmanager
def host_of(name: str) -> Iterator[TestHost]:
    with ExitStack() as ending:
        if name == "space":
            server = ending.enter_context(hub())
            found = {"HF_TOKEN": hub_server.TOKEN, "HF_ENDPOINT": server.wire.url}
            yield TestHost(server, {"HOST": name, "FORGE": "local", **found})
        else:
            other = ending.enter_context(vercel())
            found = {"VERCEL_TOKEN": vercel_server.TOKEN, "VERCEL_API_URL": other.wire.url}
            yield TestHost(other, {"HOST": name, "FORGE": "local", **found})


@pytest.fixture(params=["space", "vercel"])
def host(request: pytest.FixtureRequest) -> Iterator[TestHost]:
    with host_of(request.param) as made:
        yield made


def test_pages_with_mirrors_reports_pages_and_a_failing_mirror_fails_nothing(
    github: GitHub, script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    page = script.page("mirrored")
    with host_of("space") as space, host_of("vercel") as other:
        other.wire.fail("v11/projects", Reply(402, {"error": {"message": "limit of projects"}}))
        mirrors = {"MIRROR_HOSTS": "space,vercel"}
        settings = {**space.settings, **other.settings, **settings_for(github), **mirrors}

        with serving(tmp_path / "workspace", script, settings) as galley:
            answer = galley.post("mirrored", evaluation_url=evaluator.url)
            record = galley.job(answer.json()["job"])

        assert answer.json()["pages_url"].startswith(github.pages_url)
        (site,) = space.sites().values()
        assert site.files["index.html"] == page
        told = {copy["host"]: copy for copy in record["mirrors"]}
        assert told["space"]["pages_url"] == f"{site.url}/"
        assert "limit of projects" in told["vercel"]["failure"]


def test_a_mirror_is_published_to_when_the_evaluator_is_gone(
    script: Script, tmp_path: Path
) -> None:
    page = script.page("unheard")
    gone = http(b"", status="410 Gone")
    with host_of("space") as space, serving_bytes(saying(gone)) as evaluator:
        settings = {**space.settings, "HOST": "local", "MIRROR_HOSTS": "space"}

        with serving(tmp_path / "workspace", script, settings) as galley:
            answer = galley.post("unheard", evaluation_url=f"{evaluator.url}/notify")

        (site,) = space.sites().values()

    assert (answer.status_code, answer.json()["step"]) == (500, "notify")
    assert site.files["index.html"] == page


@pytest.mark.minutes
def test_a_server_that_is_killed_at_any_call_to_the_host_leaves_one_site(
    host: TestHost, script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    workspace, name = tmp_path / "workspace", host.settings["HOST"]
    pages: dict[str, bytes] = {}
    was_killed = True

    while was_killed:  # at the first call, at the second, until a job has no more calls
        with serving(workspace, script, host.settings) as galley:
            until(lambda: all(evaluator.of(task, 1) for task in pages), _SECONDS)
            task = f"killed-{name}-{len(pages)}"
            host.wire.heard = _after(len(pages), galley.process.kill)
            pages[task] = script.page(task)
            galley.post_async(task, evaluation_url=evaluator.url)
            until(partial(_is_over, galley, evaluator, task), _SECONDS)
            host.wire.heard = ignore
            was_killed = galley.process.poll() == -signal.SIGKILL

    assert len(pages) > _CALLS_AT_LEAST
    for task, page in pages.items():
        (notification,) = evaluator.of(task, 1)
        assert notification.page == page
    assert set(host.sites()) == set(pages)


def _after(number: int, act: Callable[[], None]) -> Callable[[Call], None]:
    """Acts at the call that comes after `number` others."""
    left = iter([False] * number + [True])

    def heard(call: Call) -> None:
        if next(left, False):
            act()

    return heard


def _is_over(galley: Serving, evaluator: Evaluator, task: str) -> bool:
    return galley.process.poll() is not None or bool(evaluator.of(task, 1))
