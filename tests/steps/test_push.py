from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import ForgeBusy, ForgeError, MergeConflict
from agent.forges.github import GitHubForge
from agent.hosts.local_host import LocalHost
from agent.loaded_job import LoadedJob
from agent.push_guard import PushGuard
from agent.revisions import revision_of
from agent.steps.push import Pushing
from agent.values import Revision
from agent.workspace.repository import Repository
from tests.forges.conftest import forge, forge_of, rest
from tests.github import faults
from tests.github.conftest import github
from tests.github.faults import Fault
from tests.github.server import GitHub
from tests.orders import PAGE, Shop, round_record
from tests.steps.test_publish import Trusting

__all__ = ["forge", "forge_of", "github", "rest"]


@pytest.fixture
def pushing(forge: GitHubForge) -> Pushing:
    return Pushing(forge, PushGuard([], Trusting()), LocalHost("http://127.0.0.1:9"))


@pytest.fixture
def loaded(shop: Shop, forge: GitHubForge) -> LoadedJob:
    """Round 1 of a task whose repository is on the test GitHub."""
    remote = forge.claim("shop", "", 0)
    assert remote
    return replace(shop.loaded(), remote=remote)


def committed(loaded: LoadedJob) -> Revision:
    round_ = round_record(loaded.round, request=loaded.request)
    commit = loaded.repository.commit_round(round_, {"index.html": PAGE})
    return revision_of(loaded, commit, counts=None)


@pytest.mark.parametrize(
    "fault",
    [
        faults.unauthorized(),
        faults.forbidden(),
        faults.not_found(),
        faults.redirect("http://127.0.0.1:9/elsewhere.git", 301),
    ],
    ids=lambda fault: fault.name,
)
def test_a_commit_that_is_refused_for_good_leaves_main(
    github: GitHub, pushing: Pushing, loaded: LoadedJob, fault: Fault
) -> None:
    revision = committed(loaded)
    github.faults.next("git-receive-pack refs", fault, times=None)

    with pytest.raises(ForgeError):
        pushing.push(loaded, revision)

    assert loaded.repository.head is None
    assert loaded.repository.refs("refs/tags") == {}


def test_a_retry_after_a_refusal_pushes_the_same_commit(
    github: GitHub, pushing: Pushing, loaded: LoadedJob
) -> None:
    revision = committed(loaded)
    github.faults.next("git-receive-pack refs", faults.forbidden(), times=None)
    with pytest.raises(ForgeError):
        pushing.push(loaded, revision)
    github.faults.clear()

    pushed = pushing.push(loaded, revision)

    assert pushed == revision
    assert github.repository("octocat/shop").head("main") == revision.commit
    assert loaded.repository.refs("refs/withdrawn") == {}


def test_a_commit_stays_where_the_forge_is_only_busy(
    github: GitHub, pushing: Pushing, loaded: LoadedJob
) -> None:
    revision = committed(loaded)
    github.faults.next("git-receive-pack refs", faults.unavailable(503), times=None)

    with pytest.raises(ForgeBusy):
        pushing.push(loaded, revision)

    assert loaded.repository.head == revision.commit


def test_a_commit_that_conflicts_with_what_was_pushed_meanwhile_leaves_main(
    pushing: Pushing, loaded: LoadedJob, tmp_path: Path
) -> None:
    revision = committed(loaded)
    person = Repository.create(tmp_path / "person")
    person.commit_round(round_record(9), {"index.html": b"<p>mine"})
    assert person.push(loaded.remote.git_url, 9, pushing.forge.transport())

    with pytest.raises(MergeConflict, match=r"index\.html"):
        pushing.push(loaded, revision)

    assert loaded.repository.head is None
