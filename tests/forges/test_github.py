import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.errors import ForgeBusy, ForgeError
from agent.forges.github import GitHubForge
from agent.values import Remote
from tests.forges.conftest import MakeForge
from tests.github import faults
from tests.github.clients import WorkTree
from tests.github.faults import Fault
from tests.github.server import GitHub

PASSING = [
    faults.unavailable(502),
    faults.reset(),
    faults.lost(),
    faults.cut_off(),
    faults.half_json(),
    faults.stall(),
    faults.too_many(1),
]
LOOK, CREATE = "GET /repos/octocat/todo", "POST /user/repos"
CALLS = ["GET /user", LOOK, CREATE]


def insist(forge: GitHubForge, since: float) -> Remote:
    """The claim that succeeds in the end, tried again as the steps of a job do."""
    ends_at = time.monotonic() + 60
    while True:
        try:
            remote = forge.claim("todo", "", since)
        except ForgeBusy:
            assert time.monotonic() < ends_at
            time.sleep(0.02)
        else:
            assert remote is not None
            return remote


def test_a_repository_is_made_for_the_user_of_the_token(github: GitHub, forge: GitHubForge) -> None:
    remote = forge.claim("todo", "a list\r\nof things\x00to do", time.time())

    assert remote is not None
    assert remote.repo_url == f"{github.url}/octocat/todo"
    assert remote.git_url == f"{github.url}/octocat/todo.git"
    made = github.repository("octocat/todo")
    assert made.description == "a list of things to do"
    assert not made.private
    assert made.topics == ["galley"]


def test_an_organisation_that_forbids_creation_is_named(
    github: GitHub, forge_of: MakeForge
) -> None:
    github.accounts.add_organization("closed", frozenset())

    with pytest.raises(ForgeError, match="GITHUB_USERNAME=closed does not let octocat create"):
        forge_of(owner="closed").claim("todo", "", time.time())


def test_an_organisation_that_forbids_public_repositories_is_named(
    github: GitHub, forge_of: MakeForge
) -> None:
    github.accounts.add_organization("guild", frozenset({"octocat"}))
    words = "Visibility can't be public"
    github.faults.next("POST /orgs/guild/repos", faults.unprocessable(words))

    with pytest.raises(ForgeError, match="GITHUB_USERNAME=guild does not let octocat create"):
        forge_of(owner="guild").claim("todo", "", time.time())


def test_a_repository_is_made_in_an_organisation(github: GitHub, forge_of: MakeForge) -> None:
    github.accounts.add_organization("guild", frozenset({"octocat"}))

    remote = forge_of("guild").claim("todo", "", time.time())

    assert remote is not None
    assert remote.repo_url == f"{github.url}/guild/todo"
    assert github.repository("guild/todo")


def test_the_owner_is_the_user_whatever_its_case(github: GitHub, forge_of: MakeForge) -> None:
    remote = forge_of("OctoCat").claim("todo", "", time.time())

    assert remote is not None
    assert remote.repo_url == f"{github.url}/octocat/todo"


def test_somebody_elses_account_is_named_in_the_refusal(forge_of: MakeForge) -> None:
    with pytest.raises(ForgeError, match="GITHUB_USERNAME=stranger is neither"):
        forge_of("stranger").claim("todo", "", time.time())


def test_the_empty_repository_of_an_earlier_try_is_taken(
    github: GitHub, forge: GitHubForge
) -> None:
    since = time.time()
    first = forge.claim("todo", "", since)

    assert forge.claim("todo", "", since) == first
    assert len(github.repositories) == 1


def test_a_name_with_something_pushed_is_taken(
    github: GitHub, forge: GitHubForge, tmp_path: Path
) -> None:
    since = time.time()
    forge.claim("todo", "", since)
    tree = WorkTree(tmp_path, github, github.token.value)
    tree.commit({"index.html": "hello"})
    tree.push("octocat/todo")

    assert forge.claim("todo", "", since) is None


def test_an_empty_repository_from_before_the_request_is_not_ours(forge: GitHubForge) -> None:
    forge.claim("todo", "", time.time())

    assert forge.claim("todo", "", time.time() + 60) is None


def test_what_was_just_made_is_ours_whatever_its_date(
    github: GitHub, forge: GitHubForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.github.repositories.now", lambda: datetime(2020, 1, 1, tzinfo=UTC))

    assert forge.claim("todo", "", time.time())
    assert len(github.repositories) == 1


@pytest.mark.parametrize("answer", ["lost", "heard"])
def test_a_repository_that_does_not_show_at_once_is_waited_for(
    github: GitHub, forge: GitHubForge, answer: str
) -> None:
    since = time.time()
    if answer == "lost":
        github.faults.next(CREATE, faults.lost())
    github.faults.next(LOOK, faults.not_found(), times=4)

    remote = insist(forge, since)

    assert remote.repo_url == f"{github.url}/octocat/todo"
    assert [repository.name for repository in github.repositories] == ["todo"]
    assert len(github.calls.matching(CREATE)) == (2 if answer == "lost" else 1)


def test_what_was_made_is_taken_even_if_it_never_shows(
    github: GitHub, forge: GitHubForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.forges.github._LAG_SECONDS", 0.0)
    github.faults.next(LOOK, faults.not_found(), times=None)

    remote = forge.claim("todo", "", time.time())

    assert remote is not None
    assert remote.repo_url == f"{github.url}/octocat/todo"


def test_a_name_in_use_that_never_shows_is_taken(
    github: GitHub, forge: GitHubForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.forges.github._LAG_SECONDS", 0.0)
    forge.claim("todo", "", time.time())
    github.faults.next(LOOK, faults.not_found(), times=None)

    claimed = [forge.claim("todo", "", time.time()) for _ in range(2)]

    assert claimed == [None, None]


def test_a_repository_that_git_does_not_know_yet_is_waited_for(
    github: GitHub, forge: GitHubForge
) -> None:
    github.faults.next("git-upload-pack refs", faults.not_found(), times=2)

    insist(forge, time.time())

    assert len(github.calls.matching("git-upload-pack refs")) == 3


def test_a_pause_that_git_is_asked_for_is_kept(github: GitHub, forge: GitHubForge) -> None:
    github.faults.next("git-upload-pack refs", faults.too_many(30))

    with pytest.raises(ForgeBusy, match="429") as told:
        forge.claim("todo", "", time.time())

    assert told.value.seconds == 30


def test_what_git_says_of_an_older_repository_is_left_to_git(
    github: GitHub, forge: GitHubForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.forges.github._LAG_SECONDS", -10.0)
    github.faults.next("git-upload-pack refs", faults.not_found(), times=None)

    assert forge.claim("todo", "", 0)


def test_a_repository_that_was_renamed_is_found_under_its_new_name(
    github: GitHub, forge: GitHubForge
) -> None:
    forge.claim("new", "", time.time())
    moved = faults.redirect(f"{github.api_url}/repos/octocat/new", 301)
    github.faults.next("GET /repos/octocat/old", moved, times=None)

    found = forge.find("old")

    assert found == Remote("old", f"{github.url}/octocat/new", f"{github.url}/octocat/new.git")
    assert forge.claim("old", "", time.time() + 60) is None


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
def test_a_fault_that_passes_leaves_one_repository(
    github: GitHub, forge_of: MakeForge, call: str, fault: Fault
) -> None:
    since = time.time()
    github.faults.next(call, fault)

    remote = insist(forge_of(seconds=1.0), since)

    assert remote.repo_url == f"{github.url}/octocat/todo"
    assert any(asked.fault == fault.name for asked in github.calls)
    assert [repository.full_name for repository in github.repositories] == ["octocat/todo"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "fault", [faults.unauthorized(), faults.forbidden()], ids=lambda fault: fault.name
)
def test_a_refusal_ends_the_claim(
    github: GitHub, forge: GitHubForge, call: str, fault: Fault
) -> None:
    github.faults.next(call, fault, times=None)

    with pytest.raises(ForgeError) as refused:
        forge.claim("todo", "", time.time())

    assert not isinstance(refused.value, ForgeBusy)


def test_topics_are_a_nicety(github: GitHub, forge: GitHubForge) -> None:
    github.faults.next("PUT /repos/octocat/todo/topics", faults.forbidden())

    assert forge.claim("todo", "", time.time())


def test_what_is_not_there_is_not_found(forge: GitHubForge) -> None:
    assert forge.find("todo") is None


def test_a_repository_is_found_as_it_was_made(forge: GitHubForge) -> None:
    made = forge.claim("todo", "", time.time())

    assert forge.find("todo") == made


def test_a_fine_grained_token_will_do(github: GitHub, forge_of: MakeForge) -> None:
    token = github.accounts.fine_grained_token("octocat").value

    assert forge_of("", token).claim("todo", "", time.time())


def test_the_transport_names_this_forge_alone(github: GitHub, forge: GitHubForge) -> None:
    transport = forge.transport().environment

    assert transport["GIT_ALLOW_PROTOCOL"] == "http"
    assert transport["GIT_CONFIG_KEY_0"] == f"http.{github.url}/.extraHeader"
    assert github.token.value not in str(transport)
