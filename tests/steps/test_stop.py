from pathlib import Path

from agent.deadline import Deadline
from agent.drafting.large_model import LargeModelWriter
from agent.models.scripted import Scripted
from agent.values import Draft, Outcome, Proof, ProvedDraft, Verdict
from tests.orders import js

SOON = Deadline.within(24 * 3600)  # made when the tests are collected, used much later
OVER = Deadline.within(0)


def reason(
    proved: tuple[ProvedDraft, ...], attempts: int, max_repairs: int, deadline: Deadline
) -> str:
    writer = LargeModelWriter(Scripted(Path("nowhere")), "diff", max_repairs)
    return writer.reason_to_stop(proved, attempts, deadline)


def proved(
    number: int, passed: int, of: int = 3, tree: int | None = None, broken: int = 0
) -> ProvedDraft:
    """So many of round 2's checks passed, and so many of round 1's broken."""
    outcomes = [Outcome.PASSED] * passed + [Outcome.FAILED] * (of - passed)
    verdicts = [Verdict(js("true", 2), outcome, "") for outcome in outcomes]
    verdicts += [Verdict(js("true", 1), Outcome.FAILED, "")] * broken
    draft = Draft(number, f"{number:040x}", f"{tree or number:040x}", "summary", "model")
    return ProvedDraft(draft, Proof(tuple(verdicts)))


def test_the_first_attempt_is_made() -> None:
    assert not reason((), 0, 3, SOON)


def test_a_clean_proof_ends_it() -> None:
    assert reason((proved(1, 3),), 1, 3, SOON)


def test_repairs_go_on_while_they_help() -> None:
    assert not reason((proved(1, 0), proved(2, 1), proved(3, 2)), 3, 3, SOON)


def test_no_more_repairs_are_made_than_the_settings_say() -> None:
    assert reason((proved(1, 0),), 1, 0, SOON) == "1 attempts were made"
    assert not reason((proved(1, 0),), 1, 1, SOON)


def test_attempts_that_came_to_nothing_count() -> None:
    assert not reason((), 1, 1, SOON)
    assert reason((), 2, 1, SOON) == "2 attempts were made"


def test_two_attempts_that_came_to_nothing_are_enough_whatever_the_settings_say() -> None:
    assert not reason((), 1, 9, SOON)
    assert reason((), 2, 9, SOON) == "2 attempts came to nothing"
    assert not reason((proved(2, 0),), 2, 9, SOON)
    assert reason((proved(2, 0),), 3, 9, SOON) == "2 attempts came to nothing"


def test_the_time_for_publishing_is_kept_free() -> None:
    assert reason((proved(1, 0),), 1, 3, OVER) == "the time left is for publishing"


def test_the_same_draft_again_ends_it() -> None:
    assert reason((proved(1, 0, tree=7), proved(2, 0, tree=7)), 2, 3, SOON)
    assert not reason((proved(1, 0, tree=7), proved(2, 0, tree=8)), 2, 3, SOON)


def test_two_attempts_in_a_row_that_bring_nothing_end_it() -> None:
    assert reason((proved(1, 1), proved(2, 1), proved(3, 0)), 3, 9, SOON)
    assert not reason((proved(1, 1), proved(2, 0), proved(3, 2)), 3, 9, SOON)


def test_an_attempt_that_breaks_an_earlier_round_brings_nothing_new() -> None:
    keeps, first, second = proved(1, 1), proved(2, 2, broken=2), proved(3, 2, broken=2)

    assert reason((keeps, first, second), 3, 9, SOON)
    assert not reason((first, keeps, second), 3, 9, SOON)
