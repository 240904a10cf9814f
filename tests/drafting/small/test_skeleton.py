"""The page and script that code writes around a model's functions."""

import pytest

from agent.drafting.small.data_files import data_files_of
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.skeleton import Skeleton, functions_in
from agent.values import Attachment

BRIEF = 'A page titled "Tip" with a number input #bill that starts at 80; #tip shows the tip.'
UPDATE = "function update() {\n  tipEl.textContent = percent(billEl.value);\n}"
PERCENT = "function percent(value) {\n  return value * 0.15;\n}"


@pytest.fixture
def skeleton() -> Skeleton:
    return Skeleton(PageSpec.of([BRIEF], [], "tip"), ())


def test_constants_listeners_and_the_start_are_put_around_the_answer(skeleton: Skeleton) -> None:
    script = skeleton.script(UPDATE, ())

    assert script.index("const billEl") < script.index("function update")
    assert 'billEl.addEventListener("input", update);' in script
    assert 'document.addEventListener("DOMContentLoaded", start);' in script
    assert functions_in(script) == UPDATE


def test_what_the_answer_repeats_stands_there_once(skeleton: Skeleton) -> None:
    said = f'const billEl = document.getElementById("bill");\n{UPDATE}\nupdate();'

    script = skeleton.script(said, ())

    assert script.count("const billEl") == 1
    assert "\nupdate();" not in script


def test_a_listener_of_an_element_that_is_not_there_goes(skeleton: Skeleton) -> None:
    said = f'{UPDATE}\nnotesEl.addEventListener("input", update);'

    assert "notesEl" not in skeleton.script(said, ())


def test_a_dropped_function_comes_back_from_an_earlier_script(skeleton: Skeleton) -> None:
    script = skeleton.script(UPDATE, [f"{PERCENT}\n{UPDATE}"])

    assert PERCENT in script


def test_a_table_comes_with_its_loader() -> None:
    table = Attachment("sales data.csv", "text/csv", b"shop;sum\nNorth;12.5\n")
    skeleton = Skeleton(PageSpec.of(["Show #sum."], [], "t"), data_files_of([table]))

    script = skeleton.script("function update() {}", ())

    assert 'fetch("sales%20data.csv")' in script
    assert '"sample"' not in script
    assert skeleton.files[0].sample == '{"shop": "North", "sum": 12.5}'
    assert "await load();" in script


def test_a_dropped_function_comes_back_with_its_variable(skeleton: Skeleton) -> None:
    rate = "let rate = 0.15;"
    percent = "function percent(value) {\n  return value * rate;\n}"

    script = skeleton.script(UPDATE, [f"{rate}\n{percent}\n{UPDATE}"])

    assert script.index(rate) < script.index("function update") < script.index(percent)


def test_data_is_loaded_and_never_taken_from_an_answer() -> None:
    table = Attachment("sales.csv", "text/csv", b"shop;sum\nNorth;12.5\nSouth;3\n")
    skeleton = Skeleton(PageSpec.of(["Show #sum."], [], "t"), data_files_of([table]))

    script = skeleton.script('let salesRows = [{"shop": "North", "sum": 12.5}];\n' + UPDATE, ())

    assert "let salesRows = [];" in script
    assert "North" not in script


def test_a_variable_that_is_only_assigned_is_declared(skeleton: Skeleton) -> None:
    functions = "function update() {\n  clearInterval(timer);\n  timer = setInterval(update, 9);\n}"

    script = skeleton.script(functions, ())

    assert script.index("var timer;") < script.index("function update")
