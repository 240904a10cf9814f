"""Checks in plain words."""

import pytest

from agent.drafting.small.expectation import Expectation


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
    assert Expectation.of(check).claims == (claim,)


def test_what_a_check_does_comes_with_the_names_of_its_elements() -> None:
    check = (
        "(() => { const e = document.querySelector('#bill'); e.value = '100';"
        " e.dispatchEvent(new Event('input')); document.querySelector('#go').click();"
        " return document.querySelector('#total').textContent === '115'; })()"
    )

    expected = Expectation.of(check)

    assert expected.deeds == ('#bill is set to "100"', "#go is clicked")
    assert expected.claims == ('the text of #total must be "115"',)


def test_other_forms_say_nothing() -> None:
    assert Expectation.of("document.title === 'Shop'").claims == ()


def test_what_is_done_twice_is_said_once() -> None:
    click = "document.querySelector('#plus').click();"

    assert Expectation.of(f"(() => {{ {click} {click} }})()").deeds == ("#plus is clicked 2 times",)
