"""Pieces of script put together."""

import pytest

from agent.drafting.small.assembly import assembled, fenced_page, merged, script_in, written
from agent.drafting.small.data import loaded
from agent.drafting.small.skeleton import Skeleton
from agent.drafting.small.wanted import Wanted
from agent.errors import DraftRefused
from agent.values import Attachment

BRIEF = 'A page titled "Tip" with a number input #bill that starts at 80; #tip shows the tip.'
UPDATE = "function update() {\n  tipEl.textContent = percent(billEl.value);\n}"
PERCENT = "function percent(value) {\n  return value * 0.15;\n}"


@pytest.fixture
def skeleton() -> Skeleton:
    return Skeleton(Wanted.of([BRIEF], [], "tip"), ())


def test_constants_listeners_and_the_start_are_put_around_the_answer(skeleton: Skeleton) -> None:
    script = assembled(skeleton, UPDATE, ())

    assert script.index("const billEl") < script.index("function update")
    assert 'billEl.addEventListener("input", update);' in script
    assert 'document.addEventListener("DOMContentLoaded", start);' in script
    assert written(script) == UPDATE


def test_what_the_answer_repeats_stands_there_once(skeleton: Skeleton) -> None:
    said = f'const billEl = document.getElementById("bill");\n{UPDATE}\nupdate();'

    script = assembled(skeleton, said, ())

    assert script.count("const billEl") == 1
    assert "\nupdate();" not in script


def test_a_listener_of_an_element_that_is_not_there_goes(skeleton: Skeleton) -> None:
    said = f'{UPDATE}\nnotesEl.addEventListener("input", update);'

    assert "notesEl" not in assembled(skeleton, said, ())


def test_a_dropped_function_comes_back_from_an_earlier_script(skeleton: Skeleton) -> None:
    script = assembled(skeleton, UPDATE, [f"{PERCENT}\n{UPDATE}"])

    assert PERCENT in script


def test_functions_written_again_take_the_place_of_the_old() -> None:
    new = "function percent(value) {\n  return value * 0.2;\n}"

    assert merged(f"{PERCENT}\n\n{UPDATE}", new) == f"{new}\n\n{UPDATE}"


def test_a_table_comes_with_its_loader() -> None:
    table = Attachment("sales data.csv", "text/csv", b"shop;sum\nNorth;12.5\n")
    skeleton = Skeleton(Wanted.of(["Show #sum."], [], "t"), loaded([table]))

    script = assembled(skeleton, "function update() {}", ())

    assert 'fetch("sales%20data.csv")' in script
    assert '"sample"' not in script
    assert skeleton.files[0].sample == '{"shop": "North", "sum": 12.5}'
    assert "await load();" in script


@pytest.mark.parametrize(
    "answer",
    [
        "let a = 1;",
        "```js\nlet a = 1;\n```",
        "Sure:\n```html\n<p></p><script>\nlet a = 1;\n</script>\n```",
    ],
)
def test_the_script_of_an_answer_is_found(answer: str) -> None:
    assert script_in(answer) == "let a = 1;"


def test_a_page_is_taken_out_of_its_fence() -> None:
    answer = "Here:\n```html\n<!DOCTYPE html>\n<title>A</title>\n</html>\n```\nIt works."

    assert fenced_page(answer) == "<!DOCTYPE html>\n<title>A</title>\n</html>\n"


def test_an_answer_without_a_page_is_refused() -> None:
    with pytest.raises(DraftRefused, match="no page"):
        fenced_page("I cannot do that.")
