"""What holds for every host that takes copies of a revision's files."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent.deadline import Deadline
from agent.errors import HostBusy, HostError
from agent.hosts.hub_spaces import HubSpaces
from agent.hosts.space import StaticSpace
from agent.hosts.vercel import Vercel
from agent.hosts.vercel_api import VercelApi
from agent.page_fetch import fetch_page
from agent.ports import Host
from agent.site_tree import SiteTree
from agent.values import Publication, Remote, Revision
from tests.security.canaries import watched_children
from tests.site_hosts import hub as hub_server
from tests.site_hosts import vercel as vercel_server
from tests.site_hosts.hub import HubServer, hub
from tests.site_hosts.sites import Site
from tests.site_hosts.vercel import VercelServer, vercel
from tests.site_hosts.wire import Reply, Wire

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the library's

REMOTE = Remote("Shop", "https://forge.example/ann/Shop", "https://forge.example/ann/Shop.git")
ORIGIN = "a" * 40
PICTURE = b"\x89PNG\r\n\0\0" * 9


@dataclass
class Scene:
    """A host over its test server. `host` is a process: its memory ends with it."""

    name: str
    server: HubServer | VercelServer
    trees: dict[str, SiteTree] = field(default_factory=dict)

    @property
    def wire(self) -> Wire:
        return self.server.wire

    def host(self, token: str = "") -> Host:
        if isinstance(self.server, HubServer):
            spaces = HubSpaces(self.wire.url, token or hub_server.TOKEN, seconds=5)
            return StaticSpace(spaces, "", self._tree)
        own = token or vercel_server.TOKEN
        api = VercelApi(self.wire.url, own, self.server.team, "tests", seconds=5)
        return Vercel(api, self._tree)

    def revision(self, number: int, page: str, origin: str = ORIGIN, css: bytes = b"") -> Revision:
        commit = f"{number:x}" * 40
        files = {"index.html": page.encode(), "README.md": b"# Shop\n", "a b.png": PICTURE}
        self.trees[commit] = SiteTree(
            origin, time.time(), files | ({"old.css": css} if css else {})
        )
        return Revision("Shop", number, commit, "index.html")

    def publish(self, host: Host, revision: Revision) -> str:
        """The page's URL, once it serves the revision's page."""
        url = host.request(REMOTE, revision)
        deadline = Deadline.within(20)
        while fetch_page(url, deadline).content != self.page(revision):
            host.look(REMOTE, revision)
            assert deadline.remaining
        host.announce(REMOTE, Publication(REMOTE.repo_url, url, revision), "1/1 passed")
        return url

    def page(self, revision: Revision) -> bytes:
        return self.trees[revision.commit].files["index.html"]

    @property
    def sites(self) -> dict[str, Site]:
        if isinstance(self.server, HubServer):
            return {id_.partition("/")[2]: each.site for id_, each in self.server.spaces.items()}
        return {name: each.site for name, each in self.server.projects.items()}

    def occupy(self, name: str) -> Site:
        """Something else of that name, older than any revision here."""
        if isinstance(self.server, HubServer):
            theirs = {"index.html": b"theirs", "notes.txt": b"mine"}
            return self.server.add(f"ann/{name}", theirs, made_at=1.0).site
        return self.server.add(name, made_at=1.0).site

    def writes(self) -> list[str]:
        return [call.name for call in self.wire.calls if call.method in ("POST", "PUT", "PATCH")]

    def _tree(self, remote: Remote, revision: Revision) -> SiteTree:
        return self.trees[revision.commit]


@contextmanager
def _scene(name: str) -> Iterator[Scene]:
    if name == "space":
        with hub() as server:
            yield Scene(name, server)
    else:
        with vercel() as other:
            yield Scene(name, other)


@pytest.fixture(params=["space", "vercel"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with _scene(request.param) as made:
        yield made


CREATE = {"space": "repos/create", "vercel": "v11/projects"}
UPLOAD = {"space": r"/commit/main", "vercel": r"POST /v13/deployments"}


def test_a_revision_is_served_byte_for_byte_at_the_address_of_the_api(scene: Scene) -> None:
    revision = scene.revision(1, "<p>one")

    url = scene.publish(scene.host(), revision)

    (site,) = scene.sites.values()
    assert url == f"{site.url}/"
    assert site.files["index.html"] == b"<p>one"
    assert site.files["a b.png"] == PICTURE


def test_publishing_twice_writes_nothing_more_also_by_another_process(scene: Scene) -> None:
    revision = scene.revision(1, "<p>one")
    first = scene.publish(scene.host(), revision)
    written = scene.writes()

    again = scene.publish(scene.host(), revision)

    assert again == first
    assert scene.writes() == written


def test_a_new_revision_replaces_the_old_one_at_the_same_address(scene: Scene) -> None:
    first = scene.publish(scene.host(), scene.revision(1, "<p>one", css=b"p{}"))

    second = scene.publish(scene.host(), scene.revision(2, "<p>two"))

    assert first == second
    (site,) = scene.sites.values()
    assert site.files["index.html"] == b"<p>two"
    assert "old.css" not in site.files


def test_old_bytes_that_are_served_meanwhile_are_waited_out(scene: Scene) -> None:
    scene.publish(scene.host(), scene.revision(1, "<p>one"))
    scene.server.stale = 3
    second = scene.revision(2, "<p>two")

    url = scene.publish(scene.host(), second)

    assert fetch_page(url, Deadline.within(5)).content == b"<p>two"


def test_a_name_that_belongs_to_something_else_is_passed_over(scene: Scene) -> None:
    if scene.name == "vercel":
        scene.occupy("shop")
    else:
        theirs = scene.occupy("shop")
        assert theirs.files
    other = scene.revision(7, "<p>other", origin="b" * 40)
    scene.publish(scene.host(), other)

    scene.publish(scene.host(), scene.revision(1, "<p>one"))

    assert set(scene.sites) == {"shop", "shop-2", "shop-3"}
    assert scene.sites["shop-2"].files["index.html"] == b"<p>other"
    assert scene.sites["shop-3"].files["index.html"] == b"<p>one"


LOST = ["create", "upload"]


@pytest.mark.parametrize("call", LOST)
def test_a_crash_after_a_call_leaves_one_site(scene: Scene, call: str) -> None:
    revision = scene.revision(1, "<p>one")
    scene.wire.lose_answer((CREATE if call == "create" else UPLOAD)[scene.name])
    with pytest.raises(HostBusy):
        scene.host().request(REMOTE, revision)

    scene.publish(scene.host(), revision)

    assert len(scene.sites) == 1
    if isinstance(scene.server, HubServer):
        assert len(scene.server.spaces["ann/shop"].commits) == 2
    else:
        assert len(scene.server.projects["shop"].deployments) == 1


@pytest.mark.parametrize(
    ("name", "headers", "error", "seconds"),
    [
        ("space", {"Retry-After": "7"}, {}, 7),
        ("space", {"RateLimit": '"api";r=0;t=40'}, {}, 41),
        ("vercel", {"Retry-After": "7"}, {}, 7),
        ("vercel", {"X-RateLimit-Reset": "@30"}, {}, 31),
        ("vercel", {}, {"limit": {"remaining": 0, "reset": "@20", "total": 5}}, 21),
    ],
)
def test_a_limit_is_waited_for_as_long_as_the_host_says(
    name: str, headers: dict[str, str], error: dict[str, Any], seconds: int
) -> None:
    told = {name: _at(value) for name, value in headers.items()}
    if error:
        error = {"limit": error["limit"] | {"reset": float(_at("@20"))}}
    with _scene(name) as scene:
        scene.wire.fail("GET", Reply(429, {"error": {"code": "rate_limited"} | error}, told))
        host, revision = scene.host(), scene.revision(1, "<p>one")

        with pytest.raises(HostBusy) as raised:
            host.request(REMOTE, revision)
        with pytest.raises(HostBusy):
            host.request(REMOTE, revision)

        assert raised.value.seconds == pytest.approx(seconds, abs=2)
        assert len(scene.wire.calls) == 1  # the second one was not sent


def _at(value: str) -> str:
    return str(int(time.time()) + int(value[1:])) if value.startswith("@") else value


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "set a new one"), (403, "give it"), (402, "plan")],
)
def test_a_refusal_says_what_to_do(scene: Scene, status: int, words: str) -> None:
    scene.wire.fail(CREATE[scene.name], Reply(status, {"error": {"message": "no"}}))

    with pytest.raises(HostError, match=words) as raised:
        scene.host().request(REMOTE, scene.revision(1, "<p>one"))

    assert not isinstance(raised.value, HostBusy)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503])
def test_a_failure_of_the_host_itself_is_tried_again(scene: Scene, status: int) -> None:
    revision = scene.revision(1, "<p>one")
    scene.wire.fail(UPLOAD[scene.name], Reply(status, b"<h1>oops"))
    host = scene.host()

    with pytest.raises(HostBusy, match=str(status)):
        host.request(REMOTE, revision)

    assert scene.publish(host, revision)


def test_a_name_that_is_taken_in_the_same_moment_leaves_one_site(scene: Scene) -> None:
    scene.wire.fail(CREATE[scene.name], Reply(409, {"error": {"code": "conflict"}}))
    revision = scene.revision(1, "<p>one")
    with suppress(HostBusy):
        scene.host().request(REMOTE, revision)

    url = scene.publish(scene.host(), revision)

    (site,) = scene.sites.values()
    assert url == f"{site.url}/"
    assert site.files["index.html"] == b"<p>one"


def test_no_child_has_the_token_among_its_arguments_or_in_its_environment(scene: Scene) -> None:
    module = hub_server if scene.name == "space" else vercel_server
    token = module.TOKEN.encode()

    with watched_children(os.getpid()) as children:
        scene.publish(scene.host(), scene.revision(1, "<p>one"))
        scene.publish(scene.host(), scene.revision(2, "<p>two"))

    environments = [each for all_ in children.environments.values() for each in all_]
    assert not [each for each in (*children.arguments, *environments) if token in each]


def test_a_wrong_token_is_named_and_shown_nowhere(scene: Scene) -> None:
    wrong = "hf_" + "wrongwrongwrong"

    with pytest.raises(HostError, match="_TOKEN is not valid") as raised:
        scene.host(wrong).request(REMOTE, scene.revision(1, "<p>one"))

    assert wrong not in f"{raised.value!r} {raised.value.__context__!r}"


def test_the_token_is_in_no_address(scene: Scene) -> None:
    scene.publish(scene.host(), scene.revision(1, "<p>one"))

    token = hub_server.TOKEN if scene.name == "space" else vercel_server.TOKEN
    sent = [f"{call.path} {call.query}" for call in scene.wire.calls]
    assert not any(token in each for each in sent)
    assert all(token.encode() not in call.body for call in scene.wire.calls)


def test_long_and_strange_names_become_names_that_the_host_takes(scene: Scene) -> None:
    revision = scene.revision(1, "<p>one")
    remote = Remote("__My---App..x" + "y" * 120, REMOTE.repo_url, REMOTE.git_url)

    url = scene.host().request(remote, revision)

    (name,) = scene.sites
    assert url
    assert name.startswith("my-app.xy")
    assert len(name) <= 100


@pytest.mark.parametrize("stage", ["NO_APP_FILE", "CONFIG_ERROR", "BUILD_ERROR", "RUNTIME_ERROR"])
def test_a_space_that_cannot_run_ends_the_job_with_its_words(stage: str) -> None:
    with _scene("space") as scene:
        assert isinstance(scene.server, HubServer)
        scene.server.stage, scene.server.words = stage, "no\nfront matter"
        revision, host = scene.revision(1, "<p>one"), scene.host()
        host.request(REMOTE, revision)

        with pytest.raises(HostError, match=f"{stage}: no front matter"):
            host.look(REMOTE, revision)


def test_a_space_has_front_matter_and_nothing_that_the_hub_put_there() -> None:
    with _scene("space") as scene:
        assert isinstance(scene.server, HubServer)

        scene.publish(scene.host(), scene.revision(1, "<p>one"))

        files = scene.server.spaces["ann/shop"].files
        assert set(files) == {".gitattributes", "README.md", "index.html", "a b.png"}
        readme = files["README.md"].decode()
        assert readme.startswith('---\ntitle: "Shop"\nemoji: ')
        assert "\nsdk: static\napp_file: index.html\npinned: false\nlicense: mit\n---\n" in readme
        assert readme.endswith("# Shop\n")


def test_a_commit_on_top_of_an_older_head_is_made_again() -> None:
    with _scene("space") as scene:
        scene.wire.fail("/commit/main", Reply(412, {"error": "A commit has happened since"}))
        revision, host = scene.revision(1, "<p>one"), scene.host()

        with pytest.raises(HostBusy, match="412"):
            host.request(REMOTE, revision)

        assert scene.publish(host, revision)


@pytest.mark.parametrize("state", ["ERROR", "CANCELED"])
def test_a_deployment_that_failed_ends_the_job_and_a_retry_deploys_again(state: str) -> None:
    with _scene("vercel") as scene:
        assert isinstance(scene.server, VercelServer)
        scene.server.states, scene.server.words = ("QUEUED", "BUILDING", state), "broke"
        revision, host = scene.revision(1, "<p>one"), scene.host()
        host.request(REMOTE, revision)

        assert "QUEUED" in host.look(REMOTE, revision)
        assert "BUILDING" in host.look(REMOTE, revision)
        with pytest.raises(HostError, match=f"{state}: broke"):
            host.look(REMOTE, revision)

        scene.server.states = ("READY",)
        assert scene.publish(scene.host(), revision)
        assert len(scene.server.projects["shop"].deployments) == 2


def test_a_page_behind_a_login_ends_the_job_and_names_the_switch() -> None:
    with _scene("vercel") as scene:
        revision, host = scene.revision(1, "<p>one"), scene.host()
        host.request(REMOTE, revision)
        scene.sites["shop"].login = "https://vercel.com/sso-api?url=x"

        with pytest.raises(HostError, match="Deployment Protection"):
            host.look(REMOTE, revision)


def test_only_files_that_vercel_lacks_are_sent_and_nothing_is_built() -> None:
    with _scene("vercel") as scene:
        assert isinstance(scene.server, VercelServer)
        scene.publish(scene.host(), scene.revision(1, "<p>one"))
        sent = scene.wire.names().count("POST /v2/files")

        scene.publish(scene.host(), scene.revision(2, "<p>two"))

        assert sent == 3
        assert scene.wire.names().count("POST /v2/files") == sent + 1
        body = scene.server.projects["shop"].deployments[0].body
        assert body["projectSettings"]["framework"] is None
        assert not body["projectSettings"]["buildCommand"]
        assert body["meta"]["galleyCommit"] == "2" * 40


def test_a_team_is_named_with_every_call() -> None:
    with _scene("vercel") as scene:
        assert isinstance(scene.server, VercelServer)
        scene.server.team = "team_1"

        assert scene.publish(scene.host(), scene.revision(1, "<p>one"))


def test_nothing_of_the_library_is_left_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with _scene("space") as scene:
        scene.publish(scene.host(), scene.revision(1, "<p>one"))

    assert list(tmp_path.iterdir()) == []
