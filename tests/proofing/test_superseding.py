import pytest

from agent.proofing.superseding import is_grounded, with_superseded
from agent.values import Check, Outcome, Verdict
from tests.orders import js

ALPHA, BETA = js("document.title === 'Alpha'"), js("document.title === 'Beta'", 2)
BRIEF = "Rename the shop.\nTitle and  heading are Beta now. Keep the rest."


def outcomes(*verdicts: tuple[Check, Outcome], claimed: tuple[Check, ...] = ()) -> list[Outcome]:
    made = [Verdict(check, outcome, "") for check, outcome in verdicts]
    found = with_superseded(made, claimed, made)
    return [verdict.outcome for verdict in found]


def test_a_failed_check_is_overridden_by_a_later_one_that_contradicts_it_and_passed() -> None:
    found = outcomes((ALPHA, Outcome.FAILED), (BETA, Outcome.PASSED))

    assert found == [Outcome.SUPERSEDED, Outcome.PASSED]


@pytest.mark.parametrize("later", [Outcome.FAILED, Outcome.UNPROVED])
def test_a_later_check_that_did_not_pass_overrides_nothing(later: Outcome) -> None:
    assert outcomes((ALPHA, Outcome.FAILED), (BETA, later)) == [Outcome.FAILED, later]


def test_checks_of_one_round_override_none_of_each_other() -> None:
    same = js("document.title === 'Beta'")

    assert outcomes((ALPHA, Outcome.FAILED), (same, Outcome.PASSED))[0] is Outcome.FAILED


def test_a_check_of_an_earlier_round_overrides_none_of_a_later_one() -> None:
    assert outcomes((ALPHA, Outcome.PASSED), (BETA, Outcome.FAILED))[1] is Outcome.FAILED


def test_a_claimed_check_is_overridden_only_where_it_failed() -> None:
    assert outcomes((ALPHA, Outcome.FAILED), claimed=(ALPHA,)) == [Outcome.SUPERSEDED]
    assert outcomes((ALPHA, Outcome.PASSED), claimed=(ALPHA,)) == [Outcome.PASSED]


@pytest.mark.parametrize(
    "quote", ["Title and heading are Beta now.", '"title and heading are beta now"']
)
def test_a_claim_that_quotes_the_brief_is_believed(quote: str) -> None:
    assert is_grounded(quote, BRIEF)


@pytest.mark.parametrize("quote", ["", "Beta now", "The title is Beta now", "…"])
def test_a_claim_that_quotes_something_else_or_next_to_nothing_is_not(quote: str) -> None:
    assert not is_grounded(quote, BRIEF)
