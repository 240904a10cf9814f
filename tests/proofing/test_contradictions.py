import pytest

from agent.proofing.contradictions import contradict
from tests.orders import js, sentence

TITLE = "document.title"
H1 = "document.querySelector('h1').textContent"
ITEMS = "document.querySelectorAll('li').length"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{TITLE} === 'Alpha'", f"{TITLE} === 'Beta'"),
        (f"{TITLE} == 'Alpha'", f'{TITLE}.trim()  ===  "Beta";'),
        (f"{H1} === 'Alpha'", "document.querySelector(\"h1\")?.textContent.trim() === 'Beta'"),
        (f"{TITLE} === 'Alpha' && !!{H1}", f"{TITLE} === 'Beta'"),
        ("Math.abs(total - 92.5) < 0.01", "Math.abs(total - 100) < 0.01"),
        ("Math.abs(total - 92.5) < 0.01", "total === 100"),
        (f"{ITEMS} === 3", f"{ITEMS} === 5"),
        (f"{ITEMS} === 3", f"{ITEMS} >= 5"),
        (f"{ITEMS} > 5", f"{ITEMS} <= 5"),
        (f"{ITEMS} > 0", f"{ITEMS} === 0"),
        ("document.querySelector('#login')", "!document.querySelector('#login')"),
        ("!!document.querySelector('#login')", "document.querySelector('#login') === null"),
        (f"{TITLE} === 'Alpha'", f"{TITLE} !== 'Alpha'"),
        (f"{TITLE}.includes('Alpha')", f"{TITLE} === 'Beta'"),
        (f"{H1}.includes('Alpha')", f"!{H1}.includes('Alpha')"),
        (f"!{TITLE}.includes('Beta')", f"{TITLE} === 'Beta shop'"),
        (f"() => {TITLE} === 'Alpha'", f"{TITLE} === 'Beta'"),
    ],
)
def test_expressions_that_cannot_both_be_true_contradict_each_other(one: str, other: str) -> None:
    assert contradict(js(one), js(other, 2))
    assert contradict(js(other), js(one, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('The title is "Alpha"', 'The title is "Beta".'),
        ('The title is "Alpha"', "Page title should be: 'Beta'"),
        ("The page is titled “Alpha”", 'The page is titled "Beta"'),
        ('The heading must be "Alpha"', 'The heading must not be "Alpha"'),
        ("The number of rows is 3", "The number of rows is now 5."),
    ],
)
def test_sentences_that_give_one_thing_two_values_contradict_each_other(
    one: str, other: str
) -> None:
    assert contradict(sentence(one), sentence(other, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{TITLE} === 'Alpha'", f'{TITLE} === "Alpha"'),
        (f"{TITLE} === 'Alpha'", f"{H1} === 'Beta'"),
        (f"{TITLE} !== 'Alpha'", f"{TITLE} !== 'Beta'"),
        (f"{TITLE} !== 'Alpha'", f"{TITLE} === 'Beta'"),
        (f"{TITLE}", f"{TITLE} === 'Beta'"),
        (f"{TITLE}.includes('Alpha')", f"{TITLE}.includes('Beta')"),
        (f"{TITLE}.includes('Beta')", f"{TITLE} === 'Beta shop'"),
        (f"{TITLE} === 'Alpha' || {TITLE} === 'Beta'", f"{TITLE} === 'Beta'"),
        ("wide ? n === 1 : m === 2", "wide ? n === 1 : m === 3"),
        ("Math.abs(total - 92.50) < 0.01", "Math.abs(total - 92.5) < .01"),
        ("Math.abs(total - 92) < 1", "total === 92.5"),
        ("total === 92", "total === 92.0"),
        (f"{ITEMS} >= 3", f"{ITEMS} === 5"),
        (f"{ITEMS} > 3", f"{ITEMS} < 5"),
        (f"{ITEMS} >= 5", f"{ITEMS} <= 5"),
        (f"{ITEMS}", f"{ITEMS} === 5"),
        (
            "document.querySelector('#a b').value === '1'",
            "document.querySelector('#ab').value === '2'",
        ),
        ("rows.some(r => r.a === 1 && r.b === 1)", "rows.some(r => r.a === 2 && r.b === 1)"),
        ("rows.some(r => r.name === 'Tea')", "rows.some(r => r.name === 'Cake')"),
        ("const a = p && q; a === 1", "const a = r && q; a === 2"),
        ("document.querySelector('#login')", "!document.querySelector('#logout')"),
        ("window.t === 'a && b'", "window.u === 'a && c'"),
    ],
)
def test_expressions_that_can_both_be_true_do_not(one: str, other: str) -> None:
    assert not contradict(js(one), js(other, 2))
    assert not contradict(js(other), js(one, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('There is a button named "Add"', 'There is a button named "Remove"'),
        ('One of the items is "Tea"', 'One of the items is "Cake"'),
        ('The page has a link called "Home"', 'The page has a link called "Help"'),
        ('The title must not be "Alpha"', 'The title must not be "Beta"'),
        ('The title is "Alpha"', 'The heading is "Beta"'),
        ("With 2 items the total is 4", "With 3 items the total is 6"),
        ("The total is 92", "The total is 92.00"),
        ("The total is at least 5", "The total is 7"),
        ("Has MIT license", "README is professional"),
    ],
)
def test_sentences_that_can_both_be_true_do_not(one: str, other: str) -> None:
    assert not contradict(sentence(one), sentence(other, 2))


def test_an_expression_never_contradicts_a_sentence() -> None:
    assert not contradict(js("document.title === 'Alpha'"), sentence('The title is "Beta"', 2))
