"""Attempt after attempt, with a scripted model."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from agent.deadline import Deadline
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.schedule import AttemptKind, ScheduledAttempt
from agent.drafting.small.skeleton import Skeleton
from agent.drafting.small.strategy import MOST_ATTEMPTS, SmallModelWriter
from agent.errors import DraftRefused
from agent.ports import DraftRequest, EarlierDraft, Listener, Prompt
from agent.usage import Usage
from agent.values import Answer, Check, DraftContent, Outcome, ProvedDraft, Round, Verdict
from tests.drafting.small.small_requests import (
    BRIEF,
    CHECK,
    draft_request,
    earlier_draft,
    failed,
    js,
    passed,
)

PAGE = """```html
<!DOCTYPE html>
<html><head><title>Tip</title></head><body>
<input id="bill" type="number" value="80"><p id="tip"></p>
</body></html>
```"""
PREPARED = '<p>Total: <output id="total"></output></p>\n</body>'
SCRIPT = "```js\nfunction update() {\n  tipEl.textContent = billEl.value * 0.1;\n}\n```"
BETTER = "```js\nfunction update() {\n  tipEl.textContent = billEl.value * 0.15;\n}\n```"


@dataclass
class ScriptedModel:
    """A model that gives its answers in order and keeps what it was asked."""

    answers: Sequence[str]
    name: str = "scripted"
    asked: list[Prompt] = field(default_factory=list)

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        deadline.check()
        text = self.answers[len(self.asked)]
        self.asked.append(prompt)
        for line in text.splitlines(keepends=True):
            listen(line)
        return Answer(text, self.name, Usage(1, 2, None, 0.5))


class DataWriter:
    """Writes a file that is no page."""

    def write(self, request: DraftRequest) -> DraftContent:
        return DraftContent({"data.json": b"{}"}, "written as data", "", "other")

    def reason_to_stop(
        self, proved: tuple[ProvedDraft, ...], attempts: int, deadline: Deadline
    ) -> str:
        return ""


def attempt(
    writer: SmallModelWriter,
    number: int,
    tried: tuple[EarlierDraft, ...] = (),
    request: DraftRequest | None = None,
    seconds: float = 60,
) -> str:
    """The page of an attempt."""
    asked = replace(
        request or draft_request(),
        number=number,
        tried=tried,
        deadline=Deadline.within(seconds),
        turns=[],
    )
    return writer.write(asked).files["index.html"].decode()


def test_the_first_attempt_is_the_plain_request() -> None:
    model = ScriptedModel([PAGE])

    page = attempt(SmallModelWriter(model, DataWriter()), 1)

    assert '<input id="bill"' in page
    assert BRIEF in model.asked[0].messages[-1].text
    assert CHECK.text not in model.asked[0].messages[-1].text
    assert model.asked[0].temperature == 0.0


def test_the_second_asks_for_the_functions_of_a_skeleton() -> None:
    model = ScriptedModel([PAGE, SCRIPT])
    writer = SmallModelWriter(model, DataWriter())

    first = attempt(writer, 1)
    second = attempt(writer, 2, (earlier_draft(1, first),))

    assert "function update() {\n  const bill = parseFloat" in model.asked[1].messages[-1].text
    assert "tipEl.textContent = billEl.value * 0.1;" in second
    assert "<title>Tip</title>" in second


def test_the_third_names_one_change_to_the_best_page() -> None:
    model = ScriptedModel([PAGE, SCRIPT, BETTER])
    writer = SmallModelWriter(model, DataWriter())
    first = attempt(writer, 1)
    second = attempt(writer, 2, (earlier_draft(1, first),))

    third = attempt(writer, 3, (earlier_draft(1, first), earlier_draft(2, second)))

    asked = model.asked[2].messages[-1].text
    assert 'the text of #tip must be "12.00"' in asked
    assert "billEl.value * 0.1;" in asked
    assert third == second.replace("0.1;", "0.15;")


def test_what_code_can_correct_is_an_attempt_without_the_model() -> None:
    model = ScriptedModel([PAGE.replace("<title>Tip<", "<title>Tips<"), SCRIPT])
    writer = SmallModelWriter(model, DataWriter())
    first = attempt(writer, 1)

    second = attempt(writer, 2, (earlier_draft(1, first),))
    attempt(writer, 3, (earlier_draft(1, first), earlier_draft(2, second)))

    assert second == first.replace("Tips", "Tip")
    assert len(model.asked) == 2
    assert "const bill" in model.asked[1].messages[-1].text


def test_the_same_page_again_is_refused() -> None:
    model = ScriptedModel([PAGE, PAGE])
    writer = SmallModelWriter(
        model,
        DataWriter(),
        (ScheduledAttempt(AttemptKind.PAGE), ScheduledAttempt(AttemptKind.PAGE, 0.4)),
    )
    first = attempt(writer, 1)

    with pytest.raises(DraftRefused, match="same page"):
        attempt(writer, 2, (earlier_draft(1, first),))


def test_an_answer_that_repeats_itself_is_refused_while_it_streams() -> None:
    model = ScriptedModel(["```html\n" + "<p>again</p>\n" * 500])

    with pytest.raises(DraftRefused, match="repeated itself"):
        attempt(SmallModelWriter(model, DataWriter()), 1)


def test_a_deadline_during_the_answer_costs_the_attempt_and_not_the_job() -> None:
    writer = SmallModelWriter(ScriptedModel([PAGE, SCRIPT]), DataWriter())
    first = attempt(writer, 1)

    with pytest.raises(DraftRefused, match="time"):
        attempt(writer, 2, (earlier_draft(1, first),), seconds=0)


def test_a_later_round_rewrites_the_working_page_with_what_is_new() -> None:
    before = PAGE.removeprefix("```html\n").removesuffix("```")
    model = ScriptedModel([PAGE.replace("<p id", '<p id="total"></p><p id')])
    earlier = (Round(1, "tip", "Tips", BRIEF, (CHECK,), "m", "1/1 passed", "r1"),)
    asked = draft_request("Add #total.", (), before, earlier)

    page = attempt(SmallModelWriter(model, DataWriter()), 1, request=asked)

    prompt = model.asked[0].messages[-1].text
    assert '<output id="total"></output>' in prompt
    assert "Change it: Add #total." in prompt
    assert 'id="total"' in page


def test_an_answer_that_shows_a_text_of_the_worked_example_is_refused() -> None:
    copied = SCRIPT.replace("billEl.value * 0.1", '"Rex: " + billEl.value')
    writer = SmallModelWriter(ScriptedModel([PAGE, copied]), DataWriter())
    first = attempt(writer, 1)

    with pytest.raises(DraftRefused, match="'Rex'"):
        attempt(writer, 2, (earlier_draft(1, first),))


def test_a_word_of_the_example_is_no_copy_where_the_brief_has_it() -> None:
    named = SCRIPT.replace("billEl.value * 0.1", '"Rex: " + billEl.value')
    writer = SmallModelWriter(ScriptedModel([PAGE, named]), DataWriter())
    request = draft_request(f"{BRIEF} The waiter is Rex.")
    first = attempt(writer, 1, request=request)

    assert '"Rex: "' in attempt(writer, 2, (earlier_draft(1, first),), request)


KEPT = """<!DOCTYPE html>
<html><head><title>Tip</title></head><body>
<input id="bill" type="number" value="80"><p id="tip">12.00</p>
</body></html>
"""
TOTAL = js("document.querySelector('#total').textContent === '92.00'", 2)


def second_round(checks: tuple[Check, ...] = (TOTAL,)) -> DraftRequest:
    earlier = Round(1, "tip", "Tips", BRIEF, (CHECK,), "m", "1/1 passed", "r1")
    return draft_request("Add #total.", checks, KEPT, (earlier,))


def rewritten(number: int) -> str:
    """A page that a model wrote of the working one."""
    return KEPT.replace("12.00", f"{number}").replace("</body>", PREPARED)


def test_a_round_that_harms_the_one_before_falls_back_on_its_page() -> None:
    writer = SmallModelWriter(ScriptedModel([]), DataWriter())
    tried = tuple(
        earlier_draft(number, rewritten(number), failed(CHECK), passed(TOTAL)) for number in (1, 2)
    )

    page = attempt(writer, 3, tried, second_round())

    assert page == KEPT.replace("</body>", PREPARED)


def test_the_page_before_comes_unchanged_where_even_new_elements_harm_it() -> None:
    writer = SmallModelWriter(ScriptedModel([]), DataWriter())
    pages = [rewritten(1), KEPT.replace("</body>", PREPARED)]
    tried = tuple(
        earlier_draft(number, page, failed(CHECK), passed(TOTAL))
        for number, page in enumerate(pages, start=1)
    )

    assert attempt(writer, 3, tried, second_round()) == KEPT


def test_a_check_that_a_later_round_overrides_is_not_kept() -> None:
    replaced = js("document.querySelector('#tip').textContent === '16.00'", 2)
    model = ScriptedModel(["```html\n" + rewritten(3) + "```"])
    writer = SmallModelWriter(model, DataWriter())
    overridden = Verdict(CHECK, Outcome.SUPERSEDED, "round 2 asks for another tip")
    tried = tuple(
        earlier_draft(number, rewritten(number), overridden, failed(replaced)) for number in (1, 2)
    )

    attempt(writer, 3, tried, second_round((replaced,)))

    assert len(model.asked) == 1


def test_the_page_before_is_still_tried_where_no_time_is_left_for_the_model() -> None:
    writer = SmallModelWriter(ScriptedModel([]), DataWriter())
    harming = earlier_draft(1, rewritten(1), failed(CHECK), passed(TOTAL))
    keeping = earlier_draft(2, KEPT, passed(CHECK), failed(TOTAL))

    page = attempt(writer, 2, (harming,), second_round(), seconds=3)

    assert 'id="tip">12.00</p>' in page
    assert writer.reason_to_stop((harming.proved,), 1, Deadline.within(3)) == ""
    assert writer.reason_to_stop((harming.proved, keeping.proved), 2, Deadline.within(3))


def test_a_rewrite_of_a_skeleton_keeps_its_stylesheet_which_the_model_never_sees() -> None:
    skeleton = Skeleton(PageSpec.of([BRIEF], [], "tip"), ())
    before = skeleton.page(skeleton.script("function update() {}", ()))
    model = ScriptedModel([PAGE.replace("</head>", "<style>h1 { color: red; }</style></head>")])
    earlier = Round(1, "tip", "Tips", BRIEF, (CHECK,), "m", "1/1 passed", "r1")
    request = draft_request("Make the heading red.", (), before, (earlier,))

    page = attempt(SmallModelWriter(model, DataWriter()), 1, request=request)

    assert "<style>" not in model.asked[0].messages[-1].text
    assert page.index("prefers-color-scheme") < page.index("color: red")


def test_what_is_not_a_page_is_left_to_the_other_writer() -> None:
    writer = SmallModelWriter(ScriptedModel([]), DataWriter())
    request = draft_request("Commit numbers.json with the numbers from 1 to 5.", ())

    assert writer.write(request).summary == "written as data"


def test_it_stops_when_nothing_is_wrong_or_time_or_attempts_are_used_up() -> None:
    writer = SmallModelWriter(ScriptedModel([]), DataWriter())
    bad = earlier_draft(1, "a").proved
    good = earlier_draft(1, "a", passed(CHECK)).proved

    assert writer.reason_to_stop((), 0, Deadline.within(60)) == ""
    assert writer.reason_to_stop((bad,), 1, Deadline.within(60)) == ""
    assert "nothing is known" in writer.reason_to_stop((good,), 1, Deadline.within(60))
    assert "publishing" in writer.reason_to_stop((bad,), 1, Deadline.within(3))
    assert "attempts" in writer.reason_to_stop((bad,), MOST_ATTEMPTS, Deadline.within(60))
