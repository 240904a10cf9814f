"""What is said of whole drafts: verdicts in order, faults, and what the network is to blame for."""

from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed, ProofingError
from agent.ports import Served
from agent.proofing.chromium import Chromium
from agent.proofing.prover import Prover, needing_tests
from agent.values import Outcome
from tests.proofing.drafts import js, page, proof_of, sentence, soon, started

pytestmark = pytest.mark.browser

MARKED = "<script src=https://cdn.jsdelivr.net/npm/marked/marked.min.js></script>"
BOOTSTRAP = "<script src=https://cdn.jsdelivr.net/npm/bootstrap@5/dist/js/bootstrap.js></script>"
RENDER = "<p id=o></p><script>o.innerHTML = marked.parse('# hi')</script>"
HEADING = "document.querySelector('#o').innerHTML.includes('<h')"


def test_a_sound_draft_has_verdicts_in_order_pictures_and_no_faults(browser: Chromium) -> None:
    checks = (js("document.title"), sentence("index.html exists"), js("false"))

    proof = proof_of(browser, page("<h1>Hello"), *checks)

    assert [verdict.check for verdict in proof.verdicts] == list(checks)
    outcomes = [verdict.outcome for verdict in proof.verdicts]
    assert outcomes == [Outcome.PASSED, Outcome.PASSED, Outcome.FAILED]
    assert proof.faults == ()
    assert set(proof.screenshots) == {"desktop", "phone"}
    assert all(shot.startswith(b"\x89PNG") for shot in proof.screenshots.values())


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p>x<script>throw new Error('oops')</script>", "uncaught error: oops"),
        ("<p>x<script>Promise.reject(new Error('later'))</script>", "uncaught error: later"),
        ("<p>x<script>fetch('no.csv')</script>", "a request failed: GET no.csv → 404"),
        ("<script></script>", "the page's body shows nothing"),
        ("<p>x<style>body { display: none }</style>", "the page's body shows nothing"),
        (
            "<a href=about.html>x</a>",
            "index.html links to 'about.html', which is not among the files",
        ),
    ],
)
def test_what_every_page_must_have_right_is_a_fault_when_it_is_not(
    browser: Chromium, body: str, fault: str
) -> None:
    proof = proof_of(browser, page(body))

    assert proof.faults == (fault,)
    assert not proof.is_clean


@pytest.mark.parametrize(
    "script",
    [
        "setTimeout(() => { document.title = 'Late'; document.body.innerHTML = '<p>x' }, 900)",
        """document.title = "Shadow";
        customElements.define("my-app", class extends HTMLElement {
          connectedCallback() { this.attachShadow({ mode: "closed" }).innerHTML = "<p>x" }
        });
        document.body.append(document.createElement("my-app"))""",
    ],
    ids=["late", "shadow"],
)
def test_a_page_that_its_script_fills_is_sound(browser: Chromium, script: str) -> None:
    assert proof_of(browser, page(f"<script>{script}</script>", head="")).faults == ()


def test_a_page_without_a_title_and_a_draft_without_a_page_are_faulty(browser: Chromium) -> None:
    untitled = proof_of(browser, page("<p>x", head=""))
    unpaged = proof_of(browser, {"a.txt": b"x"})

    assert untitled.faults == ("the page has no title",)
    assert unpaged.faults == ("there is no index.html at the root",)


def test_a_link_from_the_host_root_leads_out_of_the_sites_folder(browser: Chromium) -> None:
    files = {**page("<p>x<img src=/a.svg>"), "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}

    proof = proof_of(browser, files)

    assert len(proof.faults) == 1
    assert "link relatively" in proof.faults[0]


def test_what_hangs_on_a_library_that_is_out_of_reach_is_unproved(browser: Chromium) -> None:
    checks = js(HEADING), js("!!document.querySelector(\"script[src*='marked']\")")

    proof = proof_of(browser, page(MARKED + RENDER), *checks)

    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.UNPROVED, Outcome.PASSED]
    assert "could not be reached" in proof.verdicts[0].observed
    assert proof.faults == ()
    assert proof.is_clean
    assert "not reachable from here" in proof.failed_requests[0]


def test_a_mistake_beside_an_unneeded_library_is_still_a_mistake(browser: Chromium) -> None:
    body = "<p>x<p id=o></p><script>o.textContent = totl</script>"

    proof = proof_of(
        browser, page(BOOTSTRAP + body), js("!!document.querySelector('#o').textContent")
    )

    assert proof.verdicts[0].outcome is Outcome.FAILED
    assert proof.faults == ("uncaught error: totl is not defined",)


def test_a_library_that_the_fetch_brings_is_used() -> None:
    def fetch(url: str, deadline: Deadline) -> Served:
        return Served(200, b"window.marked = { parse: () => '<h1>hi</h1>' }")

    for browser in started(fetch):
        proof = proof_of(browser, page(MARKED + RENDER), js(HEADING))

        assert proof.verdicts[0].outcome is Outcome.PASSED
        assert proof.failed_requests == ()


def test_a_library_that_the_cdn_does_not_have_is_the_drafts_mistake() -> None:
    def fetch(url: str, deadline: Deadline) -> Served:
        return Served(404, b"not found")

    for browser in started(fetch):
        proof = proof_of(browser, page(MARKED + RENDER), js(HEADING))

        assert proof.verdicts[0].outcome is Outcome.FAILED
        assert "uncaught error: marked is not defined" in proof.faults


def test_a_fetch_that_fails_makes_the_library_unreachable() -> None:
    def fetch(url: str, deadline: Deadline) -> Served:
        raise ProofingError("the network is down")

    for browser in started(fetch):
        proof = proof_of(browser, page(MARKED + RENDER), js(HEADING))

        assert proof.verdicts[0].outcome is Outcome.UNPROVED
        assert any("the network is down" in line for line in proof.console)


def test_without_a_browser_rules_are_decided_and_the_rest_is_unproved() -> None:
    checks = js("true"), sentence("index.html exists"), sentence("The button works")

    proof = proof_of(None, page("<a href=lost.html>x"), *checks)

    outcomes = [verdict.outcome for verdict in proof.verdicts]
    assert outcomes == [Outcome.UNPROVED, Outcome.PASSED, Outcome.UNPROVED]
    assert "apt-get install chromium" in proof.verdicts[0].observed
    assert len(proof.faults) == 1
    assert proof.summary == "1/3 passed, 2 unproved"


def test_a_browser_that_does_not_start_leaves_its_checks_unproved(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    with Chromium(broken) as browser:
        proof = proof_of(browser, page("<p>x"), js("true"), sentence("index.html exists"))

    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.UNPROVED, Outcome.PASSED]
    assert "did not start" in proof.verdicts[0].observed


def test_a_sentence_without_a_test_is_unproved(browser: Chromium) -> None:
    proof = proof_of(browser, page("<p>x"), sentence("It feels fast"))

    assert proof.verdicts[0].outcome is Outcome.UNPROVED
    assert proof.count(Outcome.PASSED) == 0


def test_only_sentences_that_are_no_rules_need_a_test() -> None:
    checks = [js("1"), sentence("Repo has MIT license"), sentence("It works"), sentence("It works")]

    assert needing_tests(checks) == ["It works"]


WORKER = b"""
  const fill = () => caches.open("v1").then(cache => cache.addAll(["./", "data.csv"]));
  const kept = request => caches.match(request).then(answer => answer || fetch(request));
  addEventListener("install", event => event.waitUntil(fill()));
  addEventListener("fetch", event => event.respondWith(kept(event.request)));
"""
REGISTERS = """<p id=o>x</p><script>
  navigator.serviceWorker.register("sw.js").then(made => { o.textContent = made.scope });
</script>"""


def test_a_page_with_a_service_worker_is_as_good_as_any(browser: Chromium) -> None:
    files = {**page(REGISTERS), "sw.js": WORKER, "data.csv": b"a,b\n"}

    proof = proof_of(
        browser,
        files,
        js("document.querySelector('#o').textContent.endsWith('/site/')"),
        js("navigator.serviceWorker.ready.then(ready => ready.active !== null)"),
        js("caches.match('data.csv').then(answer => answer.ok)"),
    )

    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.PASSED] * 3
    assert proof.is_clean


def test_a_service_worker_that_is_not_among_the_files_is_a_fault(browser: Chromium) -> None:
    proof = proof_of(browser, page(REGISTERS))

    assert "a request failed: GET sw.js → 404" in proof.faults


def test_what_a_service_worker_kept_is_gone_at_the_next_proof(browser: Chromium) -> None:
    proof_of(browser, {**page(REGISTERS), "sw.js": WORKER, "data.csv": b"a,b\n"})

    proof = proof_of(browser, page("<p>x"), js("caches.keys().then(names => names.length === 0)"))

    assert proof.is_clean
    assert proof.verdicts[0].outcome is Outcome.PASSED


def test_a_passed_deadline_and_a_cancelled_job_end_the_proof(browser: Chromium) -> None:
    hanging = page("<script>while (true) {}</script>")

    with pytest.raises(DeadlinePassed):
        Prover(browser).prove(hanging, [js("1")], {}, [], Deadline.within(0.5))
    with pytest.raises(Cancelled):
        Prover(browser).prove(hanging, [js("1")], {}, [], Deadline(soon().at, lambda: True))

    assert proof_of(browser, page("<p>x"), js("true")).is_clean
