"""What becomes of attached files in repairs and later rounds, over HTTP with a loopback model."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.test_contradicting_rounds import Scene, page, scene

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTES = "colour,rate\nred,37.25\n"


def attached(name: str, text: str) -> dict[str, str]:
    return {"name": name, "url": f"data:text/plain;base64,{b64encode(text.encode()).decode()}"}


def post(now: Scene, round_: int, evaluator: Evaluator, **more: Any) -> None:
    answer = now.galley.post("shop", round_, evaluation_url=evaluator.url, **more)
    assert answer.status_code == 200, answer.text


def with_notes(text: str) -> str:
    return f"{page('Alpha')}\nnotes.csv\n```csv\n{text}```\n"


def test_a_repair_sees_an_attached_file_as_the_model_changed_it(
    tmp_path: Path, evaluator: Evaluator
) -> None:
    broken = "<!doctype html>\n<title>Old</title>\n<h1>Old</h1>\n"
    with scene(tmp_path, [page("Half"), page("Alpha")]) as now:
        post(
            now,
            1,
            evaluator,
            brief="Mend the attached index.html: its title is Alpha.",
            attachments=[attached("index.html", broken)],
            checks=["js: document.title === 'Alpha'"],
        )

        repair = now.model.asked[-1].text
        assert "<title>Half</title>" in repair
        assert "<title>Old</title>" not in repair
        assert "<title>Alpha</title>" in now.git("show", "main:index.html")


def test_a_file_that_is_sent_again_keeps_what_was_made_of_it(
    tmp_path: Path, evaluator: Evaluator
) -> None:
    sent = [attached("notes.csv", NOTES)]
    mended = NOTES.replace("red", "blue")
    with scene(tmp_path, [with_notes(mended), page("Beta")]) as now:
        post(now, 1, evaluator, brief="Change red to blue in notes.csv.", attachments=sent)

        post(now, 2, evaluator, brief="The title is Beta.", attachments=sent)

        assert now.git("show", "main:notes.csv") == mended


def test_a_later_round_sees_what_the_files_of_an_earlier_one_hold(
    tmp_path: Path, evaluator: Evaluator
) -> None:
    with scene(tmp_path, [page("Alpha"), page("Beta")]) as now:
        post(now, 1, evaluator, brief="A page.", attachments=[attached("notes.csv", NOTES)])

        post(now, 2, evaluator, brief="Show the rate of red from notes.csv.")

        assert "37.25" in now.model.asked[-1].text
