"""The road from attempt to attempt, with a model that says what it is told to."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from agent.drafting.assignment import Assignment
from agent.drafting.writing import Attempting, Tried, Written
from agent.workspace.rounds import Round

from agent.deadline import Deadline
from agent.drafting.small.moves import Kind, Move
from agent.drafting.small.road import MOST_ATTEMPTS, SmallRoad
from agent.errors import DraftRefused
from agent.ports import Listener, Prompt
from agent.values import (
    Answer,
    Attempt,
    Brief,
    Check,
    Job,
    Order,
    Outcome,
    Proof,
    Remote,
    Trial,
    Usage,
    Verdict,
)
from tests.orders import js

BRIEF = 'A page titled "Tip" with a number input #bill that starts at 80; #tip shows the tip.'
CHECK = js("document.querySelector('#tip').textContent === '12.00'")
PAGE = """```html
<!DOCTYPE html>
<html><head><title>Tip</title></head><body>
<input id="bill" type="number" value="80"><p id="tip"></p>
</body></html>
```"""
SCRIPT = "```js\nfunction update() {\n  tipEl.textContent = billEl.value * 0.1;\n}\n```"
BETTER = "```js\nfunction update() {\n  tipEl.textContent = billEl.value * 0.15;\n}\n```"
SHA = "0123456789" * 4


@dataclass
class Told:
    """A model that gives its answers in order and keeps what it was asked."""

    answers: Sequence[str]
    name: str = "told"
    asked: list[Prompt] = field(default_factory=list)

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        deadline.check()
        text = self.answers[len(self.asked)]
        self.asked.append(prompt)
        for line in text.splitlines(keepends=True):
            listen(line)
        return Answer(text, self.name, Usage(1, 2, None, 0.5))


class Elsewhere:
    """A road that says that it was taken."""

    def write(self, attempting: Attempting) -> Written:
        return Written({"data.json": b"{}"}, "elsewhere", "", "other")

    def enough(self, trials: tuple[Trial, ...], number: int, deadline: Deadline) -> str | None:
        return None


def permit(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    return dict(after)


def ignore(piece: str) -> None:
    pass


def assignment(
    brief: str = BRIEF,
    checks: tuple[Check, ...] = (CHECK,),
    page: str = "",
    earlier: tuple[Round, ...] = (),
) -> Assignment:
    number = len(earlier) + 1
    job = Job("job", "tip", number, time.time(), time.time() + 60)
    base = {"index.html": page.encode()} if page else {}
    order = Order(job, Remote("tip", "", ""))
    return Assignment(order, Brief("tip", number, brief, "n", checks), earlier, base)


def attempt(
    road: SmallRoad,
    number: int,
    tried: tuple[Tried, ...] = (),
    asked: Assignment | None = None,
    seconds: float = 60,
) -> str:
    """The page of an attempt."""
    attempting = Attempting(
        asked or assignment(), number, tried, Deadline.within(seconds), ignore, permit
    )
    return road.write(attempting).files["index.html"].decode()


def seen(number: int, page: str, outcome: Outcome = Outcome.FAILED) -> Tried:
    proof = Proof((Verdict(CHECK, outcome, "is false"),))
    trial = Trial(Attempt(number, SHA, SHA, "", "told"), proof)
    return Tried(trial, {"index.html": page.encode()})


def test_the_first_attempt_is_the_plain_request() -> None:
    model = Told([PAGE])

    page = attempt(SmallRoad(model, Elsewhere()), 1)

    assert '<input id="bill"' in page
    assert BRIEF in model.asked[0].messages[-1].text
    assert CHECK.text not in model.asked[0].messages[-1].text
    assert model.asked[0].temperature == 0.0


def test_the_second_asks_for_the_functions_of_a_skeleton() -> None:
    model = Told([PAGE, SCRIPT])
    road = SmallRoad(model, Elsewhere())

    first = attempt(road, 1)
    second = attempt(road, 2, (seen(1, first),))

    assert "function update() {\n  const bill = parseFloat" in model.asked[1].messages[-1].text
    assert "tipEl.textContent = billEl.value * 0.1;" in second
    assert "<title>Tip</title>" in second


def test_the_third_names_one_change_to_the_best_page() -> None:
    model = Told([PAGE, SCRIPT, BETTER])
    road = SmallRoad(model, Elsewhere())
    first = attempt(road, 1)
    second = attempt(road, 2, (seen(1, first),))

    third = attempt(road, 3, (seen(1, first), seen(2, second)))

    asked = model.asked[2].messages[-1].text
    assert 'the text of #tip must be "12.00"' in asked
    assert "billEl.value * 0.1;" in asked
    assert third == second.replace("0.1;", "0.15;")


def test_what_code_can_mend_is_an_attempt_without_the_model() -> None:
    model = Told([PAGE.replace("<title>Tip<", "<title>Tips<"), SCRIPT])
    road = SmallRoad(model, Elsewhere())
    first = attempt(road, 1)

    second = attempt(road, 2, (seen(1, first),))
    attempt(road, 3, (seen(1, first), seen(2, second)))

    assert second == first.replace("Tips", "Tip")
    assert len(model.asked) == 2
    assert "const bill" in model.asked[1].messages[-1].text


def test_the_same_page_again_is_refused() -> None:
    model = Told([PAGE, PAGE])
    road = SmallRoad(model, Elsewhere(), (Move(Kind.PAGE), Move(Kind.PAGE, 0.4)))
    first = attempt(road, 1)

    with pytest.raises(DraftRefused, match="same page"):
        attempt(road, 2, (seen(1, first),))


def test_an_answer_in_circles_is_refused_while_it_streams() -> None:
    model = Told(["```html\n" + "<p>again</p>\n" * 500])

    with pytest.raises(DraftRefused, match="repeated itself"):
        attempt(SmallRoad(model, Elsewhere()), 1)


def test_time_that_runs_out_costs_the_attempt_and_not_the_job() -> None:
    road = SmallRoad(Told([PAGE, SCRIPT]), Elsewhere())
    first = attempt(road, 1)

    with pytest.raises(DraftRefused, match="time"):
        attempt(road, 2, (seen(1, first),), seconds=0)


def test_a_later_round_rewrites_the_working_page_with_what_is_new() -> None:
    before = PAGE.removeprefix("```html\n").removesuffix("```")
    model = Told([PAGE.replace("<p id", '<p id="total"></p><p id')])
    earlier = (Round(1, "tip", "Tips", BRIEF, (CHECK,), "m", "1/1 passed", "r1"),)
    asked = assignment("Add #total.", (), before, earlier)

    page = attempt(SmallRoad(model, Elsewhere()), 1, asked=asked)

    prompt = model.asked[0].messages[-1].text
    assert '<output id="total"></output>' in prompt
    assert "Change it: Add #total." in prompt
    assert 'id="total"' in page


def test_what_is_no_page_goes_the_usual_way() -> None:
    road = SmallRoad(Told([]), Elsewhere())
    asked = assignment("Commit numbers.json with the numbers from 1 to 5.", ())
    attempting = Attempting(asked, 1, (), Deadline.within(60), ignore, permit)

    assert road.write(attempting).summary == "elsewhere"


def test_it_is_enough_when_all_is_well_or_time_or_number_is_up() -> None:
    road = SmallRoad(Told([]), Elsewhere())
    bad, good = seen(1, "a").trial, seen(1, "a", Outcome.PASSED).trial

    assert road.enough((), 1, Deadline.within(60)) is None
    assert road.enough((bad,), 2, Deadline.within(60)) is None
    assert "nothing is known" in str(road.enough((good,), 2, Deadline.within(60)))
    assert "publishing" in str(road.enough((bad,), 2, Deadline.within(3)))
    assert "attempts" in str(road.enough((bad,), MOST_ATTEMPTS + 1, Deadline.within(60)))
