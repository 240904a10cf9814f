"""H1 of SECURITY.md: the git token is in no argument, URL, file or log; only the forge gets it."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.errors import ForgeError
from agent.forges.github import GitHubForge
from agent.workspace.repository import Repository
from tests.forges.conftest import forge, forge_of, repository
from tests.github import faults
from tests.github.conftest import github
from tests.github.server import GitHub

__all__ = ["forge", "forge_of", "github", "repository"]


def spellings(token: str) -> list[bytes]:
    basic = base64.b64encode(f"x-access-token:{token}".encode())
    return [token.encode(), basic]


@contextmanager
def watched_arguments() -> Iterator[set[bytes]]:
    """Every command line that any process of this machine has while the block runs."""
    seen: set[bytes] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(process.read_bytes())
                except OSError:  # it has ended
                    continue

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield seen
    finally:
        stop.set()
        watching.join()


def test_a_push_shows_the_token_nowhere(
    github: GitHub, forge: GitHubForge, repository: Repository
) -> None:
    remote = forge.claim("todo", "", 0)
    assert remote
    github.faults.next("git-receive-pack pack", faults.slow(0.5))

    with watched_arguments() as arguments:
        assert repository.push(remote.git_url, 1, forge.transport())
        repository.fetch(remote.git_url, forge.transport())

    assert any(b"git\x00push" in line for line in arguments)
    files = [path for path in repository.path.rglob("*") if path.is_file()]
    for spelling in spellings(github.token.value):
        assert not [line for line in arguments if spelling in line]
        assert not [path for path in files if spelling in path.read_bytes()]


@pytest.mark.parametrize(
    "fault",
    [faults.unauthorized(), faults.forbidden(), faults.not_found(), faults.unavailable()],
    ids=lambda fault: fault.name,
)
def test_a_refused_push_does_not_tell_the_token(
    github: GitHub, forge: GitHubForge, repository: Repository, fault: faults.Fault
) -> None:
    remote = forge.claim("todo", "", 0)
    assert remote
    github.faults.next("git-receive-pack refs", fault, times=None)

    with pytest.raises(ForgeError) as refused:
        repository.push(remote.git_url, 1, forge.transport())

    for spelling in spellings(github.token.value):
        assert spelling.decode() not in str(refused.value)


def test_a_forge_that_redirects_elsewhere_is_not_followed(
    github: GitHub, forge: GitHubForge, repository: Repository
) -> None:
    remote = forge.claim("todo", "", 0)
    assert remote
    elsewhere = f"{github.pages_url}/elsewhere"
    github.faults.next("git-receive-pack refs", faults.redirect(elsewhere), times=None)

    with pytest.raises(ForgeError):
        repository.push(remote.git_url, 1, forge.transport())

    assert not github.calls.matching("page GET *")


def test_another_server_is_not_sent_the_token(
    github: GitHub, forge: GitHubForge, repository: Repository
) -> None:
    other = github.pages_url.replace("127.0.0.1", "localhost")

    with pytest.raises(ForgeError):
        repository.fetch(f"{other}/octocat/todo.git", forge.transport())

    asked = github.calls.matching("page GET *")
    assert asked
    assert {call.authorization for call in asked} == {None}


def test_what_a_forge_asks_for_is_heard_from_git(
    github: GitHub, forge: GitHubForge, repository: Repository
) -> None:
    remote = forge.claim("todo", "", 0)
    assert remote
    github.faults.next("git-receive-pack refs", faults.too_many(17))

    with pytest.raises(ForgeError, match="asked to wait 17 s") as refused:
        repository.push(remote.git_url, 1, forge.transport())

    assert getattr(refused.value, "seconds", None) == 17
