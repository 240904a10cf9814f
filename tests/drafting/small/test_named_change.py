"""One change at a time, in words that say what to write."""

import pytest

from agent import scaffold
from agent.drafting.small.named_change import (
    ChangeHint,
    CheckWording,
    NamedChange,
    named_changes,
)
from agent.values import Check, Outcome, Proof, Verdict
from tests.drafting.small.small_requests import js

CHECK = js("document.querySelector('#tip').textContent.trim() === '7.50'")
CLICK = js("(() => { document.querySelector('#go').click(); return true; })()")


def failed(observed: str, check: Check = CHECK) -> Proof:
    return Proof((Verdict(check, Outcome.FAILED, observed),))


def seeing(text: str) -> str:
    return f"is false; `document.querySelector('#tip').textContent.trim()` is \"{text}\""


def words(change: NamedChange) -> str:
    return scaffold.prompt("small/_change", change=change).strip()


def test_a_change_says_what_must_be_and_what_is() -> None:
    (change,) = named_changes(failed(seeing("9.00")))

    assert words(change) == (
        'When the page loads, the text of #tip must be "7.50". Now #tip has "9.00".'
    )


@pytest.mark.parametrize(
    ("seen", "hint", "says"),
    [
        ("7.5000001", ChangeHint.ROUNDING, "toFixed(2)"),
        ("7.2", ChangeHint.DECIMALS, "2 decimals"),
        ("NaN", ChangeHint.NOT_A_NUMBER, "parseFloat"),
        ("$7.50", ChangeHint.PLAIN_NUMBER, "currency sign"),
        ("0.0", ChangeHint.UNITS, "convert the units"),
        ("", ChangeHint.EMPTY, "update"),
    ],
)
def test_what_was_seen_gives_the_hint(seen: str, hint: ChangeHint, says: str) -> None:
    (change,) = named_changes(failed(seeing(seen)))

    assert change.hints == (hint,)
    assert says in words(change)


def test_what_an_earlier_check_did_still_holds() -> None:
    proof = Proof((Verdict(CLICK, Outcome.PASSED, ""), *failed("is false").verdicts))

    assert words(named_changes(proof)[0]).startswith("When #go is clicked, the text of #tip")


def test_errors_come_before_checks_and_undeclared_variables_before_both() -> None:
    proof = Proof(failed("is false").verdicts, ("uncaught error: x is not defined",))

    sentences = [words(each) for each in named_changes(proof, ["planets"])]

    assert "`let planets`" in sentences[0]
    assert "x is not defined. Define what is not defined" in sentences[1]
    assert "#tip" in sentences[2]


def test_a_check_of_no_known_form_is_not_shown_as_code() -> None:
    (change,) = named_changes(failed("is false", js("document.title === 'Shop'")))

    assert words(change) == "Go through the request again and complete what is missing."


def test_what_passed_needs_no_change() -> None:
    assert named_changes(Proof((Verdict(CHECK, Outcome.PASSED, "is true"),))) == ()


@pytest.mark.parametrize(
    ("check", "claim"),
    [
        (
            "document.querySelector('#tip').textContent.trim() === '7.50'",
            'the text of #tip must be "7.50"',
        ),
        (
            "Math.abs(parseFloat(document.querySelector('#sum').textContent) - 243.75) < 0.01",
            "the text of #sum must be the plain number 243.75",
        ),
        ("document.getElementById('note').value === ''", "the value of #note must be empty"),
        (
            "document.querySelectorAll('#cart tbody tr').length >= 2",
            "there must be at least 2 × #cart tbody tr",
        ),
        (
            "document.querySelector('#list li').classList.contains('done')",
            'the first #list li must have the class "done"',
        ),
        (
            'document.querySelector("#out").innerHTML.includes("<h")',
            '#out must contain "<h"',
        ),
    ],
)
def test_common_forms_are_put_into_words(check: str, claim: str) -> None:
    assert CheckWording.of(check).claims == (claim,)


def test_what_a_check_does_comes_with_the_names_of_its_elements() -> None:
    check = (
        "(() => { const e = document.querySelector('#bill'); e.value = '100';"
        " e.dispatchEvent(new Event('input')); document.querySelector('#go').click();"
        " return document.querySelector('#total').textContent === '115'; })()"
    )

    wording = CheckWording.of(check)

    assert wording.actions == ('#bill is set to "100"', "#go is clicked")
    assert wording.claims == ('the text of #total must be "115"',)


def test_other_forms_say_nothing() -> None:
    assert CheckWording.of("document.title === 'Shop'").claims == ()


def test_what_is_done_twice_is_said_once() -> None:
    click = "document.querySelector('#plus').click();"

    assert CheckWording.of(f"(() => {{ {click} {click} }})()").actions == (
        "#plus is clicked 2 times",
    )
