import pytest

from agent.forges.github_access import access
from agent.forges.rest import Rest
from tests.github import faults
from tests.github.server import GitHub


def rest_of(github: GitHub, token: str) -> Rest:
    return Rest(github.api_url, token, "tests", 20.0)


def test_a_token_with_just_what_it_needs_is_fine(github: GitHub) -> None:
    token = github.accounts.classic_token("octocat", frozenset({"repo"}))

    found = access(rest_of(github, token.value), wants_workflows=False)

    assert [(line.is_fine, line.action) for line in found] == [(True, "")] * 4
    assert found[0].finding == "the token is octocat's"
    assert found[1].finding == "scopes repo"
    assert "calls left" in found[2].finding


@pytest.mark.parametrize(
    ("scopes", "wants_workflows", "is_fine", "action"),
    [
        ({"gist"}, False, False, "give the token public_repo"),
        ({"repo"}, True, False, "give the token workflow"),
        (
            {"public_repo"},
            False,
            True,
            "GitHub asks for the scope repo to switch Pages on: add it if that fails",
        ),
        ({"repo", "workflow"}, True, True, ""),
        ({"repo", "workflow"}, False, True, "more than needed: take workflow from the token"),
        (
            {"repo", "delete_repo", "admin:org"},
            False,
            True,
            "more than needed: take admin:org, delete_repo from the token",
        ),
    ],
)
def test_scopes_are_held_against_what_is_needed(
    github: GitHub, scopes: set[str], wants_workflows: bool, is_fine: bool, action: str
) -> None:
    token = github.accounts.classic_token("octocat", frozenset(scopes))

    line = access(rest_of(github, token.value), wants_workflows)[1]

    assert (line.is_fine, line.action) == (is_fine, action)


@pytest.mark.parametrize(
    ("owner", "finding", "is_fine"),
    [
        ("guild", "repositories go to the organisation guild", True),
        ("hubot", "GITHUB_USERNAME=hubot is somebody else's account", False),
        ("nobody", "GITHUB_USERNAME=nobody is nobody's name", False),
    ],
)
def test_an_owner_that_is_not_the_tokens_user_is_looked_up(
    github: GitHub, owner: str, finding: str, is_fine: bool
) -> None:
    github.accounts.add_organization("guild", frozenset({"octocat"}))
    github.accounts.add_user("hubot")

    found = access(rest_of(github, github.token.value), wants_workflows=False, owner=owner)

    assert (found[3].finding, found[3].is_fine) == (finding, is_fine)
    assert found[3].action.startswith("set it to octocat") is not is_fine


@pytest.mark.parametrize("owner", ["", "OctoCat"])
def test_the_tokens_user_as_owner_needs_no_words(github: GitHub, owner: str) -> None:
    assert len(access(rest_of(github, github.token.value), False, owner)) == 4


@pytest.mark.parametrize("owner", ["", "guild"])
def test_making_a_repository_is_tried_and_leaves_nothing(github: GitHub, owner: str) -> None:
    github.accounts.add_organization("guild", frozenset({"octocat"}))

    last = access(rest_of(github, github.token.value), False, owner)[-1]

    assert last.is_fine
    assert last.finding == f"public repositories may be made for {owner or 'octocat'}"
    assert list(github.repositories) == []


def test_a_token_that_may_not_make_repositories_is_told(github: GitHub) -> None:
    token = github.accounts.fine_grained_token("octocat", {"contents": "write"})

    last = access(rest_of(github, token.value), wants_workflows=False)[-1]

    assert not last.is_fine
    assert "403" in last.finding
    assert "Administration: write" in last.action


@pytest.mark.parametrize("fault", [None, faults.unprocessable("Visibility can't be public")])
def test_an_organisation_that_forbids_repositories_is_told_by_name(
    github: GitHub, fault: faults.Fault | None
) -> None:
    github.accounts.add_organization("closed", frozenset({"octocat"} if fault else ()))
    if fault:
        github.faults.next("POST /orgs/closed/repos", fault)

    last = access(rest_of(github, github.token.value), False, "closed")[-1]

    assert not last.is_fine
    assert "no public repositories for closed" in last.finding
    assert last.action == "ask an owner of closed, or leave GITHUB_USERNAME out"


def test_a_fine_grained_token_is_told_what_it_needs(github: GitHub) -> None:
    token = github.accounts.fine_grained_token("octocat")

    line = access(rest_of(github, token.value), wants_workflows=True)[1]

    assert "does not list" in line.finding
    assert line.action == "it needs Administration, Contents and Pages: write, Workflows: write"


def test_an_invalid_token_is_told_with_the_next_action(github: GitHub) -> None:
    [line] = access(rest_of(github, "ghp_wrong"), wants_workflows=False)

    assert not line.is_fine
    assert "401 Bad credentials" in line.finding
    assert "GITHUB_TOKEN" in line.action


def test_a_github_out_of_reach_is_told(github: GitHub) -> None:
    github.faults.next("GET /user", faults.unavailable())

    [line] = access(rest_of(github, github.token.value), wants_workflows=False)

    assert (line.is_fine, line.action) == (False, "check the network and GITHUB_API_URL")


def test_calls_that_are_used_up_are_waited_for(github: GitHub) -> None:
    github.faults.next("GET /user", faults.primary_limit(600))

    [line] = access(rest_of(github, github.token.value), wants_workflows=False)

    assert not line.is_fine
    assert line.action.startswith("wait 60")


def test_few_calls_left_are_a_warning(github: GitHub) -> None:
    github.rate.used = github.rate.limit - 10

    line = access(rest_of(github, github.token.value), wants_workflows=False)[2]

    assert (line.is_fine, line.action) == (False, "wait for the hour to end")
