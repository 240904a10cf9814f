"""What sentence tests prove, and what they are not trusted to prove."""

import json
from typing import Any

import pytest

from agent.proofing.chromium import Chromium
from agent.proofing.own_tests import OwnTest
from agent.proofing.prover import Prover
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.sentence_verdicts import NO_TIME
from agent.proofing.sentences import WITHOUT_ACTS, WITHOUT_INPUT
from agent.values import Outcome, Verdict
from tests.proofing.drafts import page, proof_of, sentence, soon

pytestmark = pytest.mark.browser

DOUBLER = """
<input id=n><select id=unit><option value=a>First</option><option value=b>Second</option></select>
<button id=go>Go</button><output id=out></output><p class=note hidden>note</p><a href="#top">x</a>
<p id=query></p><ul><li>1<li>2</ul>
<script>
  go.onclick = () => { out.textContent = Number(n.value) * 2 };
  unit.onchange = () => { out.textContent = "unit " + unit.value };
  n.onkeydown = event => { if (event.key === "Enter") go.click() };
  query.textContent = new URLSearchParams(location.search).get("url");
</script>"""


def verdict(browser: Chromium, text: str, *steps: dict[str, Any]) -> Verdict:
    test = SentenceTest.model_validate_json(json.dumps({"steps": steps}))
    return proof_of(browser, page(DOUBLER), sentence(text), tests={text: test}).verdicts[0]


def fill(value: str, selector: str = "#n") -> dict[str, Any]:
    return {"do": "fill", "selector": selector, "value": value}


def click(selector: str = "#go") -> dict[str, Any]:
    return {"do": "click", "selector": selector}


def expect(value: str = "", selector: str = "#out", **more: str) -> dict[str, Any]:
    told = {"do": "expect", "what": "text", "selector": selector, "value": value, "seconds": 0.5}
    return {**told, **more}


DOUBLES = "Typing 4 into #n and clicking #go shows 8 in #out"


@pytest.mark.parametrize(
    "steps",
    [
        [fill("4"), click(), expect("8")],
        [fill("4"), {"do": "press", "selector": "#n", "key": "Enter"}, expect("8")],
        [{"do": "select", "selector": "#unit", "value": "Second"}, expect("unit b")],
        [fill("4"), expect("4", "#n", what="value")],
        [expect("2", "li", what="count"), expect("1", "li", what="count", comparison="at_least")],
        [expect("", "#go", what="visible"), expect("", ".note", what="hidden")],
        [expect("#top", "a", what="attribute", attribute="href")],
        [expect("Draft", "", what="title")],
        [fill("4"), click(), expect(r"^8$", comparison="matches")],
        [fill("4"), click(), {"do": "evaluate", "expression": "out.textContent === '8'"}],
        [
            {"do": "goto", "query": "?url=https://a.test/b.png"},
            expect("https://a.test/b.png", "#query"),
        ],
        [{"do": "wait", "selector": "#go"}, fill("4"), click(), expect("8", comparison="at_least")],
    ],
)
def test_a_test_whose_steps_all_hold_passes(browser: Chromium, steps: list[dict[str, Any]]) -> None:
    seen = verdict(browser, DOUBLES, *steps)

    assert seen.outcome is Outcome.PASSED, seen.observed


def test_what_the_sentence_says_and_the_page_contradicts_fails(browser: Chromium) -> None:
    seen = verdict(
        browser, "Typing 4 and clicking #go shows 16 in #out", fill("4"), click(), expect("16")
    )

    assert seen.outcome is Outcome.FAILED
    assert seen.observed == "step 3: the text of `#out` is '8', expected: equals '16'"


def test_an_element_that_the_sentence_names_and_the_page_lacks_fails(browser: Chromium) -> None:
    seen = verdict(browser, "#total shows 8", expect("8", "#total"))

    assert seen.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "steps",
    [
        [fill("4", "#amount"), expect("8")],
        [fill("4", "#s"), expect("8")],
        [fill("4"), click("#submit"), expect("8")],
        [expect("8", "#result")],
        [fill("4"), click(), expect("27")],
        [
            {
                "do": "evaluate",
                "expression": "document.querySelectorAll('td').length === 33",
                "seconds": 0.3,
            }
        ],
        [{"do": "evaluate", "expression": "nowhere.textContent", "seconds": 0.3}],
        [fill("4"), click(), expect("(", comparison="matches")],
        [expect("8", "p:has-text('x')")],
    ],
    ids=str,
)
def test_a_test_that_may_itself_be_wrong_proves_nothing(
    browser: Chromium, steps: list[dict[str, Any]]
) -> None:
    seen = verdict(browser, "Typing 4 shows twice as much, 8", *steps)

    assert seen.outcome is Outcome.UNPROVED, seen.observed


@pytest.mark.parametrize(
    "step",
    [
        expect("", "body", what="visible"),
        expect("", "body", comparison="contains"),
        expect("", "#confetti", what="hidden"),
        {"do": "evaluate", "expression": "true"},
    ],
)
def test_a_test_that_an_empty_page_passes_proves_nothing(
    browser: Chromium, step: dict[str, Any]
) -> None:
    seen = verdict(browser, "It shows confetti", step)

    assert seen.outcome is Outcome.UNPROVED
    assert seen.check.text == "It shows confetti"


def test_tests_for_which_there_is_no_time_leave_their_sentences_unproved(
    browser: Chromium,
) -> None:
    test = SentenceTest.model_validate_json(json.dumps({"steps": [expect("8")]}))
    prover = Prover(browser, tests_seconds=0.0)

    proof = prover.prove(page(DOUBLER), [sentence(DOUBLES)], {DOUBLES: test}, [], soon())

    (seen,) = proof.verdicts
    assert (seen.outcome, seen.observed) == (Outcome.UNPROVED, NO_TIME)


@pytest.mark.parametrize(
    ("script", "steps", "reason"),
    [
        ("out.textContent = 8", [fill("4"), click(), expect("8")], WITHOUT_ACTS),
        ("go.onclick = () => { out.textContent = 8 }", [fill("4"), click(), expect("8")],
         WITHOUT_INPUT),
    ],
)  # fmt: skip
def test_a_test_that_passes_without_its_actions_or_its_input_proves_nothing(
    browser: Chromium, script: str, steps: list[dict[str, Any]], reason: str
) -> None:
    body = f"<input id=n><button id=go>Go</button><output id=out></output><script>{script}</script>"
    test = SentenceTest.model_validate_json(json.dumps({"steps": steps}))

    (seen,) = proof_of(browser, page(body), sentence(DOUBLES), tests={DOUBLES: test}).verdicts

    assert (seen.outcome, seen.observed) == (Outcome.UNPROVED, reason)


def test_an_own_test_that_passes_without_its_actions_proves_nothing_either(
    browser: Chromium,
) -> None:
    body = "<button id=go>Go</button><output id=out>8</output>"
    test = SentenceTest.model_validate_json(json.dumps({"steps": [click(), expect("8")]}))
    own = OwnTest(sentence("Go shows 8"), test, "shows 8", "own 1.1")

    proof = Prover(browser).prove(page(body), [], {}, [], soon(), briefs=["It shows 8"], own=[own])

    (seen,) = proof.own_tests
    assert (seen.outcome, seen.observed) == (Outcome.UNPROVED, WITHOUT_ACTS)


def test_what_holds_only_at_first_is_not_passed(browser: Chromium) -> None:
    body = "<p id=out>8<script>setTimeout(() => { out.textContent = 9 }, 900)</script>"
    test = SentenceTest.model_validate_json(json.dumps({"steps": [expect("8")]}))

    (seen,) = proof_of(browser, page(body), sentence(DOUBLES), tests={DOUBLES: test}).verdicts

    assert seen.outcome is not Outcome.PASSED


def test_a_regular_expression_that_never_ends_does_not_hold_up_the_proof(browser: Chromium) -> None:
    text = "Typing shows it"

    seen = verdict(
        browser, text, fill("a"), expect(r"^(\s*(\d|\s)+)+x$", "ul", comparison="matches")
    )

    assert seen.outcome is Outcome.UNPROVED
