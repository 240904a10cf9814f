"""The skeleton's page in a real browser: its stylesheet and the functions put together by code."""

import os
from collections.abc import Iterator

import pytest

from agent.deadline import Deadline
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.skeleton import Skeleton
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import find_executable
from agent.proofing.prover import Prover
from agent.values import Outcome, Proof
from tests.drafting.small.small_requests import js

pytestmark = pytest.mark.browser

TIMER = "let timer = null;\nfunction stop() {\n  clearInterval(timer);\n}"


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    executable = find_executable("", os.environ)
    if executable is None:
        pytest.skip("no Chromium on this machine")
    with Chromium(executable) as browser:
        yield Prover(browser)


def proof_of(prover: Prover, functions: str, earlier: list[str], *checks: str) -> Proof:
    brief = (
        "A textarea #text that starts with 'a b'. #words shows the words, #problem what is wrong."
    )
    skeleton = Skeleton(PageSpec.of([brief], [], "Words"), ())
    page = skeleton.page(skeleton.script(functions, earlier))
    files = {"index.html": page.encode()}
    return prover.prove(files, [js(check) for check in checks], {}, (), Deadline.within(180))


def test_a_display_is_shown_with_its_label_once_it_has_a_value(prover: Prover) -> None:
    proof = proof_of(
        prover,
        "function update() { wordsEl.textContent = textEl.value.split(' ').length; }",
        [],
        "document.querySelector('#words').parentElement.innerText.includes('Words:')",
        "getComputedStyle(document.querySelector('#words').parentElement).display === 'flex'",
        "getComputedStyle(document.querySelector('#problem').parentElement).display === 'none'",
    )

    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.PASSED] * 3


def test_a_page_is_light_or_dark_and_fits_its_window(prover: Prover) -> None:
    proof = proof_of(
        prover,
        "function update() {}",
        [],
        "getComputedStyle(document.documentElement).colorScheme === 'light dark'",
        "document.querySelector('#text').offsetWidth < document.body.offsetWidth",
        "document.documentElement.scrollWidth <= innerWidth",
    )

    assert [verdict.outcome for verdict in proof.verdicts] == [Outcome.PASSED] * 3


def test_a_function_from_an_earlier_attempt_finds_its_variable(prover: Prover) -> None:
    proof = proof_of(
        prover,
        "function update() { stop(); wordsEl.textContent = 'ready'; }",
        [TIMER],
        "document.querySelector('#words').textContent === 'ready'",
    )

    assert proof.verdicts[0].outcome is Outcome.PASSED
    assert proof.faults == ()
