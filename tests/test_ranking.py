from agent.ranking import best
from agent.values import Draft, Outcome, Proof, ProvedDraft, Verdict
from tests.orders import js

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
UNPROVED, SUPERSEDED = Outcome.UNPROVED, Outcome.SUPERSEDED


def proved(number: int, *seen: tuple[int, Outcome], faults: int = 0) -> ProvedDraft:
    """A draft with a verdict for each (round of the check, outcome)."""
    verdicts = tuple(Verdict(js("true", round_), outcome, "") for round_, outcome in seen)
    draft = Draft(number, f"{number:040x}", f"{number:040x}", "summary", "model")
    return ProvedDraft(draft, Proof(verdicts, ("a fault",) * faults))


def test_the_draft_that_passed_most_is_chosen() -> None:
    worse, better = proved(1, (1, PASSED), (1, FAILED)), proved(2, (1, PASSED), (1, PASSED))

    assert best((worse, better)) is better
    assert best((better, worse)) is better


def test_the_earlier_of_two_equals_is_chosen() -> None:
    first, second = proved(1, (1, PASSED)), proved(2, (1, PASSED))

    assert best((second, first)) is first


def test_a_draft_that_fails_fewer_checks_wins_whichever_round_they_are_of() -> None:
    breaks = proved(1, (1, FAILED), (1, FAILED), (2, PASSED))
    keeps = proved(2, (1, PASSED), (1, PASSED), (2, FAILED))

    assert best((breaks, keeps)) is keeps


def test_where_as_many_fail_the_newest_round_wins() -> None:
    old_title = proved(1, (1, PASSED), (2, FAILED))
    new_title = proved(2, (1, FAILED), (2, PASSED))

    assert best((old_title, new_title)) is new_title


def test_a_superseded_check_counts_for_nothing() -> None:
    overridden = proved(1, (1, SUPERSEDED), (2, PASSED))
    failed = proved(2, (1, FAILED), (2, PASSED))

    assert best((failed, overridden)) is overridden


def test_an_unproved_check_of_an_earlier_round_is_not_broken() -> None:
    unknown = proved(1, (1, UNPROVED), (2, PASSED), (2, PASSED))
    broken = proved(2, (1, FAILED), (2, PASSED), (2, PASSED), (2, PASSED))

    assert best((unknown, broken)) is unknown


def test_where_the_checks_agree_fewer_faults_decide() -> None:
    faulty, sound = proved(1, (1, PASSED), faults=2), proved(2, (1, PASSED), faults=1)

    assert best((faulty, sound)) is sound


def test_without_checks_and_faults_the_first_is_chosen() -> None:
    assert best((proved(1), proved(2))).draft.number == 1
