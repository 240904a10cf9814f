from agent.choosing import choose
from agent.values import Attempt, Outcome, Proof, Trial, Verdict
from tests.orders import js

PASSED, FAILED, UNPROVED = Outcome.PASSED, Outcome.FAILED, Outcome.UNPROVED


def trial(number: int, *seen: tuple[int, Outcome], faults: int = 0) -> Trial:
    """A trial with a verdict for each (round of the check, outcome)."""
    verdicts = tuple(Verdict(js("true", round_), outcome, "") for round_, outcome in seen)
    attempt = Attempt(number, f"{number:040x}", f"{number:040x}", "summary", "model")
    return Trial(attempt, Proof(verdicts, ("a fault",) * faults))


def test_the_attempt_that_passed_most_is_chosen() -> None:
    worse, better = trial(1, (1, PASSED), (1, FAILED)), trial(2, (1, PASSED), (1, PASSED))

    assert choose((worse, better)) is better
    assert choose((better, worse)) is better


def test_the_earlier_of_two_equals_is_chosen() -> None:
    first, second = trial(1, (1, PASSED)), trial(2, (1, PASSED))

    assert choose((second, first)) is first


def test_an_attempt_that_breaks_an_earlier_round_loses_to_one_that_does_not() -> None:
    breaks = trial(1, (1, FAILED), (2, PASSED), (2, PASSED))
    keeps = trial(2, (1, PASSED), (2, FAILED), (2, FAILED))

    assert choose((breaks, keeps)) is keeps


def test_an_unproved_check_of_an_earlier_round_is_not_broken() -> None:
    unknown = trial(1, (1, UNPROVED), (2, PASSED), (2, PASSED))
    broken = trial(2, (1, FAILED), (2, PASSED), (2, PASSED), (2, PASSED))

    assert choose((unknown, broken)) is unknown


def test_where_the_checks_agree_fewer_faults_decide() -> None:
    faulty, sound = trial(1, (1, PASSED), faults=2), trial(2, (1, PASSED), faults=1)

    assert choose((faulty, sound)) is sound


def test_without_checks_and_faults_the_first_is_chosen() -> None:
    assert choose((trial(1), trial(2))).attempt.number == 1
