"""Git over HTTP by the real git command: who may read and push, and what is never taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .accounts import Token
from .clients import Api, WorkTree
from .server import GitHub

Publish = Callable[[str], str]
GREETING = {"index.html": "hello"}


def test_a_push_arrives_and_anybody_may_clone_it(
    github: GitHub, published: Publish, tmp_path: Path
) -> None:
    sha = published("hello")
    anonymous = WorkTree(tmp_path / "clone", github, None)

    cloned = anonymous.clone("octocat/todo")

    assert cloned.returncode == 0, cloned.stderr
    assert anonymous.git("rev-parse", "main").stdout.strip() == sha
    assert (anonymous.folder / "index.html").read_text() == "hello"


def test_the_bare_repository_is_there_for_the_git_command(
    github: GitHub, tree: WorkTree, published: Publish
) -> None:
    sha = published("hello")

    shown = tree.git("--git-dir", str(github.repository("octocat/todo").path), "log", "--format=%H")

    assert shown.stdout.split() == [sha]


def test_a_second_push_builds_on_the_first(
    github: GitHub, published: Publish, tmp_path: Path
) -> None:
    first, second = published("one"), published("two")
    clone = WorkTree(tmp_path / "clone", github, github.token.value)

    clone.clone("octocat/todo")

    assert clone.git("rev-list", "main").stdout.split() == [second, first]


def test_a_shallow_clone_has_the_newest_commit_only(
    github: GitHub, published: Publish, tmp_path: Path
) -> None:
    published("one")
    newest = published("two")
    clone = WorkTree(tmp_path / "clone", github, None)

    clone.git("clone", "--quiet", "--depth=1", clone.url("octocat/todo"), ".")

    assert clone.git("rev-list", "main").stdout.split() == [newest]


def test_a_large_push_comes_in_chunks(github: GitHub, api: Api, tree: WorkTree) -> None:
    api.create()
    tree.commit({"large.txt": "\n".join(str(number**7) for number in range(40_000))})
    tree.git("config", "http.postBuffer", "65536")

    pushed = tree.push("octocat/todo")

    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("authorization", ["basic", "bearer"])
def test_both_forms_of_authorization_are_taken(
    github: GitHub, api: Api, tree: WorkTree, authorization: str
) -> None:
    api.create()
    tree.commit(GREETING)
    if authorization == "bearer":
        tree = WorkTree(tree.folder, github, None)
        tree.git("config", "http.extraHeader", f"Authorization: Bearer {github.token.value}")

    pushed = tree.push("octocat/todo")

    assert pushed.returncode == 0, pushed.stderr
    assert {call.authorization for call in github.calls.matching("git-receive-pack")} == {
        authorization
    }


def test_a_wrong_token_is_asked_for_again(github: GitHub, api: Api, tmp_path: Path) -> None:
    api.create()
    wrong = WorkTree(tmp_path / "tree", github, "ghp_wrong")
    wrong.commit(GREETING)

    refused = wrong.push("octocat/todo")

    assert refused.returncode == 128
    assert "terminal prompts disabled" in refused.stderr


def test_nobody_pushes_without_a_token(github: GitHub, api: Api, tmp_path: Path) -> None:
    api.create()
    anonymous = WorkTree(tmp_path / "tree", github, None)
    anonymous.commit(GREETING)

    assert "terminal prompts disabled" in anonymous.push("octocat/todo").stderr


def _read_only(github: GitHub) -> Token:
    return github.accounts.fine_grained_token("octocat", {"contents": "read"})


def _strangers(github: GitHub) -> Token:
    github.accounts.add_user("stranger")
    return github.accounts.classic_token("stranger")


@pytest.mark.parametrize("issue", [_read_only, _strangers])
def test_a_token_without_the_right_gets_a_403(
    github: GitHub, api: Api, tmp_path: Path, issue: Callable[[GitHub], Token]
) -> None:
    api.create()
    other = WorkTree(tmp_path / "tree", github, issue(github).value)
    other.commit(GREETING)

    assert "The requested URL returned error: 403" in other.push("octocat/todo").stderr


def test_what_is_missing_or_hidden_is_not_found(
    github: GitHub, api: Api, tree: WorkTree, tmp_path: Path
) -> None:
    api.create("secret", private=True)
    stranger = WorkTree(tmp_path / "stranger", github, _strangers(github).value)
    anonymous = WorkTree(tmp_path / "anonymous", github, None)

    assert "not found" in tree.clone("octocat/missing").stderr
    assert "not found" in stranger.clone("octocat/secret").stderr
    assert "terminal prompts disabled" in anonymous.clone("octocat/secret").stderr
    assert tree.clone("octocat/secret").returncode == 0


def test_a_forced_push_is_refused(github: GitHub, tree: WorkTree, published: Publish) -> None:
    sha = published("hello")
    tree.git("commit", "--amend", "--message", "Another past")

    plain = tree.push("octocat/todo")
    forced = tree.push("octocat/todo", "--force")

    assert "non-fast-forward" in plain.stderr or "fetch first" in plain.stderr
    assert "GH006" in forced.stderr
    assert "protected branch hook declined" in forced.stderr
    assert github.repository("octocat/todo").head("main") == sha


def test_a_branch_is_not_deleted(github: GitHub, tree: WorkTree, published: Publish) -> None:
    sha = published("hello")

    refused = tree.git("push", tree.url("octocat/todo"), ":main")

    assert "GH006" in refused.stderr
    assert github.repository("octocat/todo").head("main") == sha


def test_who_comes_second_has_to_fetch_first(
    github: GitHub, tree: WorkTree, published: Publish, tmp_path: Path
) -> None:
    published("hello")
    other = WorkTree(tmp_path / "other", github, github.token.value)
    other.clone("octocat/todo")
    theirs = other.commit({"other.txt": "theirs"})
    other.push("octocat/todo")
    tree.commit({"mine.txt": "mine"})

    refused = tree.push("octocat/todo")

    assert "fetch first" in refused.stderr
    assert github.repository("octocat/todo").head("main") == theirs


def test_a_secret_is_refused_with_its_place(github: GitHub, api: Api, tree: WorkTree) -> None:
    api.create()
    sha = tree.commit({"src/app.js": f"// a comment\nconst key = '{github.token.value}'\n"})

    refused = tree.push("octocat/todo")

    assert "GH013: Repository rule violations found for refs/heads/main." in refused.stderr
    assert "path: src/app.js:2" in refused.stderr
    assert f"commit: {sha}" in refused.stderr
    assert "push declined due to repository rule violations" in refused.stderr
    assert github.repository("octocat/todo").is_empty


def test_a_secret_that_a_later_commit_removes_is_refused_too(
    github: GitHub, api: Api, tree: WorkTree
) -> None:
    api.create()
    tree.commit({"app.js": github.token.value})
    tree.commit({"app.js": "clean"})

    assert "GH013" in tree.push("octocat/todo").stderr


def test_a_workflow_needs_its_own_scope(github: GitHub, api: Api, tree: WorkTree) -> None:
    api.create()
    tree.commit({".github/workflows/pages.yml": "on: push\n"})
    allowed = github.accounts.classic_token("octocat", frozenset({"repo", "workflow"}))

    refused = tree.push("octocat/todo")
    taken = WorkTree(tree.folder, github, allowed.value).push("octocat/todo")

    assert "without `workflow` scope" in refused.stderr
    assert taken.returncode == 0, taken.stderr


def test_the_token_is_in_no_address(github: GitHub, published: Publish) -> None:
    published("hello")

    assert github.calls
    assert not [call for call in github.calls if github.token.value in call.target]
