from agent.deadline import Deadline
from agent.drafting.stopping import enough
from agent.values import Attempt, Outcome, Proof, Trial, Verdict
from tests.orders import js

SOON = Deadline.within(24 * 3600)  # made when the tests are collected, used much later
OVER = Deadline.within(0)


def trial(number: int, passed: int, of: int = 3, tree: int | None = None, broken: int = 0) -> Trial:
    """So many of round 2's checks passed, and so many of round 1's broken."""
    outcomes = [Outcome.PASSED] * passed + [Outcome.FAILED] * (of - passed)
    verdicts = [Verdict(js("true", 2), outcome, "") for outcome in outcomes]
    verdicts += [Verdict(js("true", 1), Outcome.FAILED, "")] * broken
    attempt = Attempt(number, f"{number:040x}", f"{tree or number:040x}", "summary", "model")
    return Trial(attempt, Proof(tuple(verdicts)))


def test_the_first_attempt_is_made() -> None:
    assert enough((), 1, 3, SOON) is None


def test_a_clean_proof_is_enough() -> None:
    assert enough((trial(1, 3),), 2, 3, SOON)


def test_repairs_go_on_while_they_help() -> None:
    assert enough((trial(1, 0), trial(2, 1), trial(3, 2)), 4, 3, SOON) is None


def test_no_more_repairs_are_made_than_the_settings_say() -> None:
    assert enough((trial(1, 0),), 2, 0, SOON) == "1 attempts were made"
    assert enough((trial(1, 0),), 2, 1, SOON) is None


def test_attempts_that_came_to_nothing_count() -> None:
    assert enough((), 2, 1, SOON) is None
    assert enough((), 3, 1, SOON) == "2 attempts were made"


def test_two_attempts_that_came_to_nothing_are_enough_whatever_the_settings_say() -> None:
    assert enough((), 2, 9, SOON) is None
    assert enough((), 3, 9, SOON) == "2 attempts came to nothing"
    assert enough((trial(2, 0),), 3, 9, SOON) is None
    assert enough((trial(2, 0),), 4, 9, SOON) == "2 attempts came to nothing"


def test_the_time_for_publishing_is_kept_free() -> None:
    assert enough((trial(1, 0),), 2, 3, OVER) == "the time left is for publishing"


def test_the_same_draft_again_ends_it() -> None:
    assert enough((trial(1, 0, tree=7), trial(2, 0, tree=7)), 3, 3, SOON)
    assert enough((trial(1, 0, tree=7), trial(2, 0, tree=8)), 3, 3, SOON) is None


def test_two_attempts_in_a_row_that_bring_nothing_end_it() -> None:
    assert enough((trial(1, 1), trial(2, 1), trial(3, 0)), 4, 9, SOON)
    assert enough((trial(1, 1), trial(2, 0), trial(3, 2)), 4, 9, SOON) is None


def test_an_attempt_that_breaks_an_earlier_round_brings_nothing_new() -> None:
    keeps, first, second = trial(1, 1), trial(2, 2, broken=1), trial(3, 2, broken=1)

    assert enough((keeps, first, second), 4, 9, SOON)
    assert enough((first, keeps, second), 4, 9, SOON) is None
