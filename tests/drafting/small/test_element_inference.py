"""Elements inferred from briefs and checks, in the ways that people write them."""

import pytest

from agent.drafting.small.element_inference import PageElement, infer_element
from agent.drafting.small.page_spec import PageSpec


@pytest.mark.parametrize(
    ("name", "brief", "tag", "kind"),
    [
        ("bill", "A number input #bill starts at 80.", "input", "number"),
        (
            "b",
            "It has the number inputs #a in metres, starting at 3, and #b in grams.",
            "input",
            "number",
        ),
        ("green", "Three range inputs #red, #green and #blue from 0 to 255.", "input", "range"),
        ("notes", "There is a textarea #notes.", "textarea", ""),
        ("size", "#size, a select with three sizes, sets the price.", "select", ""),
        ("theme", "Add #theme (a SELECT) at the top.", "select", ""),
        ("log", "#log is an ordered list of what happened.", "ol", ""),
        ("go", "The user presses #go.", "button", ""),
        ("word", "The user types into #word.", "input", "text"),
        ("hide", "A checkbox #hide is checked at the start.", "input", "checkbox"),
        ("to", "Two date inputs #from and #to.", "input", "date"),
        ("rows-table", "Rows are in #rows-table.", "table", ""),
        ("total", "The sum is shown in #total.", "output", ""),
    ],
)
def test_words_tell_the_element(name: str, brief: str, tag: str, kind: str) -> None:
    element = infer_element(name, brief, [])

    assert (element.tag, element.kind) == (tag, kind)


@pytest.mark.parametrize(
    ("check", "tag"),
    [
        ("document.querySelectorAll('#x tbody tr').length === 3", "table"),
        ("document.querySelector('#x').options.length > 1", "select"),
        (
            "(() => { const e = document.querySelector('#x'); e.value = '1'; return true; })()",
            "input",
        ),
        ("(() => { document.getElementById('x').click(); return true; })()", "button"),
        ("document.querySelectorAll('#x li').length === 2", "ul"),
        ("document.querySelector('#x').textContent === '3'", "output"),
    ],
)
def test_checks_tell_it_where_the_brief_is_silent(check: str, tag: str) -> None:
    assert infer_element("x", "", [check]).tag == tag


@pytest.mark.parametrize(
    ("name", "brief", "value"),
    [
        ("bill", "A number input #bill starts at 50 and a select #p starts at 15.", "50"),
        ("p", "A number input #bill starts at 50 and a select #p starts at 15.", "15"),
        ("b", "Inputs #a, #b (per cent a year) and #c start at 12000, 6.5 and 3.", "6.5"),
        ("t", 'A textarea #t that starts with the words "one. two".', "one. two"),
        ("d", "A date input #d, starting at 2025-01-31.", "2025-01-31"),
        ("s", "The input #s (which starts at 5) is the step.", "5"),
        ("e", "A text input #e that starts empty.", ""),
    ],
)
def test_the_brief_tells_what_it_starts_with(name: str, brief: str, value: str) -> None:
    assert infer_element(name, brief, []).value == value


def test_a_check_that_touches_nothing_tells_the_first_value_too() -> None:
    check = "Number(document.querySelector('#n').value) === 12"

    assert infer_element("n", "A number input #n.", [check]).value == "12"


def test_options_are_read_where_they_are_listed() -> None:
    listed = infer_element("p", "A select #p offers 10, 15 and 20 and starts at 15.", [])
    data = infer_element("c", "A select #c has one option for each currency.", [])

    assert listed.options == ("10", "15", "20")
    assert listed.is_number
    assert data.options == ()


def test_an_id_becomes_a_name_of_javascript() -> None:
    assert PageElement("open-count", "output").constant == "openCountEl"


@pytest.mark.parametrize(
    ("name", "brief", "label"),
    [
        ("open-count", "#open-count shows how many.", "Open count"),
        ("bestDay", "#bestDay", "Best day"),
        ("bmi", "A BMI calculator with #bmi.", "BMI"),
        ("tab-spring", "A button #tab-spring.", "Spring"),
        ("add-btn", "A button #add-btn.", "Add"),
        ("input", "#input", "Input"),
    ],
)
def test_the_label_says_in_words_what_the_value_is(name: str, brief: str, label: str) -> None:
    assert infer_element(name, brief, []).label == label


@pytest.mark.parametrize(
    "words",
    [
        'a number input with id="bill" that starts at 5',
        "a number input with the id `bill` that starts at 5",
        "a number input (id=bill) that starts at 5",
        "a number input `#bill` that starts at 5",
    ],
)
def test_ids_are_spelt_in_many_ways(words: str) -> None:
    (bill,) = PageSpec.of([f"Make a page with {words}."], [], "t").elements

    assert (bill.id, bill.kind, bill.value) == ("bill", "number", "5")
