"""Scripts taken apart and joined: what they declare, call and lack."""

from agent.drafting.small.script_parts import (
    called_names,
    declarations,
    merged,
    runnable,
    undeclared_names,
)

SCRIPT = """
let rows = [1, 2];
const shown = row => `${row}: {`; // function hidden() {}
async function load() {
  const inner = 1;
  return "}";
}
function update() { load(); rows.forEach(draw); total(rows); }
"""


def test_declarations_are_those_outside_all_brackets() -> None:
    assert [each.name for each in declarations(SCRIPT)] == ["rows", "shown", "load", "update"]


def test_a_declaration_is_its_whole_text() -> None:
    texts = {each.name: each.text for each in declarations(SCRIPT)}

    assert texts["rows"] == "let rows = [1, 2];"
    assert texts["load"].startswith("async function load() {")
    assert texts["load"].endswith('return "}";\n}')


def test_a_constant_goes_on_over_lines_while_brackets_are_open() -> None:
    (only,) = declarations("const rows = [\n  1,\n  2\n]\nupdate();")

    assert only.text == "const rows = [\n  1,\n  2\n]"


def test_calls_are_found_in_code_and_not_in_words() -> None:
    names = called_names('draw(); // ask()\nsay("tell()"); x.go(); el.addEventListener("a", hear);')

    assert names == {"draw", "say", "hear"}


def test_a_hole_in_a_template_is_code() -> None:
    assert "money" in called_names("el.textContent = `Total: ${money(3)}`;")


def test_a_variable_that_is_nowhere_declared_is_found() -> None:
    script = "function update() { for (const day of days) { show(planets.length, day); } }"

    assert undeclared_names(script, ["planets", "days", "day", "script"]) == ("planets", "days")


def test_a_constant_that_is_assigned_again_becomes_a_variable() -> None:
    script = 'function f() {\n  const kind = "a";\n  if (late) { kind = "b"; }\n  const n = 1;\n}'

    assert runnable(script) == script.replace("const kind", "let kind")


def test_a_function_that_waits_is_async() -> None:
    assert runnable("function f() { await g(); }") == "async function f() { await g(); }"


def test_functions_written_again_take_the_place_of_the_old() -> None:
    percent = "function percent(value) {\n  return value * 0.15;\n}"
    update = "function update() {\n  show(percent(80));\n}"
    new = "function percent(value) {\n  return value * 0.2;\n}"

    assert merged(f"{percent}\n\n{update}", new) == f"{new}\n\n{update}"
