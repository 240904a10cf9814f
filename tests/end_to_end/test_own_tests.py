"""The whole loop with tests that nobody sent, replayed over HTTP and proved in a browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.replay import Replay, replaying

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BRIEF = "A counter: clicking #more adds 1 to the number in #count, which starts at 0."
COUNTS = "Clicking twice shows 2"


@pytest.fixture
def scene(tmp_path: Path, evaluator: Evaluator) -> Iterator[Replay]:
    with replaying("counter", tmp_path, evaluator) as scene:
        yield scene


def page(step: int) -> str:
    script = f"more.onclick = () => {{ count.textContent = Number(count.textContent) + {step} }};"
    html = (
        "<!doctype html>\n<html lang=en>\n<title>Counter</title>\n<h1>Counter</h1>\n"
        f"<button id=more>More</button>\n<output id=count>0</output>\n"
        f"<script>\n{script}\n</script>\n</html>\n"
    )
    return f"Summary: Counts clicks.\n\nindex.html\n```html\n{html}```\n"


def clicking(behaviour: str, value: str) -> dict[str, Any]:
    click = {"do": "click", "selector": "#more"}
    expect = {"do": "expect", "what": "text", "selector": "#count", "value": value, "seconds": 1}
    quote = "clicking #more adds 1 to the number in #count"
    return {"behaviour": behaviour, "quote": quote, "steps": [click, click, expect]}


def entries(*tests: dict[str, Any]) -> str:
    return json.dumps({"tests": tests})


def plans(scene: Replay, *expects: str) -> None:
    """Lay out the tests and their second reading, as numbers after the page's answers."""
    tests = [clicking(COUNTS, "2"), clicking("Clicking twice shows 3", "3")]
    scene.answers("101", entries(*tests), "You write browser tests")
    readings = [{"test": n, "expects": said} for n, said in enumerate(expects, 1)]
    scene.answers("102", entries(*readings), "You give a second reading")


def test_a_failing_own_test_is_worth_one_repair(scene: Replay) -> None:
    plans(scene, "same", "it shows 2")
    scene.answers("1", page(step=2))
    scene.answers("2", page(step=1), "Own 1.1, Clicking twice shows 2")

    answer = scene.post(1, BRIEF)

    first = scene.evidence(1, "attempts/1/proof.json")
    assert [(each["check"], each["outcome"]) for each in first["own_tests"]] == [(COUNTS, "failed")]
    assert (first["verdicts"], first["hints"], first["review"]) == ([], [], [])
    assert answer["proof"]["own_tests"] == {"passed": 1, "failed": 0, "unproved": 0, "failing": []}
    assert "Proof: 0/0 passed; own tests 1/1\n" in scene.git("log", "-1", "--format=%B", "main")
    assert f"| {COUNTS} | passed |" in scene.git("show", "main:README.md")
    dropped = scene.evidence(1, "tests/own.json")["dropped"]
    assert "it shows 2" in dropped["Clicking twice shows 3"]


def test_an_own_test_that_a_repair_did_not_mend_is_not_reported_again(scene: Replay) -> None:
    plans(scene, "same")
    scene.answers("1", page(step=2))
    scene.answers("2", page(step=3))
    scene.answers("3", page(step=1))

    answer = scene.post(1, BRIEF)

    failing = answer["proof"]["own_tests"]["failing"]
    assert [each["check"] for each in failing] == [COUNTS]
    assert "refs/attempts/1/3" not in scene.git("for-each-ref")


def test_own_tests_run_again_in_later_rounds_until_one_overrides_them(scene: Replay) -> None:
    plans(scene, "same")
    scene.answers("1", page(step=1))
    scene.post(1, BRIEF)
    quote = "Each click adds 5"
    scene.answers("2", page(step=1).replace("<h1>", "<h1 class=big>"), "Make the heading big.")
    scene.answers("3", page(step=5), f"{quote} now.")

    second = scene.post(2, "Make the heading big.")
    scene.answers("103", entries({"overrides": "own 1.1", "quote": quote}), "You write")
    third = scene.post(3, f"{quote} now.")

    assert second["proof"]["own_tests"]["passed"] == 1
    assert third["proof"]["own_tests"]["passed"] == 0
    (verdict,) = scene.evidence(3, "attempts/1/proof.json")["own_tests"]
    assert (verdict["round"], verdict["outcome"]) == (1, "superseded")


def test_a_contested_own_test_is_taken_back_where_a_second_opinion_says_so(scene: Replay) -> None:
    plans(scene, "same")
    contest = "Own test 1.1 is wrong: each click adds two\n"
    scene.answers("1", page(step=2))
    scene.answers("2", contest + page(step=2).replace("<h1>", "<h1 class=big>"), "Own 1.1, ")
    scene.answers("104", "WRONG", "You settle a dispute")

    answer = scene.post(1, BRIEF)

    assert "own_tests" not in answer["proof"]
    assert scene.evidence(1, "tests/withdrawn.json") == {COUNTS: "each click adds two"}
