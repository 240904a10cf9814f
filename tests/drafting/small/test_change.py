"""One change at a time, in words that say what to write."""

import pytest

from agent import scaffold
from agent.drafting.small.change import Change, Hint, changes
from agent.values import Check, Outcome, Proof, Verdict
from tests.drafting.small.small_requests import js

CHECK = js("document.querySelector('#tip').textContent.trim() === '7.50'")
CLICK = js("(() => { document.querySelector('#go').click(); return true; })()")


def failed(observed: str, check: Check = CHECK) -> Proof:
    return Proof((Verdict(check, Outcome.FAILED, observed),))


def seeing(text: str) -> str:
    return f"is false; `document.querySelector('#tip').textContent.trim()` is \"{text}\""


def words(change: Change) -> str:
    return scaffold.prompt("small/_change", change=change).strip()


def test_a_change_says_what_must_be_and_what_is() -> None:
    (change,) = changes(failed(seeing("9.00")))

    assert words(change) == (
        'When the page loads, the text of #tip must be "7.50". Now #tip has "9.00".'
    )


@pytest.mark.parametrize(
    ("seen", "hint", "says"),
    [
        ("7.5000001", Hint.ROUNDING, "toFixed(2)"),
        ("7.2", Hint.DECIMALS, "2 decimals"),
        ("NaN", Hint.NOT_A_NUMBER, "parseFloat"),
        ("$7.50", Hint.PLAIN_NUMBER, "currency sign"),
        ("0.0", Hint.UNITS, "convert the units"),
        ("", Hint.EMPTY, "update"),
    ],
)
def test_what_was_seen_gives_the_hint(seen: str, hint: Hint, says: str) -> None:
    (change,) = changes(failed(seeing(seen)))

    assert change.hints == (hint,)
    assert says in words(change)


def test_what_an_earlier_check_did_still_holds() -> None:
    proof = Proof((Verdict(CLICK, Outcome.PASSED, ""), *failed("is false").verdicts))

    assert words(changes(proof)[0]).startswith("When #go is clicked, the text of #tip")


def test_errors_come_before_checks_and_lost_variables_before_both() -> None:
    proof = Proof(failed("is false").verdicts, ("uncaught error: x is not defined",))

    told = [words(each) for each in changes(proof, ["planets"])]

    assert "`let planets`" in told[0]
    assert "x is not defined. Define what is not defined" in told[1]
    assert "#tip" in told[2]


def test_a_check_of_no_known_form_is_not_shown_as_code() -> None:
    (change,) = changes(failed("is false", js("document.title === 'Shop'")))

    assert words(change) == "Go through the request again and complete what is missing."


def test_what_passed_needs_no_change() -> None:
    assert changes(Proof((Verdict(CHECK, Outcome.PASSED, "is true"),))) == ()
