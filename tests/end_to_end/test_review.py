"""The look at a draft's pictures and the polish that follows, replayed over HTTP in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.replay import Replay, replaying

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BRIEF = "A page with the heading Opening hours and a list of three days."
CHECK = "js: document.querySelectorAll('li').length === 3"
OBJECTION = "the list: the days have no hours beside them, each should have its hours"
REVIEW = "You look at pictures of a web page"
POLISH = "Mend how it looks and nothing else"


@pytest.fixture
def scene(tmp_path: Path, evaluator: Evaluator) -> Iterator[Replay]:
    with replaying("hours", tmp_path, evaluator, OWN_TESTS="false") as scene:
        yield scene


def page(*days: str) -> str:
    items = "".join(f"<li>{day}</li>" for day in days)
    html = (
        '<!doctype html>\n<html lang="en">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>Opening hours</title>\n<main><h1>Opening hours</h1><ul>{items}</ul></main>\n"
        "</html>\n"
    )
    return f"Summary: Shows the opening hours\n\nindex.html\n```html\n{html}```\n"


def test_what_a_review_objects_to_becomes_one_more_draft(scene: Replay) -> None:
    scene.answers("1", page("Monday", "Tuesday", "Friday"))
    scene.answers("2", f"- {OBJECTION}", REVIEW)
    scene.answers("3", page("Monday 9–17", "Tuesday 9–17", "Friday 9–12"), POLISH)

    scene.post(1, BRIEF, CHECK)

    assert "Friday 9–12" in scene.git("show", "main:index.html")
    assert scene.evidence(1, "attempts/1/proof.json")["review"] == [OBJECTION]
    assert scene.evidence(1, "attempts/2/polish.json") == {"of": 1, "kept": True}
    asked = scene.git("show", "refs/evidence/1:attempts/2/prompt.md")
    assert OBJECTION in asked
    assert BRIEF in asked


def test_a_polish_that_breaks_a_check_is_not_published(scene: Replay) -> None:
    scene.answers("1", page("Monday", "Tuesday", "Friday"))
    scene.answers("2", f"- {OBJECTION}", REVIEW)
    scene.answers("3", page("Monday 9–17"), POLISH)

    answer = scene.post(1, BRIEF, CHECK)

    assert "Tuesday" in scene.git("show", "main:index.html")
    assert scene.evidence(1, "attempts/2/polish.json") == {"of": 1, "kept": False}
    assert answer["proof"]["passed"] == 1


def test_a_polish_that_cannot_be_read_leaves_the_draft(scene: Replay) -> None:
    scene.answers("1", page("Monday", "Tuesday", "Friday"))
    scene.answers("2", f"- {OBJECTION}", REVIEW)
    scene.answers("3", "I would rather not.", POLISH)

    answer = scene.post(1, BRIEF, CHECK)

    assert "Friday" in scene.git("show", "main:index.html")
    assert answer["proof"]["passed"] == 1


def test_a_review_without_objections_costs_no_draft(scene: Replay) -> None:
    scene.answers("1", page("Monday", "Tuesday", "Friday"))
    scene.answers("2", "NOTHING", REVIEW)

    scene.post(1, BRIEF, CHECK)

    assert scene.evidence(1, "attempts/1/review.json")["objections"] == []
    assert "refs/attempts/1/2" not in scene.git("for-each-ref")
