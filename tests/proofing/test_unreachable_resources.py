"""Which failures are excused by what cannot be reached from here, and which are not."""

import pytest

from agent.proofing.chromium import Chromium
from agent.values import Outcome
from tests.proofing.drafts import js, page, proof_of, verdict_on

pytestmark = pytest.mark.browser

CDN = "https://cdn.jsdelivr.net/npm/"
O = "document.querySelector('#o').innerHTML === '42'"  # noqa: E741


def script(url: str, more: str = "") -> str:
    return f"<script {more} src={url}></script>"


@pytest.mark.parametrize(
    ("body", "check"),
    [
        (script(f"{CDN}highlight.js") + "<p id=o><script>o.innerHTML = hljs.run(1)</script>", O),
        (script(f"{CDN}chart.js") + "<p id=o>", "typeof Chart === 'function'"),
        (script("https://x.example/lib") + "<p id=o><script>Lib.into('#o')</script>", O),
        (
            f"<p id=o><script type=module>import d from '{CDN}d3/+esm';"
            " o.innerHTML = d(1)</script>",
            O,
        ),
        (
            "<p id=o><script>fetch('https://api.example.com/x').then(r => r.json())"
            ".then(x => { o.innerHTML = x.n }).catch(() => {})</script>",
            O,
        ),
        (
            "<p id=o><script>const r = new XMLHttpRequest(); r.open('GET', 'https://a.example/x');"
            "r.onload = () => { o.innerHTML = JSON.parse(r.responseText).n }; r.send()</script>",
            O,
        ),
        (
            f"<link rel=stylesheet href={CDN}bootstrap.css><p id=o>",
            "getComputedStyle(document.querySelector('#o')).color === 'rgb(1, 1, 1)'",
        ),
        (script(f"{CDN}mermaid") + "<pre class=mermaid id=o>graph</pre>", O),
    ],
)
def test_what_may_depend_on_it_is_unproved(browser: Chromium, body: str, check: str) -> None:
    verdict = verdict_on(browser, page(body), check)

    assert verdict.outcome is Outcome.UNPROVED, verdict.observed
    assert "could not be reached" in verdict.observed


@pytest.mark.parametrize(
    "body",
    [
        script(f"{CDN}bootstrap@5/dist/js/bootstrap.bundle.min.js") + "<p id=o>41",
        script(f"{CDN}marked/marked.min.js") + "<p id=o><script>o.innerHTML = 41</script>",
        script("https://stats.example.com/t.js", "async")
        + "<p id=o><script>o.innerHTML = totl; const total = 42</script>",
        f"<link rel=stylesheet href={CDN}bootstrap.css><p id=o>41",
        "<img src=https://example.com/a.png><p id=o>41",
        "<iframe src=https://maps.example.com/></iframe><p id=o>41",
    ],
)
def test_what_evidently_does_not_is_failed(browser: Chromium, body: str) -> None:
    verdict = verdict_on(browser, page(body), O)

    assert verdict.outcome is Outcome.FAILED, verdict.observed


def test_an_undefined_name_is_excused_only_by_a_library_that_defines_it(browser: Chromium) -> None:
    uses = script(f"{CDN}marked/marked.min.js") + "<p>x<script>marked.parse(1); %s</script>"

    excused = proof_of(browser, page(uses % ""))
    own = proof_of(browser, page(uses % "lost()"))

    assert excused.faults == ()
    assert own.faults == ()  # the first error hides the second one, as it does for a visitor
    assert proof_of(browser, page("<p>x<script>marked.parse(1)</script>")).faults


def test_a_check_on_a_committed_file_is_never_excused(browser: Chromium) -> None:
    files = {
        **page("<p>x<script>fetch('https://a.example/x').catch(() => {})</script>"),
        "a.json": b"4",
    }

    verdict = verdict_on(browser, files, "fetch('a.json').then(r => r.json()).then(n => n === 3)")

    assert verdict.outcome is Outcome.FAILED
    assert proof_of(browser, files, js("true")).is_clean
