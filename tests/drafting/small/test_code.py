"""Scripts taken apart: what they declare, call and leave out."""

from agent.drafting.small import code

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
    assert [each.name for each in code.declarations(SCRIPT)] == ["rows", "shown", "load", "update"]


def test_a_declaration_is_its_whole_text() -> None:
    texts = {each.name: each.text for each in code.declarations(SCRIPT)}

    assert texts["rows"] == "let rows = [1, 2];"
    assert texts["load"].startswith("async function load() {")
    assert texts["load"].endswith('return "}";\n}')


def test_a_constant_goes_on_over_lines_while_brackets_are_open() -> None:
    (only,) = code.declarations("const rows = [\n  1,\n  2\n]\nupdate();")

    assert only.text == "const rows = [\n  1,\n  2\n]"


def test_calls_are_found_in_code_and_not_in_words() -> None:
    called = code.called('draw(); // ask()\nsay("tell()"); x.go(); el.addEventListener("a", hear);')

    assert called == {"draw", "say", "hear"}


def test_a_hole_in_a_template_is_code() -> None:
    assert "money" in code.called("el.textContent = `Total: ${money(3)}`;")


def test_a_variable_that_is_nowhere_declared_is_told() -> None:
    script = "function update() { for (const day of days) { show(planets.length, day); } }"

    assert code.undeclared(script, ["planets", "days", "day", "script"]) == ("planets", "days")


def test_a_constant_that_is_assigned_again_is_none() -> None:
    script = 'function f() {\n  const kind = "a";\n  if (late) { kind = "b"; }\n  const n = 1;\n}'

    assert code.runnable(script) == script.replace("const kind", "let kind")


def test_a_function_that_waits_is_async() -> None:
    assert code.runnable("function f() { await g(); }") == "async function f() { await g(); }"
