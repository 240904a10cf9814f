"""The whole loop with tests that nobody sent, replayed over HTTP and proved in a browser."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BRIEF = "A counter: clicking #more adds 1 to the number in #count, which starts at 0."
COUNTS = "Clicking twice shows 2"
_SETTINGS = {
    "PATH": os.environ["PATH"],
    "PLAYWRIGHT_SETTINGSS_PATH": "",
    "DEADLINE_SECONDS": "120",
}


@dataclass
class Scene:
    galley: Serving
    folder: Path
    evaluator: Evaluator

    def answers(self, name: str, text: str, when: str = "") -> None:
        words = f"when: {when}\n" if when else ""
        (self.folder / f"{name}.md").write_text(words + text, encoding="utf-8")

    def post(self, round_: int, brief: str, *checks: str) -> dict[str, Any]:
        answer = self.galley.post(
            "counter", round_, brief=brief, checks=list(checks), evaluation_url=self.evaluator.url
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.galley.workspace / "repos" / "counter"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def evidence(self, round_: int, path: str) -> Any:
        return json.loads(self.git("show", f"refs/evidence/{round_}:{path}"))


@pytest.fixture
def scene(tmp_path: Path, evaluator: Evaluator) -> Iterator[Scene]:
    folder = tmp_path / "answers"
    folder.mkdir()
    with serving(tmp_path / "workspace", Script(folder), _SETTINGS) as galley:
        yield Scene(galley, folder, evaluator)


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


def plans(scene: Scene, *expects: str) -> None:
    """Lay out the tests and their second reading, as numbers after the page's answers."""
    tests = [clicking(COUNTS, "2"), clicking("Clicking twice shows 3", "3")]
    scene.answers("101", entries(*tests), "You write browser tests")
    readings = [{"test": n, "expects": said} for n, said in enumerate(expects, 1)]
    scene.answers("102", entries(*readings), "You give a second reading")


def test_a_failing_own_test_is_worth_one_repair(scene: Scene) -> None:
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


def test_an_own_test_that_a_repair_did_not_mend_is_not_reported_again(scene: Scene) -> None:
    plans(scene, "same")
    scene.answers("1", page(step=2))
    scene.answers("2", page(step=3))
    scene.answers("3", page(step=1))

    answer = scene.post(1, BRIEF)

    failing = answer["proof"]["own_tests"]["failing"]
    assert [each["check"] for each in failing] == [COUNTS]
    assert "refs/attempts/1/3" not in scene.git("for-each-ref")


def test_own_tests_run_again_in_later_rounds_until_one_overrides_them(scene: Scene) -> None:
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


def test_a_contested_own_test_is_taken_back_where_a_second_opinion_says_so(scene: Scene) -> None:
    plans(scene, "same")
    contest = "Own test 1.1 is wrong: each click adds two\n"
    scene.answers("1", page(step=2))
    scene.answers("2", contest + page(step=2).replace("<h1>", "<h1 class=big>"), "Own 1.1, ")
    scene.answers("104", "WRONG", "You settle a dispute")

    answer = scene.post(1, BRIEF)

    assert "own_tests" not in answer["proof"]
    assert scene.evidence(1, "tests/withdrawn.json") == {COUNTS: "each click adds two"}
