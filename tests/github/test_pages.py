"""Pages: enabling, builds that take their time or fail, and a cache that remembers too well."""

from collections.abc import Callable
from uuid import uuid4

import pytest
import requests

from .clients import CALL_TIMEOUT_SECONDS, Api, WorkTree, eventually
from .pages import BuildPlan
from .server import GitHub

Publish = Callable[[str], str]
PAGES = "/repos/octocat/todo/pages"
MAIN = {"source": {"branch": "main", "path": "/"}}


def _enable(api: Api) -> str:
    answer = api.call("POST", PAGES, json=MAIN)
    assert answer.status_code == 201
    assert answer.json()["status"] is None
    url: str = answer.json()["html_url"]
    return url


def _build(api: Api) -> dict[str, object]:
    build: dict[str, object] = api.call("GET", f"{PAGES}/builds/latest").json()
    return build


def _fresh(url: str) -> Callable[[], str]:
    """Looks at the address, past the cache by a query that is new each time."""
    return lambda: requests.get(f"{url}?look={uuid4()}", timeout=CALL_TIMEOUT_SECONDS).text


def test_a_site_is_built_from_what_is_there(api: Api, published: Publish) -> None:
    sha = published("hello")

    url = _enable(api)

    assert eventually(_fresh(url), lambda text: text == "hello")
    assert _build(api)["commit"] == sha
    assert _build(api)["status"] == "built"
    assert api.call("GET", PAGES).json()["status"] == "built"


def test_the_branch_has_to_be_there_first(api: Api) -> None:
    api.create()

    answer = api.call("POST", PAGES, json=MAIN)

    assert answer.status_code == 422
    assert answer.json()["message"].startswith("The main branch must exist before")


def test_enabling_twice_is_a_conflict_and_the_source_is_put(api: Api, published: Publish) -> None:
    published("hello")
    _enable(api)

    again = api.call("POST", PAGES, json=MAIN)
    put = api.call("PUT", PAGES, json={"source": {"branch": "main", "path": "/docs"}})

    assert again.status_code == 409
    assert (put.status_code, put.content) == (204, b"")
    assert api.call("GET", PAGES).json()["source"] == {"branch": "main", "path": "/docs"}


def test_a_private_repository_needs_a_plan(github: GitHub, api: Api, published: Publish) -> None:
    published("hello")
    api.call("PATCH", "/repos/octocat/todo", json={"private": True})

    refused = api.call("POST", PAGES, json=MAIN)
    github.behaviour.has_paid_plan = True

    assert refused.status_code == 422
    assert "plan does not support GitHub Pages" in refused.json()["message"]
    assert api.call("POST", PAGES, json=MAIN).status_code == 201


def test_a_token_may_lack_one_of_the_two_permissions(github: GitHub, published: Publish) -> None:
    published("hello")
    token = github.accounts.fine_grained_token("octocat", {"pages": "write"})

    answer = Api(github, token.value).call("POST", PAGES, json=MAIN)

    assert answer.status_code == 403
    assert answer.headers["X-Accepted-GitHub-Permissions"] == "administration=write,pages=write"


def test_a_build_is_queued_then_building_then_built(
    github: GitHub, api: Api, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(queued=3600, building=3600)
    published("hello")
    _enable(api)

    seen = []
    for _ in range(3):
        seen.append(_build(api)["status"])
        github.clock.advance(3600)

    assert seen == ["queued", "building", "built"]
    assert _build(api)["duration"] == 3_600_000


def test_builds_are_worked_on_one_after_the_other(
    github: GitHub, api: Api, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(building=3600)
    published("one")
    _enable(api)

    second = published("two")

    assert (_build(api)["status"], _build(api)["commit"]) == ("queued", second)
    first = api.call("GET", f"{PAGES}/builds").json()[1]
    assert first["status"] == "building"


def test_a_build_says_built_before_its_bytes_are_served(
    github: GitHub, api: Api, published: Publish
) -> None:
    published("one")
    url = _enable(api)
    eventually(_fresh(url), lambda text: text == "one")
    github.behaviour.next_builds.append(BuildPlan(building=0, stale=3600))

    published("two")

    assert _build(api)["status"] == "built"
    assert _fresh(url)() == "one"
    github.clock.advance(3600)
    assert _fresh(url)() == "two"


def test_the_old_site_outlives_a_failed_build(github: GitHub, api: Api, published: Publish) -> None:
    published("one")
    url = _enable(api)
    eventually(_fresh(url), lambda text: text == "one")
    github.behaviour.next_builds.append(BuildPlan(building=0, error="Page build failed."))

    published("two")

    assert _build(api)["status"] == "errored"
    assert _build(api)["error"] == {"message": "Page build failed."}
    assert _fresh(url)() == "one"
    again = api.call("POST", f"{PAGES}/builds")
    assert (again.status_code, again.json()["status"]) == (201, "queued")
    eventually(_fresh(url), lambda text: text == "two")


def test_a_push_may_start_no_build(github: GitHub, api: Api, published: Publish) -> None:
    github.behaviour.build_on_enabling = github.behaviour.build_on_push = False
    published("one")

    url = _enable(api)
    published("two")

    assert api.call("GET", f"{PAGES}/builds/latest").status_code == 404
    assert requests.get(url, timeout=CALL_TIMEOUT_SECONDS).status_code == 404


def test_the_cache_knows_an_address_with_its_query(
    github: GitHub, api: Api, published: Publish
) -> None:
    published("one")
    url = _enable(api)
    eventually(_fresh(url), lambda text: text == "one")
    before = requests.get(url, timeout=CALL_TIMEOUT_SECONDS)

    published("two")
    eventually(_fresh(url), lambda text: text == "two")
    after = requests.get(url, timeout=CALL_TIMEOUT_SECONDS)

    assert before.headers["Cache-Control"] == "max-age=600"
    assert (after.text, after.headers["X-Cache"]) == ("one", "HIT")
    github.clock.advance(600)
    assert requests.get(url, timeout=CALL_TIMEOUT_SECONDS).text == "two"


def test_the_cache_remembers_what_was_not_there(
    github: GitHub, api: Api, published: Publish
) -> None:
    published("hello")
    address = f"{github.pages_url}/octocat/todo/"
    missing = requests.get(address, timeout=CALL_TIMEOUT_SECONDS)

    eventually(_fresh(_enable(api)), lambda text: text == "hello")

    assert missing.status_code == 404
    assert requests.get(address, timeout=CALL_TIMEOUT_SECONDS).status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("", 200, "home"),
        ("about", 200, "about"),
        ("app/", 200, "app"),
        ("app", 200, "app"),
        ("data.json", 200, "{}"),
        ("missing.html", 404, "own 404"),
        ("_private.txt", 404, "own 404"),
    ],
)
def test_files_are_found_as_on_the_real_one(
    api: Api, tree: WorkTree, path: str, status: int, text: str
) -> None:
    api.create()
    files = {"index.html": "home", "about.html": "about", "app/index.html": "app"}
    tree.commit({**files, "data.json": "{}", "404.html": "own 404", "_private.txt": "no"})
    tree.push("octocat/todo")
    url = _enable(api)
    eventually(_fresh(url), lambda seen: seen == "home")

    answer = requests.get(url + path, timeout=CALL_TIMEOUT_SECONDS)

    assert (answer.status_code, answer.text) == (status, text)


def test_nojekyll_serves_everything(api: Api, tree: WorkTree) -> None:
    api.create()
    tree.commit({"index.html": "home", "_private.txt": "yes", ".nojekyll": ""})
    tree.push("octocat/todo")
    url = _enable(api)

    eventually(_fresh(f"{url}_private.txt"), lambda seen: seen == "yes")


def test_a_workflow_builds_the_site_and_its_run_is_listed(
    github: GitHub, api: Api, tree: WorkTree
) -> None:
    api.create()
    token = github.accounts.classic_token("octocat", frozenset({"repo", "workflow"}))
    api.call("POST", PAGES, json={"build_type": "workflow"})
    sha = tree.commit({"index.html": "by a workflow", ".github/workflows/pages.yml": "on: push"})

    WorkTree(tree.folder, github, token.value).push("octocat/todo")

    url = api.call("GET", PAGES).json()["html_url"]
    eventually(_fresh(url), lambda text: text == "by a workflow")
    runs = api.call("GET", f"/repos/octocat/todo/actions/runs?head_sha={sha}").json()
    assert [run["conclusion"] for run in runs["workflow_runs"]] == ["success"]
