"""Taking expressions apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.proofing.subexpressions import chains, literals


def test_a_chain_is_cut_after_each_access_and_call() -> None:
    (chain,) = chains('document.querySelector("#x").textContent.includes("y")')

    assert chain[2:4] == (
        'document.querySelector("#x")',
        'document.querySelector("#x").textContent',
    )


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("Math.abs(parseFloat(total.textContent) - 10) < 0.01", "total.textContent"),
        (
            "!!document.querySelector(`link[href*='b)']`)",
            "document.querySelector(`link[href*='b)']`)",
        ),
        ("a?.b?.[0] > 1", "a?.b?.[0]"),
        ("/\\)(.*/.test(total.textContent)", "total.textContent"),
        ("'quoted.text' === real.text", "real.text"),
        ("[...all].some(one => one.x)", "all"),
    ],
)
def test_the_parts_that_matter_are_found(text: str, inner: str) -> None:
    found = [prefix for chain in chains(text) for prefix in chain]

    assert inner in found


def test_strings_and_numbers_are_literals_and_names_are_not() -> None:
    assert literals("h1.textContent === 'it\\'s' && x2 > 30") == ("it\\'s", "30")


@given(st.text("abc.()[]{}`'\"/\\ ?!=$1", max_size=40))
def test_any_text_is_taken_apart_without_harm(text: str) -> None:
    assert all(prefix in text for chain in chains(text) for prefix in chain)
    literals(text)
