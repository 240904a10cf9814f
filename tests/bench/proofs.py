"""What a proof costs beyond loading the page: both on the same warm browser.

A bare load is a fresh context, the page's load event, and `QUIET_SECONDS` without any request.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.deadline import Deadline
from agent.ports import BrowserPage
from agent.proofing.chromium import Chromium
from agent.proofing.prover import Prover
from agent.values import Check, CheckKind
from tests.bench.rows import Row, row

BODY = "<h1>Sales</h1><p id=total></p><script>total.textContent = 12.5</script>"
FILES = {"index.html": f"<!doctype html><title>Sales</title>{BODY}".encode()}
CHECKS = [
    Check(CheckKind.JS, text, 1)
    for text in (
        "document.title === 'Sales'",
        "parseFloat(document.querySelector('#total').textContent) === 12.5",
        "!!document.querySelector('h1')",
    )
]


async def load(page: BrowserPage) -> int:
    return await page.open()


def measure(executable: Path, rounds: int) -> Iterator[Row]:
    with Chromium(executable) as browser:

        def prove() -> None:
            proof = Prover(browser).prove(FILES, CHECKS, {}, [], Deadline.within(60))
            assert proof.is_clean, proof.faults

        def visit() -> None:
            browser.visit(FILES, load, Deadline.within(60))

        prove()
        loads = _seconds(rounds, visit)
        floor = row("", loads, "").measured, "a bare load"
        yield row("the proof of a page with three `js` checks", _seconds(rounds, prove), "s", floor)


def _seconds(rounds: int, work: Callable[[], object]) -> list[float]:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds
