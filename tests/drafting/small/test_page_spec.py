"""The page that is read from brief and checks together."""

from agent.drafting.small.page_spec import PageSpec, ids_of
from tests.drafting.small.small_requests import js, sentence


def test_the_title_is_the_checks_before_the_briefs() -> None:
    spec = PageSpec.of(['A page titled "Shop".'], [js("document.title === 'My Shop'")], "task")

    assert spec.title == "My Shop"
    assert spec.heading == "My Shop"


def test_a_title_nobody_states_is_the_tasks_name() -> None:
    spec = PageSpec.of(["Make a shop."], [], "shop-1")

    assert spec.title == "shop-1"
    assert not spec.is_title_stated


def test_a_title_that_a_check_would_compute_is_not_stated() -> None:
    assert not PageSpec.of(
        ["Shop."], [js("document.title === `Shop ${seed}`")], "t"
    ).is_title_stated


def test_ids_are_found_in_briefs_and_checks_and_colours_are_none() -> None:
    brief = "Show #total in #ff8000, see page#top."
    scripts = ["document.querySelector('#cart tbody tr') && document.getElementById('tax')"]

    assert ids_of(brief, scripts) == ("total", "tax", "cart")


def test_sentences_among_the_checks_name_ids_too() -> None:
    spec = PageSpec.of(["Shop."], [sentence("Clicking the button #buy adds one")], "t")

    assert [(each.id, each.tag) for each in spec.elements] == [("buy", "button")]


def test_libraries_are_known_by_the_brief_or_by_a_check() -> None:
    named = PageSpec.of(["Load Bootstrap 5 from jsdelivr."], [], "t").libraries
    looked_for = [js("!!document.querySelector(\"script[src*='highlight.js']\")")]
    checked = PageSpec.of(["Show code."], looked_for, "t").libraries
    neither = PageSpec.of(["Tasks marked done are highlighted."], [], "t").libraries

    assert "bootstrap" in named[0].styles[0]
    assert "/highlight.js/" in checked[0].scripts[0]
    assert neither == ()


def test_the_names_of_other_things_are_no_titles() -> None:
    brief = 'Make a shop. It has a section titled "Offers" and a file called "offers.csv".'

    assert not PageSpec.of([brief], [], "shop").is_title_stated
