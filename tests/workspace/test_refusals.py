import pytest

from agent.errors import ForgeBusy, ForgeError, Unpublishable
from agent.forges.github import GitHubForge
from agent.forges.rest import Rest
from agent.workspace.refusals import Failure, refusal

URL = "https://forge.example/octocat/todo.git"
BROKEN_OFF = "send-pack: unexpected disconnect fatal: the remote end hung up unexpectedly"


def told(said: str, retry_after: float | None = None) -> ForgeError:
    transport = GitHubForge(Rest("https://api.example", "t", "test", 20), URL, "t", "").transport()
    return refusal(Failure("push to", URL, said, retry_after), transport)


@pytest.mark.parametrize(
    "said",
    [
        "fatal: unable to access: The requested URL returned error: 503",
        "error: RPC failed; HTTP 500 curl 22 The requested URL returned error: 500",
        "fatal: expected flush after ref listing",
        "error: 37 bytes of body are still expected fatal: expected flush after capabilities",
        "fatal: protocol error: bad line length character: <htm",
        "! [remote rejected] main -> main (failed to update ref)",
        BROKEN_OFF,
    ],
)
def test_what_may_pass_is_worth_another_try(said: str) -> None:
    assert isinstance(told(said), ForgeBusy)


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_a_refusal_is_for_good_however_the_connection_ended(status: int) -> None:
    said = f"RPC failed; HTTP {status} The requested URL returned error: {status} {BROKEN_OFF}"

    refused = told(said)

    assert not isinstance(refused, ForgeBusy)
    assert str(status) in str(refused)


@pytest.mark.parametrize(
    "said",
    [
        "The requested URL returned error: 429",
        "remote: You hit a rate limit. error: 403",
        "error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403",
    ],
)
@pytest.mark.parametrize(("retry_after", "seconds"), [(None, 60), (5, 5)])
def test_a_limit_is_waited_for(said: str, retry_after: float | None, seconds: float) -> None:
    refused = told(said, retry_after)

    assert isinstance(refused, ForgeBusy)
    assert refused.seconds == seconds


def test_a_missing_permission_is_named() -> None:
    assert "Contents: write" in str(told("The requested URL returned error: 403"))


def test_what_the_rules_of_the_repository_forbid_is_unpublishable() -> None:
    assert isinstance(told("remote: error: GH013: Repository rule violations"), Unpublishable)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("remote: error: GH006 - Changes must be made through a pull request.", "bypass the rule"),
        ("remote: error: GH013 - Changes must be made through a pull request.", "bypass the rule"),
        (
            "remote: This repository was archived so it is read-only. "
            "The requested URL returned error: 403",
            "unarchive it",
        ),
    ],
)
def test_what_the_owner_can_change_has_advice_of_its_own(said: str, advice: str) -> None:
    refused = told(said)

    assert advice in str(refused)
    assert not isinstance(refused, ForgeBusy | Unpublishable)


def test_a_git_that_a_signal_ended_is_run_again() -> None:
    assert isinstance(told("was ended by signal 15"), ForgeBusy)
