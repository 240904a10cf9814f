"""What sentence tests do on a page and see of it: each step passes a page and fails another."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from agent.proofing.chromium import Chromium
from agent.proofing.sentence_test import SentenceTest
from agent.values import Outcome, Verdict
from tests.proofing.drafts import page, proof_of, sentence

pytestmark = pytest.mark.browser

BODY = """
<style>#menu:hover + #items { color: rgb(255, 0, 0) }
@media (max-width: 500px) { #wide { display: none } }</style>
<input type=checkbox id=on><p id=state></p>
<p id=menu>menu</p><p id=items>items</p><p id=wide>wide</p>
<input type=file id=file><p id=uploaded></p>
<ul id=days><li class="day first">12 May<li class=day>3 June<li class=day>20 July</ul>
<ol id=numbers><li>9<li>10<li>100</ol>
<p id=key></p><p id=visits></p><p id=price>Total: $1,234.50</p>
<button id=add>Add</button><b id=count>7</b><a id=to href=about.html>about</a>
<script>
  on.onchange = () => { state.textContent = on.checked ? "switched on" : "switched off" };
  file.onchange = async () => { uploaded.textContent = await file.files[0].text() };
  add.onclick = () => { count.textContent = Number(count.textContent) + 1 };
  document.onkeydown = event => { key.textContent = event.key };
  localStorage.visits = Number(localStorage.visits ?? 0) + 1;
  visits.textContent = localStorage.visits;
</script>"""
FILES = {
    **page(BODY),
    "about.html": b"<!doctype html><title>About us</title><p id=query></p>"
    b"<script>query.textContent = new URLSearchParams(location.search).get('q')</script>",
    "data.csv": b"city,sold\nRome,37\nBonn,4\n",
    "result.json": b'{"total": 41, "rate": 1.5, "names": ["a", "b"], "on": true}',
}


def verdict(browser: Chromium, text: str, *steps: Mapping[str, Any]) -> Verdict:
    test = SentenceTest.model_validate_json(json.dumps({"steps": steps}))
    return proof_of(browser, FILES, sentence(text), tests={text: test}).verdicts[0]


def do(name: str, selector: str = "", **more: object) -> dict[str, Any]:
    return {"do": name, **({"selector": selector} if selector else {}), **more}


def expect(selector: str, value: object = "", what: str = "text", **more: object) -> dict[str, Any]:
    compared = {"values" if isinstance(value, list) else "value": value}
    return {"do": "expect", "what": what, "selector": selector, **compared, "seconds": 0.5, **more}


def fetch(file: str, what: str, value: object, at: str = "", **more: object) -> dict[str, Any]:
    place = {"at": at} if at else {}
    return {
        "do": "fetch",
        "file": file,
        "what": what,
        "value": value,
        "seconds": 0.3,
        **place,
        **more,
    }


REMEMBER_COUNT = do("remember", "#count", what="text")
DAYS = ["12 May", "3 June", "20 July"]


@pytest.mark.parametrize(
    ("sentence_text", "steps", "wrong"),
    [
        (
            "Ticking #on shows switched on in #state, not switched off",
            [do("check", "#on"), expect("#on", what="checked")],
            expect("#state", "switched off"),
        ),
        (
            "Hovering #menu colours #items rgb(255, 0, 0) and not rgb(0, 0, 255)",
            [do("hover", "#menu"), expect("#items", "rgb(255, 0, 0)", "style", name="color")],
            expect("#items", "rgb(0, 0, 255)", "style", name="color"),
        ),
        (
            "At 400 px #wide is not shown, as #menu is",
            [do("resize", width=400), expect("#wide", what="hidden"), do("wait", "#menu")],
            expect("#wide", what="visible"),
        ),
        (
            "Uploading data.csv to #file shows it in #uploaded, with Rome and not Paris",
            [do("upload", "#file", file="data.csv"),
             expect("#uploaded", "Rome", comparison="contains")],
            expect("#uploaded", "Paris", comparison="contains"),
        ),
        (
            "Pressing a key shows its name in #key: x, not y",
            [do("press", key="x"), expect("#key", "x")],
            expect("#key", "y"),
        ),
        (
            "A second visit counts 2 in #visits, a third 3; visits are stored",
            [do("reload"), expect("#visits", 2), expect("", 2, "storage", name="visits")],
            expect("#visits", 3),
        ),
        (
            "about.html?q=7 has the title About us and shows 7 in #query, not 8",
            [do("goto", path="about.html", query="?q=7"), expect("", "About us", "title"),
             expect("", "about.html?q=7", "url"), expect("#query", 7)],
            expect("#query", 8),
        ),
        (
            "Going back from #to shows #count, and not #query",
            [do("click", "#to"), expect("", "about.html", "url"), do("back"), do("wait", "#count")],
            expect("#query", what="visible"),
        ),
        (
            "The #days are 12 May, 3 June and 20 July in .day, not 1 April",
            [expect("#days li", DAYS, "texts"),
             expect(".day", DAYS[:2], "texts", comparison="contains"),
             expect("#days li", "day", "class", comparison="contains")],
            expect("#days li", ["1 April"], "texts", comparison="contains"),
        ),
        (
            "The #numbers rise and do not fall",
            [expect("#numbers li", what="texts", comparison="ascending")],
            expect("#numbers li", what="texts", comparison="descending"),
        ),
        (
            "The #price is 1234.5, not 1235",
            [expect("#price", 1234.5, comparison="about"),
             expect("#price", 1000, comparison="at_least")],
            expect("#price", 1235, comparison="about"),
        ),
        (
            "Clicking #add adds 1 to #count, not 2",
            [REMEMBER_COUNT, do("click", "#add"), expect("#count", comparison="changed"),
             expect("#count", 1, comparison="changed_by")],
            expect("#count", 2, comparison="changed_by"),
        ),
        (
            "result.json has the total 41, the rate 1.5 and 2 names, not 3; data.csv has 37",
            [fetch("result.json", "json", 41, "total"),
             fetch("result.json", "json", 2, "names.length"),
             fetch("result.json", "json", "float", "rate", comparison="is_a"),
             fetch("data.csv", "csv", 37, "0.sold"), fetch("data.csv", "csv", 2, "length"),
             fetch("data.csv", "type", "text/csv"),
             fetch("data.csv", "text", "Bonn", comparison="contains")],
            fetch("result.json", "json", 3, "names.length"),
        ),
        (
            "nothing.json answers with status 404, not 200",
            [fetch("nothing.json", "status", 404), expect("#price", what="visible")],
            fetch("nothing.json", "status", 200),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_step_passes_the_page_that_it_describes_and_fails_another(
    browser: Chromium, sentence_text: str, steps: list[dict[str, Any]], wrong: dict[str, Any]
) -> None:
    right = verdict(browser, sentence_text, *steps)
    other = verdict(browser, sentence_text, *steps, wrong)

    assert right.outcome is Outcome.PASSED, right.observed
    assert other.outcome is Outcome.FAILED, other.observed


@pytest.mark.parametrize(
    "step",
    [
        do("upload", "#file", file="lost.csv"),
        do("upload", "#price", file="data.csv"),
        do("hover", "#lost"),
        do("check", "#price"),
    ],
)
def test_a_step_that_is_impossible_ends_the_test(browser: Chromium, step: dict[str, Any]) -> None:
    seen = verdict(browser, "It is shown", step, expect("#price", what="visible"))

    assert seen.outcome is Outcome.UNPROVED
    assert seen.observed.startswith(f"step 1: cannot {step['do']} ")
