"""The calls of the API that are not about Pages: what they answer and to whom."""

from collections.abc import Callable

import pytest

from .clients import Api, WorkTree
from .server import GitHub

Publish = Callable[[str], str]


def test_a_classic_token_learns_its_login_and_scopes(api: Api) -> None:
    answer = api.call("GET", "/user")

    assert answer.json()["login"] == "octocat"
    assert answer.headers["X-OAuth-Scopes"] == "delete_repo, repo"
    assert answer.headers["X-GitHub-Request-Id"]


def test_a_fine_grained_token_has_no_scopes_header(github: GitHub) -> None:
    fine = Api(github, github.accounts.fine_grained_token("octocat").value)

    answer = fine.call("GET", "/user")

    assert answer.status_code == 200
    assert "X-OAuth-Scopes" not in answer.headers


def test_an_unknown_token_is_refused_and_none_is_asked_for(github: GitHub, nobody: Api) -> None:
    wrong = Api(github, "ghp_wrong")

    assert wrong.call("GET", "/user").status_code == 401
    assert wrong.call("GET", "/user").json()["message"] == "Bad credentials"
    assert nobody.call("GET", "/user").json()["message"] == "Requires authentication"


def test_asking_for_the_rate_limit_costs_nothing(api: Api) -> None:
    api.call("GET", "/user")
    first = api.call("GET", "/rate_limit")
    second = api.call("GET", "/rate_limit")

    assert first.json()["rate"]["remaining"] == second.json()["rate"]["remaining"] == 4999
    assert second.headers["x-ratelimit-remaining"] == "4999"


def test_a_used_up_hour_is_a_403_that_says_when_it_ends(github: GitHub, api: Api) -> None:
    github.rate.used = github.rate.limit

    answer = api.call("GET", "/user")

    assert answer.status_code == 403
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert int(answer.headers["X-RateLimit-Reset"]) == int(github.rate.reset_at)


def test_a_repository_is_created_changed_listed_and_deleted(api: Api, nobody: Api) -> None:
    created = api.create("todo", description="A list", homepage="", has_wiki=False)
    changed = api.call("PATCH", "/repos/octocat/todo", json={"homepage": "https://example.org/"})
    topics = api.call("PUT", "/repos/octocat/todo/topics", json={"names": ["galley"]})
    listed = nobody.call("GET", "/users/octocat/repos?sort=created&per_page=5")
    found = nobody.call("GET", "/search/repositories?q=topic:galley+user:octocat")
    deleted = api.call("DELETE", "/repos/octocat/todo")

    assert created.status_code == 201
    assert created.json()["has_wiki"] is False
    assert changed.json()["homepage"] == "https://example.org/"
    assert topics.json() == {"names": ["galley"]}
    assert [item["full_name"] for item in listed.json()] == ["octocat/todo"]
    assert found.json()["items"][0]["topics"] == ["galley"]
    assert deleted.status_code == 204
    assert nobody.call("GET", "/repos/octocat/todo").status_code == 404


def test_a_taken_name_is_taken_whatever_its_case(api: Api) -> None:
    api.create("todo")

    answer = api.create("ToDo")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "name already exists on this account"


@pytest.mark.parametrize("description", ["two\nlines", "a bell\x07", "x" * 351])
def test_a_description_that_cannot_be_is_refused(api: Api, description: str) -> None:
    answer = api.create("todo", description=description)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "description"


def test_an_organisation_takes_repositories_of_its_members_only(github: GitHub) -> None:
    github.accounts.add_user("stranger")
    github.accounts.add_organization("acme", members=frozenset({"octocat"}))
    member = Api(github, github.token.value)
    other = Api(github, github.accounts.classic_token("stranger").value)

    created = member.call("POST", "/orgs/acme/repos", json={"name": "todo"})
    refused = other.call("POST", "/orgs/acme/repos", json={"name": "done"})
    missing = member.call("POST", "/orgs/nobody/repos", json={"name": "todo"})

    assert created.json()["full_name"] == "acme/todo"
    assert refused.status_code == 403
    assert missing.status_code == 404
    assert len(member.call("GET", "/orgs/acme/repos").json()) == 1


def test_a_missing_permission_is_named_in_a_header(github: GitHub) -> None:
    token = github.accounts.fine_grained_token("octocat", {"contents": "write"})

    answer = Api(github, token.value).create("todo")

    assert answer.status_code == 403
    assert answer.headers["X-Accepted-GitHub-Permissions"] == "administration=write"
    assert answer.json()["message"] == "Resource not accessible by personal access token"


def test_a_missing_scope_looks_like_nothing_there(github: GitHub) -> None:
    token = github.accounts.classic_token("octocat", frozenset({"gist"}))

    answer = Api(github, token.value).create("todo")

    assert answer.status_code == 404
    assert "repo" in answer.headers["X-Accepted-OAuth-Scopes"]


def test_a_private_repository_is_hidden_from_everybody_else(
    github: GitHub, api: Api, nobody: Api
) -> None:
    github.accounts.add_user("stranger")
    stranger = Api(github, github.accounts.classic_token("stranger").value)
    api.create("todo", private=True)

    assert api.call("GET", "/repos/octocat/todo").status_code == 200
    assert stranger.call("GET", "/repos/octocat/todo").status_code == 404
    assert nobody.call("GET", "/repos/octocat/todo").status_code == 404


def test_somebody_elses_repository_is_not_written_to(github: GitHub, api: Api) -> None:
    github.accounts.add_user("stranger")
    stranger = Api(github, github.accounts.classic_token("stranger").value)
    api.create("todo")

    answer = stranger.call("PATCH", "/repos/octocat/todo", json={"description": "mine"})

    assert answer.status_code == 403


def test_the_next_page_of_a_list_is_linked(api: Api) -> None:
    for name in ("a", "b", "c"):
        api.create(name)

    first = api.call("GET", "/user/repos?per_page=2")
    second = api.call("GET", "/user/repos?per_page=2&page=2")

    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert [item["name"] for item in first.json() + second.json()] == ["a", "b", "c"]
    assert "Link" not in second.headers


def test_the_search_learns_of_a_repository_late(github: GitHub, api: Api) -> None:
    github.behaviour.search_lag = 60
    api.create("todo")

    answer = api.call("GET", "/search/repositories?q=todo")

    assert answer.json()["total_count"] == 0


def test_an_empty_repository_has_no_branch_and_no_commits(api: Api) -> None:
    api.create("todo")

    assert api.call("GET", "/repos/octocat/todo/branches/main").status_code == 404
    assert api.call("GET", "/repos/octocat/todo/git/ref/heads/main").status_code == 409
    assert api.call("GET", "/repos/octocat/todo/commits").status_code == 409


def test_what_was_pushed_is_seen_by_every_name(
    api: Api, tree: WorkTree, published: Publish
) -> None:
    sha = published("hello")
    tree.git("tag", "--annotate", "round-1", "--message", "Round 1")
    tree.git("push", tree.url("octocat/todo"), "round-1")

    branch = api.call("GET", "/repos/octocat/todo/branches/main").json()
    ref = api.call("GET", "/repos/octocat/todo/git/ref/heads/main").json()
    tag = api.call("GET", "/repos/octocat/todo/git/ref/tags/round-1").json()
    commit = api.call("GET", f"/repos/octocat/todo/commits/{sha}").json()
    log = api.call("GET", "/repos/octocat/todo/commits?per_page=1").json()

    assert branch["commit"]["sha"] == ref["object"]["sha"] == commit["sha"] == sha
    assert tag["object"]["type"] == "tag"
    assert api.call("GET", "/repos/octocat/todo/commits/round-1").json()["sha"] == sha
    assert commit["commit"]["message"] == "Say hello"
    assert [entry["sha"] for entry in log] == [sha]


def test_a_status_needs_a_commit_and_a_short_description(api: Api, published: Publish) -> None:
    sha = published("hello")
    statuses = f"/repos/octocat/todo/statuses/{sha}"

    set_ = api.call("POST", statuses, json={"state": "success", "context": "galley/proof"})
    unknown = api.call("POST", statuses[:-40] + "0" * 40, json={"state": "success"})
    long = api.call("POST", statuses, json={"state": "success", "description": "x" * 141})

    assert set_.status_code == 201
    assert (unknown.status_code, long.status_code) == (422, 422)
    listed = api.call("GET", f"/repos/octocat/todo/commits/{sha}/statuses").json()
    assert [status["context"] for status in listed] == ["galley/proof"]


def test_a_deployment_waits_for_statuses_unless_told_not_to(api: Api, published: Publish) -> None:
    sha = published("hello")
    api.call("POST", f"/repos/octocat/todo/statuses/{sha}", json={"state": "pending"})
    wished = {"ref": sha, "environment": "github-pages"}

    refused = api.call("POST", "/repos/octocat/todo/deployments", json=wished)
    wished_anyway = {**wished, "required_contexts": []}
    made = api.call("POST", "/repos/octocat/todo/deployments", json=wished_anyway)

    assert refused.status_code == 409
    assert made.status_code == 201
    assert made.json()["sha"] == sha


def test_a_successful_deployment_ends_the_one_before(api: Api, published: Publish) -> None:
    deployments = "/repos/octocat/todo/deployments"
    success = {"state": "success", "environment_url": "https://example.org/"}
    for text in ("one", "two"):
        made = api.call("POST", deployments, json={"ref": published(text), "auto_merge": False})
        answer = api.call("POST", f"{deployments}/{made.json()['id']}/statuses", json=success)
        assert answer.json()["environment_url"] == "https://example.org/"

    states = [
        api.call("GET", f"{deployments}/{item['id']}/statuses").json()[0]["state"]
        for item in api.call("GET", f"{deployments}?environment=production").json()
    ]

    assert states == ["success", "inactive"]


def test_a_version_that_the_api_does_not_speak_is_refused(api: Api) -> None:
    answer = api.call("GET", "/user", headers={"X-GitHub-Api-Version": "1999-01-01"})

    assert answer.status_code == 400


def test_deleting_needs_its_own_scope(github: GitHub, api: Api) -> None:
    api.create("todo")
    plain = Api(github, github.accounts.classic_token("octocat", frozenset({"repo"})).value)

    refused = plain.call("DELETE", "/repos/octocat/todo")

    assert refused.status_code == 403
    assert refused.json()["message"] == "Must have admin rights to Repository."
    assert github.repository("octocat/todo")


def test_control_characters_in_a_changed_description_are_refused_too(api: Api) -> None:
    api.create("todo")

    answer = api.call("PATCH", "/repos/octocat/todo", json={"description": "a\tb"})

    assert answer.status_code == 422


def test_a_topic_is_small_letters_digits_and_hyphens(api: Api) -> None:
    api.create("todo")

    answer = api.call("PUT", "/repos/octocat/todo/topics", json={"names": ["two words"]})

    assert answer.status_code == 422
