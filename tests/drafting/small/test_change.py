"""One change at a time, in words that say what to write."""

from agent.drafting.small.change import Change, changes
from agent.values import Outcome, Proof, Verdict
from tests.orders import js

CHECK = js("document.querySelector('#tip').textContent.trim() === '7.50'")


def failed(observed: str) -> Proof:
    return Proof((Verdict(CHECK, Outcome.FAILED, observed),))


def seeing(text: str) -> str:
    return (
        f"is false (after 2 s); `document.querySelector('#tip').textContent.trim()` is \"{text}\""
    )


def test_a_change_says_what_must_be_and_what_is() -> None:
    (change,) = changes(failed(seeing("9.00")))

    assert change.what == 'When the page loads, the text of #tip must be "7.50".'
    assert change.seen == 'Now #tip has "9.00"'


def test_what_was_seen_gives_the_hint() -> None:
    assert "toFixed(2)" in changes(failed(seeing("7.5000001")))[0].hint
    assert "parseFloat" in changes(failed(seeing("NaN")))[0].hint
    assert "currency sign" in changes(failed(seeing("$7.50")))[0].hint
    assert "update" in changes(failed(seeing("")))[0].hint


def test_errors_come_before_checks_and_lost_variables_before_both() -> None:
    proof = Proof(failed("is false").verdicts, ("uncaught error: x is not defined",))

    named = changes(proof, ["planets"])

    assert [type(each) for each in named] == [Change] * 3
    assert "planets" in named[0].what
    assert "x is not defined" in named[1].seen


def test_what_passed_needs_no_change() -> None:
    assert changes(Proof((Verdict(CHECK, Outcome.PASSED, "is true"),))) == ()
