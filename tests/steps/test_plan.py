import json

import pytest

from agent.budget import spent
from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed, GalleyError, ModelError
from agent.ports import Listener, Prompt
from agent.proofing.planning import tests_of as known_tests
from agent.steps.plan import Planning
from agent.usage import Usage
from agent.values import Answer, Plan
from tests.orders import Shop

CHECKS = ["The button counts clicks."]


class Silent:
    """A model that gives no answer."""

    name = "silent"

    def __init__(self, error: GalleyError) -> None:
        self._error = error

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        raise self._error


def planning(error: GalleyError) -> Planning:
    return Planning(Silent(error), True, lambda job: lambda _: None)


@pytest.mark.parametrize("error", [ModelError("gone"), DeadlinePassed("its share is used up")])
def test_a_job_goes_on_without_tests_that_nobody_wrote(shop: Shop, error: GalleyError) -> None:
    loaded = shop.loaded(checks=CHECKS)

    assert planning(error).plan(loaded) == Plan(sentences=1, tests=0)


def test_a_cancelled_job_does_not_go_on(shop: Shop) -> None:
    loaded = shop.loaded(checks=CHECKS)

    with pytest.raises(Cancelled):
        planning(Cancelled("the job was cancelled")).plan(loaded)


class Opinion:
    """A model that says one thing, and what it was asked."""

    name = "opinion"

    def __init__(self, text: str) -> None:
        self.asked: list[str] = []
        self._text = text

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        self.asked.append(prompt.messages[-1].text)
        return Answer(self._text, self.name, Usage(1, 2, None, 0.5))


TESTS = """{"tests": {"The button counts clicks.": {"steps": [
  {"do": "click", "selector": "button"},
  {"do": "expect", "what": "text", "selector": "#n", "comparison": "equals", "value": "2"}
]}}, "unread": {}}"""


@pytest.mark.parametrize(
    ("says", "is_withdrawn"),
    [
        ("WRONG", True),
        ("**Wrong.** It clicks once.", True),
        ("<think>RIGHT?</think>\nWRONG", True),
        ("RIGHT", False),
        ("RIGHT, though it looks WRONG", False),
        ("", False),
    ],
)
def test_a_contested_test_goes_only_where_a_second_opinion_says_so(
    shop: Shop, says: str, is_withdrawn: bool
) -> None:
    loaded = shop.loaded(brief="Count.", checks=CHECKS)
    loaded.record({"tests/tests.json": TESTS.encode()})
    model = Opinion(says)
    planning = Planning(model, True, lambda job: lambda _: None)

    assert planning.withdraw(loaded, CHECKS[0], "one click is 1") is is_withdrawn
    assert (CHECKS[0] in known_tests(loaded.repository, 1)) is not is_withdrawn
    assert all(words in model.asked[0] for words in ("Count.", CHECKS[0], "#n", "one click is 1"))


def test_every_second_opinion_is_on_record_and_counts_for_the_budget(shop: Shop) -> None:
    loaded = shop.loaded(brief="Count.", checks=CHECKS)
    loaded.record({"tests/tests.json": TESTS.encode()})

    Planning(Opinion("RIGHT"), True, lambda job: lambda _: None).withdraw(
        loaded, CHECKS[0], "one click is 1"
    )

    kept = loaded.repository.evidence(1)
    assert kept["tests/opinions/1/answer.md"] == b"RIGHT\n"
    assert b"one click is 1" in kept["tests/opinions/1/prompt.md"]
    assert len(spent(loaded, ())) == 1


def test_a_withdrawn_test_is_not_written_again(shop: Shop) -> None:
    loaded = shop.loaded(checks=CHECKS)
    loaded.record({"tests/tests.json": TESTS.encode()})
    model = Opinion("WRONG")
    planning = Planning(model, True, lambda job: lambda _: None)
    planning.withdraw(loaded, CHECKS[0], "one click is 1")

    plan = planning.plan(loaded)

    assert plan == Plan(sentences=1, tests=1)
    assert len(model.asked) == 1


def test_a_test_that_was_contested_in_vain_is_not_judged_again(shop: Shop) -> None:
    loaded = shop.loaded(brief="Count.", checks=CHECKS)
    loaded.record({"tests/tests.json": TESTS.encode()})
    model = Opinion("RIGHT")
    planning = Planning(model, True, lambda job: lambda _: None)

    judged = [planning.withdraw(loaded, CHECKS[0], f"reason {number}") for number in range(3)]

    assert judged == [False] * 3
    assert len(model.asked) == 1


def test_the_second_opinion_sees_what_earlier_rounds_asked_for(shop: Shop) -> None:
    shop.loaded(brief="One click counts twice.", checks=CHECKS)
    loaded = shop.loaded(round_=2, brief="Make it blue.")
    loaded.record({"tests/tests.json": TESTS.encode()})
    model = Opinion("RIGHT")

    Planning(model, True, lambda job: lambda _: None).withdraw(loaded, CHECKS[0], "one is 1")

    assert "One click counts twice." in model.asked[0]


def test_long_briefs_of_earlier_rounds_are_not_sent_whole_again(shop: Shop) -> None:
    shop.loaded(brief="Count clicks in #n. " + "It is for people in a hurry. " * 2_000)
    loaded = shop.loaded(round_=2, brief="Make it blue.")
    model = Opinion('{"tests": []}')

    Planning(model, True, lambda job: lambda _: None, writes_own=True).plan(loaded)

    assert "Count clicks in #n." in model.asked[0]
    assert len(model.asked[0]) < 20_000


def test_without_a_second_reading_no_own_test_is_kept(shop: Shop) -> None:
    loaded = shop.loaded(brief="Clicking counts in #n.")
    step = {"do": "expect", "what": "text", "selector": "#n", "value": "1"}
    test = {"behaviour": "It counts", "quote": "Clicking counts", "steps": [step]}
    model = Opinion(json.dumps({"tests": [test]}))

    plan = Planning(model, True, lambda job: lambda _: None, writes_own=True).plan(loaded)

    assert plan == Plan(0, 0, 0)
    dropped = json.loads(loaded.evidence("tests/own.json") or b"{}")["dropped"]
    assert "nothing was said of it" in dropped["It counts"]


def test_a_model_is_not_asked_for_own_tests_where_they_are_not_wanted(shop: Shop) -> None:
    model = Opinion("{}")

    plan = Planning(model, True, lambda job: lambda _: None).plan(shop.loaded())

    assert plan == Plan(0, 0, 0)
    assert model.asked == []


def test_a_contested_test_stays_where_nobody_answers(shop: Shop) -> None:
    loaded = shop.loaded(checks=CHECKS)
    loaded.record({"tests/tests.json": TESTS.encode()})

    assert not planning(ModelError("gone")).withdraw(loaded, CHECKS[0], "one click is 1")


def test_tests_of_a_later_round_are_written_with_the_outline_of_the_site(shop: Shop) -> None:
    page = b"<h1>Sums</h1><input id=amount><script>function total() {}</script>"
    shop.done(shop.loaded(), {"index.html": page, "style.css": b"#amount {}"})
    loaded = shop.loaded(round_=2, brief="Round the total.", checks=CHECKS)
    model = Opinion('{"tests": []}')

    Planning(model, True, lambda job: lambda _: None).plan(loaded)

    assert "`index.html`: headings: Sums; ids: #amount; functions: total()" in model.asked[0]
    assert "style.css" not in model.asked[0]
