"""Git against a GitHub whose answers go wrong: which of it is worth another try."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from agent.errors import ForgeBusy, ForgeError
from agent.forges.github import GitHubForge
from agent.values import Remote
from agent.workspace.repository import Repository
from tests.github import faults
from tests.github.faults import Fault
from tests.github.server import GitHub
from tests.orders import round_record


@pytest.fixture
def remote(forge: GitHubForge) -> Remote:
    made = forge.claim("todo", "", 0)
    assert made
    return made


@pytest.fixture
def only_git(tmp_path: Path) -> Path:
    """A folder for the PATH that holds git and nothing else."""
    git = shutil.which("git")
    assert git
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").symlink_to(git)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("step", ["refs", "pack"])
@pytest.mark.parametrize(
    "fault",
    [
        faults.unavailable(500),
        faults.unavailable(503),
        faults.too_many(1),
        faults.secondary_limit(1),
        faults.reset(),
        faults.lost(),
        faults.cut_off(),
        faults.half_json(),
    ],
    ids=lambda fault: fault.name,
)
def test_a_push_that_failed_in_passing_succeeds_when_it_is_repeated(
    github: GitHub,
    forge: GitHubForge,
    remote: Remote,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    only_git: Path,
    step: str,
    fault: Fault,
) -> None:
    monkeypatch.setenv("PATH", str(only_git))  # a small machine has no ps to find processes by
    github.faults.next(f"git-receive-pack {step}", fault, times=2)

    with monkeypatch.context() as impatient:
        impatient.setattr("agent.workspace.transport.LONGEST_SECONDS", 2.0)
        for _ in range(2):
            with suppress(ForgeBusy):
                repository.push(remote.git_url, 1, forge.transport())
    github.faults.clear()

    assert repository.push(remote.git_url, 1, forge.transport())
    assert github.repository("octocat/todo").head("main") == repository.head


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.unauthorized(), "set one that may push"),
        (faults.forbidden(), "Contents: write"),
        (faults.not_found(), "may not see it"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_push_that_is_refused_says_what_to_do(
    github: GitHub,
    forge: GitHubForge,
    remote: Remote,
    repository: Repository,
    fault: Fault,
    words: str,
) -> None:
    github.faults.next("git-receive-pack refs", fault, times=None)

    with pytest.raises(ForgeError, match=words) as refused:
        repository.push(remote.git_url, 1, forge.transport())

    assert not isinstance(refused.value, ForgeBusy)


def test_push_protection_is_final(
    github: GitHub, forge: GitHubForge, remote: Remote, tmp_path: Path
) -> None:
    repository = Repository.create(tmp_path / "leaky")
    key = "ghp_" + "0123456789abcdefABCDEF0123456789abcd"
    repository.commit_round(round_record(), {"index.html": key.encode()})

    with pytest.raises(ForgeError, match="GH013") as refused:
        repository.push(remote.git_url, 1, forge.transport())

    assert type(refused.value).__name__ == "Unpublishable"
    assert github.repository("octocat/todo").is_empty
