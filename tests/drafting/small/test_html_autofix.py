"""Pages corrected by code, each with one thing wrong."""

import pytest

from agent.drafting.small.html_autofix import autofixed
from agent.drafting.small.page_spec import PageSpec

SPEC = PageSpec.of(
    [
        'A page titled "Tip" with a number input #bill that starts at 80, a select #percent that'
        ' offers 10, 15 and 20 and starts at 15, a textarea #note that starts with "Hi", and #tip.'
    ],
    [],
    "tip",
)
PAGE = """<!DOCTYPE html>
<html>
<head>
<title>Tip</title>
</head>
<body>
<input id="bill" type="number" value="80">
<select id="percent"><option>10</option><option selected>15</option><option>20</option></select>
<textarea id="note">Hi</textarea>
<p id="tip"></p>
<script>
function update() {
  const bill = parseFloat(document.getElementById("bill").value);
  document.getElementById("tip").textContent = bill + 1;
}
document.getElementById("bill").addEventListener("input", update);
update();
</script>
</body>
</html>
"""


def test_a_page_with_nothing_wrong_stays_as_it_is() -> None:
    assert autofixed(PAGE, SPEC, ()) == PAGE


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<title>Tip</title>", "<title>Tip Calculator</title>"),
        ('type="number" value="80"', 'type="number"'),
        ('type="number" value="80"', 'type="number" value="50"'),
        ("<option selected>15", "<option>15"),
        (">Hi</textarea>", "></textarea>"),
        ('note">Hi</textarea>', 'note" value="Hi"></textarea>'),
        (
            'parseFloat(document.getElementById("bill").value)',
            'document.getElementById("bill").value',
        ),
        ("\nupdate();\n</script>", "\n</script>"),
    ],
)
def test_what_is_plainly_wrong_is_corrected(right: str, wrong: str) -> None:
    assert PAGE.count(right) == 1

    fixed = autofixed(PAGE.replace(right, wrong), SPEC, ())

    assert right.replace("<option selected>", "<option selected>") in fixed


def test_an_element_that_is_missing_is_put_before_the_script() -> None:
    fixed = autofixed(PAGE.replace('<p id="tip"></p>\n', ""), SPEC, ())

    assert '<output id="tip"></output>' in fixed[: fixed.index("<script>")]


def test_a_button_that_nobody_asked_for_is_not_needed() -> None:
    script = "function show() {\n  tip.textContent = bill.value;\n}\n"
    start = PAGE.index("function update")
    page = PAGE[:start] + script + PAGE[PAGE.index("</script>") :]
    page = page.replace("<script>", '<button onclick="show()">Show</button>\n<script>')

    fixed = autofixed(page, SPEC, ())

    assert 'document.addEventListener("input", () => show());\nshow();' in fixed


def test_an_anonymous_listener_gets_the_first_value() -> None:
    start = PAGE.index("function update")
    script = "note.addEventListener('input', () => { tip.textContent = note.value; });\n"
    page = PAGE[:start] + script + PAGE[PAGE.index("</script>") :]

    assert 'note.dispatchEvent(new Event("input"));' in autofixed(page, SPEC, ())


def test_a_corrected_page_needs_no_second_correction() -> None:
    wrong = PAGE.replace("<title>Tip</title>", "").replace("update();\n</script>", "</script>")

    once = autofixed(wrong, SPEC, ())

    assert autofixed(once, SPEC, ()) == once
