"""What holds for every place that a page can live at, from the POST of a brief to its page."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.github import faults
from tests.github.pages import BuildPlan
from tests.github.server import GitHub, github
from tests.site_hosts import hub as hub_server
from tests.site_hosts import vercel as vercel_server
from tests.site_hosts.hub import HubServer, hub
from tests.site_hosts.vercel import VercelServer, vercel
from tests.site_hosts.wire import Reply

_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_CREATE = {"space": "repos/create", "vercel": "v11/projects", "pages": "POST /repos/*/pages"}
_REFUSAL = {401: faults.unauthorized, 403: faults.forbidden, 503: faults.unavailable}


@dataclass(frozen=True)
class PageHost:
    """A host, its service where it has one, and a Galley that publishes there."""

    name: str
    service: GitHub | HubServer | VercelServer | None
    token: str
    galley: Serving

    @property
    def writes(self) -> list[str]:
        """The calls that changed something at the service."""
        if isinstance(self.service, GitHub):
            return [call.name for call in self.service.calls if call.method in _WRITES]
        if self.service is None:
            return []
        return [call.name for call in self.service.wire.calls if call.method in _WRITES]

    def serve_old_bytes(self) -> None:
        """The next revision is not served at once."""
        if isinstance(self.service, GitHub):
            self.service.behaviour.next_builds.append(BuildPlan(stale=1.0))
        elif self.service:
            self.service.stale = 3

    def fail(self, status: int, retry_after: int | None = None) -> None:
        """The call that makes the next page fails."""
        if isinstance(self.service, GitHub):
            limit = faults.too_many(retry_after) if retry_after else _REFUSAL[status]()
            self.service.faults.next(_CREATE[self.name], limit)
        elif self.service:
            headers = {"Retry-After": str(retry_after)} if retry_after else {}
            body = {"error": {"code": "failed", "message": "it failed"}}
            self.service.wire.fail(_CREATE[self.name], Reply(status, body, headers))


Start = Callable[[dict[str, str]], Serving]


def local(ending: ExitStack, start: Start) -> PageHost:
    return PageHost("local", None, "", start({"FORGE": "local", "HOST": "local"}))


def pages(ending: ExitStack, start: Start) -> PageHost:
    server = ending.enter_context(github())
    return PageHost("pages", server, server.token.value, start(settings_for(server)))


def space(ending: ExitStack, start: Start) -> PageHost:
    server, token = ending.enter_context(hub()), hub_server.TOKEN
    settings = {"HF_TOKEN": token, "HF_ENDPOINT": server.wire.url, "FORGE": "local"}
    return PageHost("space", server, token, start({"HOST": "space", **settings}))


def on_vercel(ending: ExitStack, start: Start) -> PageHost:
    server, token = ending.enter_context(vercel()), vercel_server.TOKEN
    settings = {"VERCEL_TOKEN": token, "VERCEL_API_URL": server.wire.url, "FORGE": "local"}
    return PageHost("vercel", server, token, start({"HOST": "vercel", **settings}))


REMOTE = {"pages": pages, "space": space, "vercel": on_vercel}
ALL = {"local": local, **REMOTE}


@pytest.fixture(scope="module", params=ALL)
def host(
    request: pytest.FixtureRequest, script: Script, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PageHost]:
    folder = tmp_path_factory.mktemp(request.param) / "workspace"
    with ExitStack() as ending:
        yield ALL[request.param](
            ending, lambda settings: ending.enter_context(serving(folder, script, settings))
        )


@pytest.fixture
def remote_host(host: PageHost) -> PageHost:
    if host.service is None:
        pytest.skip("it asks nobody")
    return host


def test_the_next_round_replaces_the_page_at_its_address_once_it_is_served(
    host: PageHost, script: Script, evaluator: Evaluator
) -> None:
    task = f"rounds-{host.name}"
    contents = [script.page(task, 1), script.page(task, 2)]
    first = host.galley.post(task, 1, evaluation_url=evaluator.url).json()
    host.serve_old_bytes()

    second = host.galley.post(task, 2, evaluation_url=evaluator.url).json()

    assert first["pages_url"] == second["pages_url"]
    seen = [told.page for number in (1, 2) for told in evaluator.of(task, number)]
    assert seen == contents


def test_the_same_request_again_changes_nothing(
    host: PageHost, script: Script, evaluator: Evaluator
) -> None:
    task = f"again-{host.name}"
    script.page(task)
    first = host.galley.post(task, evaluation_url=evaluator.url).json()
    before = host.writes

    again = host.galley.post(task, evaluation_url=evaluator.url).json()

    assert again == first
    assert host.writes == before
    assert len(evaluator.of(task, 1)) == 1


@pytest.mark.parametrize(("status", "wait"), [(429, 1), (503, None)])
def test_a_host_that_is_busy_is_waited_for(
    remote_host: PageHost, script: Script, evaluator: Evaluator, status: int, wait: int | None
) -> None:
    task = f"busy-{remote_host.name}-{status}"
    page = script.page(task)
    remote_host.fail(status, wait)

    answer = remote_host.galley.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    assert [told.page for told in evaluator.of(task, 1)] == [page]


@pytest.mark.parametrize(("status", "action"), [(401, "token"), (403, "token"), (402, "plan")])
def test_a_refusal_names_the_next_action(
    remote_host: PageHost, script: Script, evaluator: Evaluator, status: int, action: str
) -> None:
    if (remote_host.name, status) == ("pages", 402):
        pytest.skip("GitHub says it with 422: tests/hosts/test_github_pages.py")
    task = f"refused-{remote_host.name}-{status}"
    script.page(task)
    remote_host.fail(status)

    answer = remote_host.galley.post(task, evaluation_url=evaluator.url)

    assert (answer.status_code, answer.json()["step"]) == (500, "publish")
    assert action in answer.json()["message"].casefold()
    assert evaluator.of(task, 1) == []


def test_the_token_is_written_nowhere(
    remote_host: PageHost, script: Script, evaluator: Evaluator
) -> None:
    task = f"secret-{remote_host.name}"
    script.page(task)

    answer = remote_host.galley.post(task, evaluation_url=evaluator.url)

    token = remote_host.token.encode()
    assert token not in answer.content
    assert token not in remote_host.galley.log.read_bytes()
    assert [
        path for path in files(remote_host.galley.workspace) if token in path.read_bytes()
    ] == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
