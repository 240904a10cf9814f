import json
from pathlib import Path
from typing import Any

import pytest

from agent.proofing.chromium import Chromium
from agent.proofing.prover import Prover
from tests.bench.bench_loop import BRIEFS, PARTS, LoopBench, LoopRun, row
from tests.bench.recorded_answers import RecordedAnswers, digest_of
from tests.openai_server import Asked, OpenAIServer, Says
from tests.proofing.drafts import started

BRIEF = {
    "task": "double",
    "brief": "Show the double of `#number` in `#double`.",
    "checks": ["js: document.querySelector('#double').textContent === '4'"],
    "hidden": [
        "document.querySelector('#double').textContent === '4'",
        "document.title === 'Double'",
    ],
}


def asked(text: str) -> Asked:
    return Asked("/", {}, {"messages": [{"role": "user", "content": text}]})


def page(double: int, title: str) -> str:
    return (
        f"Summary: Doubles.\n\nindex.html\n```html\n<!doctype html>\n<title>{title}</title>\n"
        f'<input id="number" value="2">\n<output id="double">{double}</output>\n</html>\n```\n'
    )


def test_a_prompt_without_an_answer_is_left_to_be_answered(tmp_path: Path) -> None:
    answers = RecordedAnswers(tmp_path)

    answers(asked("Hello?"))
    (left,) = tmp_path.glob("*.prompt.md")
    (tmp_path / left.name.replace(".prompt", ".answer")).write_text("Hi.")
    reply = answers(asked("Hello?"))

    assert "Hello?" in left.read_text()
    assert answers.missing == {left.name.partition(".")[0]}
    assert isinstance(reply, Says)
    assert reply.text == "Hi."


def test_a_picture_that_is_drawn_a_little_otherwise_is_the_same_prompt() -> None:
    def message(picture: str) -> list[dict[str, Any]]:
        url = {"url": f"data:image/png;base64,{picture}"}
        parts = [{"type": "text", "text": "Look."}, {"type": "image_url", "image_url": url}]
        return [{"role": "user", "content": parts}]

    assert digest_of(message("AAAA")) == digest_of(message("BBBB"))
    assert digest_of(message("AAAA")) != digest_of([{"role": "user", "content": "Look."}])


def test_a_row_counts_what_was_published_and_repairs_that_made_it_worse() -> None:
    runs = [LoopRun("a", 3, (1, 3, 2), 3, 100, True), LoopRun("b", 2, (1,), 1, 300, True)]

    assert row("part", runs) == "| part | 2 | 4 of 5 | 1 | 1 | 200 |"


def test_every_brief_has_hidden_checks_that_its_model_is_not_sent() -> None:
    briefs = [json.loads(path.read_text()) for path in sorted(BRIEFS.glob("*.json"))]

    assert len(briefs) >= 24
    for brief in briefs:
        assert len(brief["hidden"]) >= 3, brief["task"]
        assert not set(brief["hidden"]) & set(brief["checks"]), brief["task"]


@pytest.mark.browser
@pytest.mark.slow
def test_recorded_answers_are_replayed_and_judged_by_the_hidden_checks(tmp_path: Path) -> None:
    brief = tmp_path / "double.json"
    brief.write_text(json.dumps(BRIEF))
    answers = RecordedAnswers(tmp_path / "answers")
    for browser in started():
        runs = list(_until_answered(answers, brief, browser))

    first, last = runs[0], runs[-1]
    assert (first.is_whole, first.published) == (False, 0)
    assert (last.is_whole, last.attempts, last.published) == (True, (0, 2), 2)
    assert last.tokens > 0


def _until_answered(answers: RecordedAnswers, brief: Path, browser: Chromium) -> Any:
    """Run again with one more answer each time, as somebody who records them does."""
    folder = brief.parent / "answers"
    with OpenAIServer(answers) as server:
        bench = LoopBench(answers, server.base_url, Prover(browser))
        for text in (page(3, "x"), page(4, "Double"), ""):
            yield bench.run(brief, PARTS["the caller's checks"])
            for left in folder.glob("*.prompt.md"):
                answer = left.with_name(left.name.replace(".prompt", ".answer"))
                if not answer.exists():
                    answer.write_text(text)
