from collections.abc import Callable

import pytest
from dulwich.objects import ObjectID
from dulwich.refs import Ref

from agent.errors import HostBusy, HostError
from agent.forges.rest import Rest
from agent.hosts.github_pages import GitHubPages
from agent.hosts.github_record import GitHubRecord
from agent.values import Publication, Remote, Revision
from tests.github import faults
from tests.github.clients import Api, WorkTree, eventually
from tests.github.pages import BuildPlan
from tests.github.server import GitHub

Publish = Callable[[str], str]
PAGES = "/repos/octocat/todo/pages"
WORKFLOW = ".github/workflows/pages.yml"
GH_PAGES = Ref(b"refs/heads/gh-pages")


def revision(commit: str, workflow: str = "") -> Revision:
    return Revision("todo", 1, commit, "index.html", workflow)


def test_switching_on_gives_githubs_address(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    url = host.request(remote, revision(published("hello")))

    assert url == f"{github.pages_url}/octocat/todo/"


def test_asking_again_costs_no_call(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    host.request(remote, this)
    before = len(github.calls)

    again = [host.request(remote, this) for _ in range(3)]

    assert set(again) == {f"{github.pages_url}/octocat/todo/"}
    assert len(github.calls) == before


def test_pages_that_are_on_already_stay_as_they_are(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish, rest: Rest
) -> None:
    host.request(remote, revision(published("hello")))

    other = GitHubPages(rest, GitHubRecord(rest))
    url = other.request(remote, revision(published("hello again")))

    assert url == f"{github.pages_url}/octocat/todo/"
    assert not github.calls.matching(f"PUT {PAGES}")


@pytest.mark.parametrize(
    "source",
    [
        {"source": {"branch": "main", "path": "/docs"}},
        {"source": {"branch": "gh-pages", "path": "/"}},
        {"build_type": "workflow"},
    ],
    ids=["docs", "gh-pages", "workflow"],
)
def test_another_source_is_put_right(
    github: GitHub,
    host: GitHubPages,
    remote: Remote,
    published: Publish,
    api: Api,
    source: dict[str, object],
) -> None:
    this = revision(published("hello"))
    github.repository("octocat/todo").git.refs[GH_PAGES] = ObjectID(this.commit.encode())
    api.call("POST", PAGES, json=source)

    host.request(remote, this)

    site = github.repository("octocat/todo").site
    assert site is not None
    assert site.source.path == "/"
    assert site.builds[-1].commit == this.commit


def test_a_branch_that_is_not_noticed_yet_will_be(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    words = "The main branch must exist before GitHub Pages can be built."
    github.faults.next(f"POST {PAGES}", faults.unprocessable(words))

    with pytest.raises(HostBusy, match="must exist"):
        host.request(remote, this)

    assert host.request(remote, this)


def test_a_plan_without_pages_is_told_in_clear_words(
    host: GitHubPages, remote: Remote, published: Publish, api: Api
) -> None:
    this = revision(published("hello"))
    api.call("PATCH", "/repos/octocat/todo", json={"private": True})

    with pytest.raises(HostError, match="this repository; make the repository public") as refused:
        host.request(remote, this)

    assert not isinstance(refused.value, HostBusy)


def test_an_owner_who_forbids_pages_is_named(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    github.faults.next(f"POST {PAGES}", faults.forbidden("pages=write"))

    with pytest.raises(HostError, match="where octocat is an organisation, its owners may have"):
        host.request(remote, this)


def test_the_address_of_a_custom_domain_is_githubs(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish, api: Api
) -> None:
    this = revision(published("hello"))
    api.call("POST", PAGES, json={"source": {"branch": "main", "path": "/"}})
    api.call("PUT", PAGES, json={"cname": "app.example.com"})

    url = host.request(remote, this)

    assert url == "https://app.example.com/"
    assert not github.calls.matching(f"PUT {PAGES}")[1:]


def test_a_build_of_our_commit_is_told_of(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(queued=100, building=100)
    this = revision(published("hello"))
    host.request(remote, this)

    told = []
    for seconds in (0, 150, 150):
        github.clock.advance(seconds)
        told.append(host.look(remote, this))

    assert told == ["build is queued", "build is building", "build is built"]


def test_a_failed_build_is_asked_for_once_more_and_then_final(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(queued=1, error="Page build failed.")
    this = revision(published("hello"))
    host.request(remote, this)
    github.clock.advance(10)

    told = host.look(remote, this)
    github.clock.advance(10)

    assert "Page build failed." in told
    with pytest.raises(HostError, match=r"twice: Page build failed\."):
        host.look(remote, this)
    assert len(github.calls.matching(f"POST {PAGES}/builds")) == 1


def test_a_second_build_may_succeed(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.next_builds.append(BuildPlan(error="Page build failed."))
    this = revision(published("hello"))
    host.request(remote, this)
    github.clock.advance(10)

    host.look(remote, this)

    assert eventually(lambda: host.look(remote, this), lambda told: told == "build is built")


def test_a_build_that_no_push_began_is_asked_for(
    github: GitHub,
    host: GitHubPages,
    remote: Remote,
    published: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.hosts.github_pages._BUILD_SHOULD_BE_THERE_SECONDS", 0.1)
    github.behaviour.build_on_enabling = False
    this = revision(published("hello"))
    host.request(remote, this)

    told = eventually(lambda: host.look(remote, this), lambda told: "asked for" in told)

    assert told == "no build of it yet, so one was asked for"
    assert eventually(lambda: host.look(remote, this), lambda told: told == "build is built")
    assert len(github.calls.matching(f"POST {PAGES}/builds")) == 1


@pytest.mark.parametrize(
    "fault",
    [faults.unavailable(), faults.reset(), faults.forbidden("pages=read"), faults.half_json()],
    ids=lambda fault: fault.name,
)
def test_no_news_of_a_build_is_no_failure(
    github: GitHub,
    host: GitHubPages,
    remote: Remote,
    published: Publish,
    fault: faults.Fault,
) -> None:
    this = revision(published("hello"))
    host.request(remote, this)
    github.faults.next(f"GET {PAGES}/builds/latest", fault)

    assert "builds/latest" in host.look(remote, this)


def test_a_page_that_a_workflow_builds_is_switched_on_before_the_push(
    github: GitHub, host: GitHubPages, remote: Remote, api: Api
) -> None:
    api.create("todo")

    host.request(remote, revision("a" * 40, ".github/workflows/pages.yml"))

    site = github.repository("octocat/todo").site
    assert site is not None
    assert site.source.is_workflow


def begun(host: GitHubPages, remote: Remote, published: Publish) -> Revision:
    """A revision that a workflow is to deploy."""
    published("hello")
    host.request(remote, revision("a" * 40, WORKFLOW))
    this = revision(published("hello again"), WORKFLOW)
    host.request(remote, this)
    return this


def test_a_workflow_that_failed_is_run_once_more_and_then_final(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(queued=1, error="It broke.")
    this = begun(host, remote, published)
    github.clock.advance(10)

    told = [host.look(remote, this), host.look(remote, this)]
    github.clock.advance(10)

    assert "ended with failure" in told[0]
    assert "begun once more" in told[0]
    assert told[1] == "its workflow is queued"
    with pytest.raises(HostError, match=r"pages\.yml ended with failure; read http"):
        host.look(remote, this)
    assert len(github.calls.matching("POST /repos/octocat/todo/actions/runs/*/rerun")) == 1


def test_a_workflow_that_failed_may_succeed_when_it_is_run_again(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.next_builds.append(BuildPlan(error="Pages was not on yet."))
    this = begun(host, remote, published)
    github.clock.advance(10)

    host.look(remote, this)
    github.clock.advance(10)

    assert host.look(remote, this) == "its workflow is completed"


def test_a_workflow_that_may_not_be_run_again_is_final_at_once(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(error="It broke.")
    this = begun(host, remote, published)
    github.clock.advance(10)
    github.faults.next("POST /repos/octocat/todo/actions/*", faults.forbidden("actions=write"))

    with pytest.raises(HostError, match="ended with failure.*actions=write"):
        host.look(remote, this)


def test_a_failed_build_that_may_not_be_asked_for_again_is_final_at_once(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    github.behaviour.builds = BuildPlan(error="Page build failed.")
    this = revision(published("hello"))
    host.request(remote, this)
    github.clock.advance(10)
    github.faults.next(f"POST {PAGES}/builds", faults.forbidden("pages=write"))

    with pytest.raises(HostError, match=r"Page build failed\..*pages=write"):
        host.look(remote, this)


def test_a_workflows_site_that_wants_the_branch_first_is_asked_for_again_after_the_push(
    github: GitHub, host: GitHubPages, remote: Remote, api: Api, published: Publish
) -> None:
    api.create("todo")
    words = "The main branch must exist before GitHub Pages can be built."
    github.faults.next(f"POST {PAGES}", faults.unprocessable(words), times=2)

    before = host.request(remote, revision("a" * 40, WORKFLOW))
    this = revision(published("hello"), WORKFLOW)

    assert before == ""
    with pytest.raises(HostBusy, match="must exist"):
        host.request(remote, this)
    assert host.request(remote, this) == f"{github.pages_url}/octocat/todo/"


def test_a_site_that_is_said_to_be_there_is_waited_for(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    github.faults.next(f"POST {PAGES}", faults.lost())
    github.faults.next(f"GET {PAGES}", faults.not_found())

    for _ in range(2):
        with pytest.raises(HostBusy):
            host.request(remote, this)

    assert host.request(remote, this) == f"{github.pages_url}/octocat/todo/"


def test_a_publication_is_told_of_once(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    url = host.request(remote, this)

    for _ in range(2):
        host.announce(remote, Publication(remote.repo_url, url, this), "5/6 passed, 1 unproved")

    repository = github.repository("octocat/todo")
    assert repository.homepage == url
    [deployment] = repository.deployments
    assert deployment.request["environment"] == "github-pages"
    assert deployment.statuses[-1]["environment_url"] == url
    status = repository.statuses[this.commit][-1]
    assert (status["state"], status["description"]) == ("success", "5/6 passed, 1 unproved")


def test_the_pushed_branch_is_shown_where_the_default_one_was_never_pushed(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    url = host.request(remote, this)
    repository = github.repository("octocat/todo")
    repository.default_branch = "trunk"

    host.announce(remote, Publication(remote.repo_url, url, this), "5/5 passed")

    assert repository.default_branch == "main"


def test_a_default_branch_that_is_there_stays(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish, tree: WorkTree
) -> None:
    this = revision(published("hello"))
    url = host.request(remote, this)
    tree.git("push", tree.url("octocat/todo"), "HEAD:refs/heads/trunk")
    repository = github.repository("octocat/todo")
    repository.default_branch = "trunk"

    host.announce(remote, Publication(remote.repo_url, url, this), "5/5 passed")

    assert (repository.default_branch, repository.homepage) == ("trunk", url)


def test_a_proof_with_failures_is_a_failed_status(
    github: GitHub, host: GitHubPages, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    url = host.request(remote, this)

    host.announce(remote, Publication(remote.repo_url, url, this), "5/6 passed")

    assert github.repository("octocat/todo").statuses[this.commit][-1]["state"] == "failure"


def test_a_token_that_may_not_tell_publishes_all_the_same(
    github: GitHub, remote: Remote, published: Publish
) -> None:
    this = revision(published("hello"))
    held = {"administration": "write", "contents": "write", "pages": "write"}
    token = github.accounts.fine_grained_token("octocat", held).value
    rest = Rest(github.api_url, token, "tests", 2.0)
    host = GitHubPages(rest, GitHubRecord(rest))
    url = host.request(remote, this)

    host.announce(remote, Publication(remote.repo_url, url, this), "6/6 passed")

    repository = github.repository("octocat/todo")
    assert (repository.homepage, repository.deployments, repository.statuses) == (url, [], {})
