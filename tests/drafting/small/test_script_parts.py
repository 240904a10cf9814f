"""Scripts taken apart and joined: what they declare, call and lack."""

from agent.drafting.small.script_parts import (
    assigned_names,
    declarations,
    dropped,
    joined,
    merged,
    runnable,
    texts_of,
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


def test_a_variable_that_is_nowhere_declared_is_found() -> None:
    script = "function update() { for (const day of days) { show(planets.length, day); } }"

    assert undeclared_names(script, ["planets", "days", "day", "script"]) == ("planets", "days")


def test_code_inside_a_template_is_code() -> None:
    assert undeclared_names("el.textContent = `Total: ${money(3)}`;", ["money"]) == ("money",)


def test_variables_that_are_assigned_and_never_declared_are_found() -> None:
    script = """let seconds = 3;
    function start(step = 1) { seconds = 2; el.value = "a = 1"; timer = setInterval(tick, step); }
    const later = end => { if (end == 2) clearInterval(timer); };"""

    assert assigned_names(script) == ("timer",)


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


CLOCK = """
let interval = null;
let seconds = 10;
function startClicked() { stop(); interval = setInterval(tick, 1000); }
function stop() { clearInterval(interval); }
function tick() { seconds -= 1; }
"""


def test_a_dropped_function_brings_the_variables_that_it_shares() -> None:
    script = "function startClicked() { stop(); }"

    assert [each.name for each in dropped(script, [CLOCK])] == ["interval", "stop"]


def test_a_variable_is_brought_where_the_script_only_assigns_to_it() -> None:
    script = "function startClicked() { interval=setInterval(update, 9); }\nfunction update() {}"

    assert [each.name for each in dropped(script, [CLOCK])] == ["interval"]


def test_a_declaration_is_brought_as_the_latest_script_has_it() -> None:
    (seconds,) = dropped("function update() { show(seconds++); }", [CLOCK, "let seconds = 5;"])

    assert seconds.text == "let seconds = 5;"


def test_names_that_a_script_has_or_only_mentions_are_not_brought() -> None:
    script = "function update(seconds) { el.interval = seconds; say('stop()'); } // tick()"

    assert dropped(script, [CLOCK]) == ()


def test_variables_come_in_front_of_a_script_and_functions_after_it() -> None:
    script = "function startClicked() { stop(); }"

    text = joined(script, dropped(script, [CLOCK]))

    assert text.index("let interval") < text.index("startClicked") < text.index("function stop")


def test_texts_are_those_of_literals_without_the_code_inside_templates() -> None:
    script = """say("Rex"); // `kept`? no
    show(`Total: ${dogs.length} kg`, 'a');"""

    assert "dogs" not in texts_of(script)
    assert {"Rex", "a"} <= set(texts_of(script).splitlines())
