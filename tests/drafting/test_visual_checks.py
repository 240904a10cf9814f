import pytest

from agent.drafting.visual_checks import are_in_doubt
from agent.values import Check, Outcome, Proof, Verdict
from tests.orders import js, sentence


def proof(check: Check, outcome: Outcome = Outcome.FAILED) -> Proof:
    return Proof((Verdict(check, outcome, "seen"),))


@pytest.mark.parametrize(
    "check",
    [
        js("getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)'"),
        js("document.documentElement.scrollWidth <= innerWidth"),
        js("document.querySelector('#a').getBoundingClientRect().top > 0"),
        sentence("The cards are centred on a phone"),
        sentence("No text overlaps the picture"),
        sentence("The error message is visible"),
    ],
)
def test_a_failed_check_of_looks_puts_them_in_doubt(check: Check) -> None:
    assert are_in_doubt(proof(check))


@pytest.mark.parametrize(
    "check",
    [
        js("document.querySelector('#total').textContent === '12.5'"),
        js("document.querySelectorAll('.column').length === 3"),
        sentence("Typing 4 shows 8 in #out"),
    ],
)
def test_a_failed_check_of_what_the_page_says_does_not(check: Check) -> None:
    assert not are_in_doubt(proof(check))


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.UNPROVED])
def test_looks_that_did_not_fail_are_not_in_doubt(outcome: Outcome) -> None:
    assert not are_in_doubt(proof(sentence("It is responsive"), outcome))
