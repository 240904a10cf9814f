"""Tests that nobody sent: read from an answer, read again, and found again in later rounds."""

import json

import pytest

from agent import evidence
from agent.proofing.own_tests import own_tests_of, read_own_tests, readings_of, recorded
from tests.orders import Shop

BRIEF = "List what is bought, and show the total of all amounts in #total."


def proposed(behaviour: str, quote: str, value: str = "5") -> dict[str, object]:
    step = {"do": "expect", "what": "text", "selector": "#total", "value": value}
    return {"behaviour": behaviour, "quote": quote, "steps": [step]}


def answer(*entries: dict[str, object]) -> str:
    return f"Here they are.\n```json\n{json.dumps({'tests': entries})}\n```\n"


def keep(shop: Shop, round_: int, *entries: dict[str, object]) -> None:
    """Put the tests of an answer on record, as if all had been confirmed."""
    loaded = shop.loaded(round_=round_)
    proposal = read_own_tests(answer(*entries), round_, [BRIEF], [])
    loaded.record(evidence.of_own_plan(recorded(proposal.tests), {}))


def test_a_test_is_read_where_it_quotes_a_brief() -> None:
    text = answer(
        proposed("The total is shown", "show the total  of all amounts"),
        proposed("Totals are red", "in red"),
    )

    proposal = read_own_tests(text, 2, [BRIEF, "Round 1."], [])

    assert [(each.label, each.check.text, each.check.round) for each in proposal.tests] == [
        ("own 2.1", "The total is shown", 2)
    ]
    assert proposal.dropped == {"Totals are red": "no brief says: in red"}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"behaviour": "It works", "quote": "the total"}, "no steps"),
        ({**proposed("It works", "the total"), "steps": [{"do": "click"}]}, "cannot be read"),
        (
            {
                "behaviour": "It works",
                "quote": "the total",
                "steps": [{"do": "expect", "what": "visible", "selector": "body"}],
            },
            "proves nothing",
        ),
    ],
)
def test_a_test_that_proves_nothing_is_dropped(entry: dict[str, object], reason: str) -> None:
    proposal = read_own_tests(answer(entry), 1, [BRIEF], [])

    assert not proposal.tests
    assert reason in proposal.dropped["It works"]


def test_only_tests_that_a_second_reading_expects_too_are_kept() -> None:
    quote = "the total of all amounts"
    text = answer(*(proposed(f"Case {n}", quote, str(n)) for n in range(3)))
    readings = readings_of(
        '{"tests": [{"test": 1, "expects": "same"}, {"test": 2, "expects": "the total is 7"}]}'
    )

    kept = read_own_tests(text, 1, [BRIEF], []).confirmed(readings)

    assert [each.check.text for each in kept.tests] == ["Case 0"]
    assert "the total is 7" in kept.dropped["Case 1"]
    assert "nothing was said" in kept.dropped["Case 2"]


def test_tests_of_earlier_rounds_are_tried_again(shop: Shop) -> None:
    keep(shop, 1, proposed("The total is shown", "the total"))
    keep(shop, 2, proposed("What is bought is listed", "List what is bought"))

    found = own_tests_of(shop.loaded(round_=2).repository, 2)

    assert [(each.label, each.check.round) for each in found.wanted] == [
        ("own 1.1", 1),
        ("own 2.1", 2),
    ]


def test_a_test_that_a_later_brief_overrides_is_tried_no_more(shop: Shop) -> None:
    keep(shop, 1, proposed("The total is shown", "the total"))
    loaded = shop.loaded(round_=2)
    earlier = own_tests_of(loaded.repository, 2).tests
    text = answer({"overrides": "own 1.1", "quote": "show no total any more"})

    proposal = read_own_tests(text, 2, ["Please show no total any more.", BRIEF], earlier)
    loaded.record(evidence.of_texts(evidence.OVERRIDDEN, proposal.overridden))

    now, later = (own_tests_of(loaded.repository, number) for number in (2, 3))
    assert (len(now.tests), now.wanted) == (1, ())
    assert now.overridden == {"The total is shown": "show no total any more"}
    assert later.tests == ()


def test_only_the_newest_brief_overrides_a_test() -> None:
    earlier = read_own_tests(answer(proposed("The total is shown", "the total")), 1, [BRIEF], [])
    text = answer({"overrides": "own 1.1", "quote": "show the total of all amounts"})

    proposal = read_own_tests(text, 2, ["Make it blue.", BRIEF], earlier.tests)

    assert proposal.overridden == {}


def test_a_withdrawn_test_is_tried_no_more(shop: Shop) -> None:
    keep(shop, 1, proposed("The total is shown", "the total"))
    loaded = shop.loaded()

    loaded.record(evidence.of_texts(evidence.WITHDRAWN, {"The total is shown": "it is elsewhere"}))

    assert own_tests_of(loaded.repository, 2).tests == ()
