"""What becomes of `js` checks in a real page."""

import pytest

from agent.proofing.chromium import Chromium
from agent.proofing.js_checks import looks_acting, patience
from agent.values import Outcome
from tests.proofing.drafts import js, page, proof_of, verdict_on

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "text",
    [
        "document.title === `Draft`",
        "document.title === 'Draft';",
        "return document.title === 'Draft'",
        "() => document.title === 'Draft'",
        "() => document.title === 'Draft'; // an arrow, its end, and words",
        "async () => { return (await fetch('data.csv')).ok };",
        "function () { return document.title === 'Draft' }",
        "function check() { return document.title === 'Draft' }",
        "async function check() { return document.title === 'Draft' };\nawait check()",
        "// what it is called\ndocument.title === 'Draft'",
        "if (document.title !== 'Draft') { return false }\nreturn true",
        "for (const p of document.querySelectorAll('p')) if (!p.textContent) throw p; true",
        "const title = document.title; title.length === 5",
        "Promise.resolve(true)",
        "await Promise.resolve(1)",
        "const one = await Promise.resolve(1); one === 1",
        "const answer = await fetch('data.csv'); return answer.status === 200;",
        "const answer = await fetch('data.csv');\n(await answer.text()).startsWith('a,b');",
        'fetch("data.csv").then(answer => answer.ok)',
    ],
)
def test_what_is_true_passes_however_it_is_written(browser: Chromium, text: str) -> None:
    files = {**page("<p>hi"), "data.csv": b"a,b\n1,2\n"}

    verdict = verdict_on(browser, files, text)

    assert verdict.outcome is Outcome.PASSED, verdict.observed


@pytest.mark.parametrize(
    ("text", "observed"),
    [
        (
            'document.querySelector("#x").textContent.includes("y")',
            "threw TypeError: Cannot read properties of null (reading 'textContent'); "
            '`document.querySelector("#x")` is null',
        ),
        (
            'document.querySelector("#a").textContent.includes("y")',
            'is false (after 2 s); `document.querySelector("#a").textContent` is "12"',
        ),
        (
            'document.querySelectorAll("#a b").length >= 1',
            'is false (after 2 s); `document.querySelectorAll("#a b").length` is 0',
        ),
        (
            '!!document.getElementById("x")',
            'is false (after 2 s); `document.getElementById("x")` is null',
        ),
        ("document.title && ''", 'is "" (after 2 s); `document.title` is "Draft"'),
        ("Promise.reject(new Error('no'))", "threw Error: no"),
        ("const gone = await Promise.resolve(0); gone", "is 0 (after 2 s)"),
        ("const last = 1; Promise.resolve(0)", "is 0 (after 2 s)"),
    ],
)
def test_what_is_not_true_fails_and_says_what_was_there(
    browser: Chromium, text: str, observed: str
) -> None:
    verdict = verdict_on(browser, page("<p id=a>12"), text)

    assert (verdict.outcome, verdict.observed) == (Outcome.FAILED, observed)


@pytest.mark.parametrize("text", ["while (true) {}", "new Promise(() => {})"])
def test_a_check_that_never_ends_is_told_from_a_false_one(browser: Chromium, text: str) -> None:
    proof = proof_of(browser, page("<p>hi"), js(text), js("document.title === 'Draft'"))

    hung, next_one = proof.verdicts
    assert hung.outcome is Outcome.UNPROVED
    assert "did not finish within" in hung.observed
    assert next_one.outcome is Outcome.PASSED
    assert not proof.faults


@pytest.mark.parametrize(
    "text", ["document.title ===", "document.title is Draft", "await fetch(", "const a = await 1;)"]
)
def test_a_check_that_is_no_javascript_is_unproved(browser: Chromium, text: str) -> None:
    verdict = verdict_on(browser, page("<p>hi"), text)

    assert verdict.outcome is Outcome.UNPROVED
    assert "not valid JavaScript" in verdict.observed


def test_what_appears_a_little_later_is_waited_for(browser: Chromium) -> None:
    body = "<p id=a><script>setTimeout(() => { a.textContent = 'done' }, 1200)</script>"

    verdict = verdict_on(browser, page(body), "document.querySelector('#a').textContent === 'done'")

    assert verdict.outcome is Outcome.PASSED


CLICKS = "(() => { document.querySelector('#more').click(); return n.textContent === '1' })()"
COUNTER = "<button id=more>+</button><p id=n>0<script>let k = 0; more.onclick = () => {%s}</script>"


def test_a_check_that_clicks_does_not_pass_by_clicking_twice(browser: Chromium) -> None:
    right, late = page(COUNTER % "n.textContent = ++k"), page(COUNTER % "n.textContent = k++")

    assert verdict_on(browser, right, CLICKS).outcome is Outcome.PASSED
    wrong = verdict_on(browser, late, CLICKS)
    assert wrong.outcome is Outcome.FAILED
    assert '`n.textContent` is "0"' in wrong.observed


def test_a_check_that_clicks_has_a_page_that_is_ready_late(browser: Chromium) -> None:
    handler = "setTimeout(() => { more.onclick = () => { n.textContent = 1 } }, 1200)"
    body = f"<button id=more>+</button><p id=n>0<script>{handler}</script>"

    assert verdict_on(browser, page(body), CLICKS).outcome is Outcome.PASSED


def test_a_check_that_needs_the_clicks_of_earlier_ones_is_unproved(browser: Chromium) -> None:
    handler = "setTimeout(() => { more.onclick = () => { n.textContent = ++k } }, 1200); let k = 0"
    body = f"<button id=more>+</button><p id=n>0<script>{handler}</script>"
    checks = js(CLICKS), js(CLICKS.replace("'1'", "'2'")), js("n.textContent === '1'")

    outcomes = [verdict.outcome for verdict in proof_of(browser, page(body), *checks).verdicts]

    assert outcomes == [Outcome.PASSED, Outcome.UNPROVED, Outcome.FAILED]


TYPES = """(() => { const e = document.querySelector('#in'); e.value = 'hi';
  e.dispatchEvent(new Event('input')); return document.querySelector('#out').textContent === 'hi'
})()"""
ECHO = """<input id=in><p id=out>nothing</p><script>
  document.querySelector('#in').oninput = event => { out.textContent = event.target.value }
</script>"""


@pytest.mark.parametrize("is_first", [True, False])
def test_a_check_that_types_changes_nothing_for_the_others(
    browser: Chromium, is_first: bool
) -> None:
    reads = js("document.querySelector('#out').textContent === 'hi'")
    checks = [js(TYPES), reads] if is_first else [reads, js(TYPES)]

    proof = proof_of(browser, page(ECHO), *checks)

    by_check = {verdict.check: verdict for verdict in proof.verdicts}
    assert by_check[reads].outcome is Outcome.FAILED
    assert '"nothing"' in by_check[reads].observed
    assert by_check[js(TYPES)].outcome is Outcome.PASSED


def test_what_a_check_typed_is_not_observed(browser: Chromium) -> None:
    wrong = ECHO.replace("event.target.value", "event.target.id + event.target.value + '.'")
    throws = TYPES.replace("return", "throw new Error(`typed ${e.value}`); return")

    proof = proof_of(browser, page(wrong), js(TYPES), js(throws))

    told = [verdict.observed for verdict in proof.verdicts] + list(proof.console)
    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.FAILED] * 2
    assert not any('"hi"' in text or "typed hi" in text for text in told), told


@pytest.mark.parametrize(
    "call", ["addOne()", "document.querySelector('#more').onclick()", "more.click()", "add.one()"]
)
def test_a_check_that_acts_by_any_means_is_asked_once(browser: Chromium, call: str) -> None:
    body = COUNTER % "addOne()"
    body += "<script>var m = 0; function addOne() { n.textContent = ++m }"
    body += "const add = { one: addOne }</script>"
    text = f"(() => {{ {call}; return document.querySelector('#n').textContent === '3' }})()"

    assert verdict_on(browser, page(body), text).outcome is Outcome.FAILED


@pytest.mark.parametrize("delay", [300, 900, 1500])
def test_what_is_true_only_for_a_moment_fails(browser: Chromium, delay: int) -> None:
    body = f"<p id=a>5<script>setTimeout(() => {{ a.textContent = 'gone' }}, {delay})</script>"

    verdict = verdict_on(browser, page(body), "document.querySelector('#a').textContent === '5'")

    assert verdict.outcome is Outcome.FAILED, verdict.observed


def test_what_keeps_changing_is_not_passed(browser: Chromium) -> None:
    body = "<p id=a>5<script>let k = 5; setInterval(() => { a.textContent = --k }, 400)</script>"

    verdict = verdict_on(browser, page(body), "document.querySelector('#a').textContent === '5'")

    assert verdict.outcome is not Outcome.PASSED


def test_dialogs_are_answered_as_by_pressing_ok(browser: Chromium) -> None:
    body = "<p id=a><script>a.textContent = [prompt('?', 'Guest'), prompt('?'), confirm('?')]"

    verdict = verdict_on(
        browser,
        page(body + "</script>"),
        "document.querySelector('#a').textContent === 'Guest,,true'",
    )

    assert verdict.outcome is Outcome.PASSED, verdict.observed


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("[...document.querySelectorAll('a[href=x]')].map(a => a.href).length >= 2", False),
        ("let n = 0; for (const i of all) n += +i.textContent; n === 3", False),
        ("for (let i = 0; i < 3; i++) if (rows[i].a !== 1) throw 1; true", False),
        ("new Set(all).size === 2 && a.closest('main') !== null", False),
        ("document.querySelector('#a').value = 'x'", True),
        ("state.items.push(3)", True),
        ("n++ && true", True),
        ("localStorage.setItem('a', 1)", True),
        ("button.click(), true", True),
    ],
)
def test_a_text_that_changes_more_than_its_own_variables_looks_acting(
    text: str, acts: bool
) -> None:
    assert looks_acting(text) is acts


def test_a_check_beside_a_slow_one_is_asked_again_all_the_same(browser: Chromium) -> None:
    body = "<p id=a><script>setTimeout(() => { a.textContent = 'done' }, 1200)</script>"
    late, slow = js("document.querySelector('#a').textContent"), js("new Promise(() => {})")

    first, second = proof_of(browser, page(body), late, slow).verdicts

    assert (first.outcome, second.outcome) == (Outcome.PASSED, Outcome.UNPROVED)


def test_what_a_check_declares_meets_neither_the_pages_names_nor_its_own(browser: Chromium) -> None:
    script = "<script>const total = 1; let n = 0; window.show = () => { a.textContent = ++n }"
    own = js("show(); const total = Number(a.textContent); total === 1")
    awaited = js("const n = await Promise.resolve(7); n === 7")
    shadowing = js("const a = await Promise.resolve(8); let p = a; p === 8")

    proof = proof_of(
        browser, page(f"<p id=a>{script}</script>"), own, awaited, shadowing, js("a.id")
    )

    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.PASSED] * 4


def test_a_promise_has_the_seconds_that_its_check_waits(browser: Chromium) -> None:
    waiting = js("new Promise(done => setTimeout(() => done(true), 5600))")

    assert proof_of(browser, page("<p>hi"), waiting).verdicts[0].outcome is Outcome.PASSED


def test_looking_for_the_reason_changes_nothing(browser: Chromium) -> None:
    body = "<p id=a>0<script>let n = 0; function bump() { n += 1; return null }</script>"

    first, second = proof_of(browser, page(body), js("bump().x"), js("n > 1000")).verdicts

    assert "bump()" not in first.observed
    assert second.observed.startswith("is false")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("true", 2.0),
        ("x /* within 8 seconds */", 8.0),
        ("1s", 2.0),
        ("wait 90 s", 15.0),
        ("new Promise(r => setTimeout(r, 3500))", 5.5),
        ("setTimeout(f, 90000)", 15.0),
        ("f(3500)", 2.0),
    ],
)
def test_a_check_gets_the_seconds_it_names(text: str, seconds: float) -> None:
    assert patience(text) == seconds


def test_a_content_security_policy_does_not_keep_checks_out(browser: Chromium) -> None:
    head = (
        "<title>Draft</title>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"
    )

    verdict = verdict_on(browser, page("<p>hi", head), "document.title === 'Draft'")

    assert verdict.outcome is Outcome.PASSED
