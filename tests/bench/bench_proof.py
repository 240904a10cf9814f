"""What a proof costs beyond loading the page: both on the same warm browser, as a ratio.

A bare load is a fresh context, the page's load event, and `QUIET_SECONDS` without any request.

python -m tests.bench.bench_proof [--rounds 10] [--json]
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from agent.deadline import Deadline
from agent.ports import BrowserPage
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import find_executable
from agent.proofing.prover import Prover
from agent.values import Check, CheckKind

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


@dataclass(frozen=True, slots=True)
class Cost:
    """Median seconds of each, and their ratio."""

    load_seconds: float
    proof_seconds: float

    @property
    def ratio(self) -> float:
        return self.proof_seconds / self.load_seconds

    @property
    def added_seconds(self) -> float:
        return self.proof_seconds - self.load_seconds


async def load(page: BrowserPage) -> int:
    return await page.open()


def median(rounds: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def measure(browser: Chromium, rounds: int) -> Cost:
    def prove() -> None:
        proof = Prover(browser).prove(FILES, CHECKS, {}, [], Deadline.within(60))
        assert proof.is_clean, proof.faults

    def visit() -> None:
        browser.visit(FILES, load, Deadline.within(60))

    visit()
    return Cost(median(rounds, visit), median(rounds, prove))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    executable = find_executable("", os.environ)
    if executable is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    with Chromium(executable) as browser:
        cost = measure(browser, chosen.rounds)
    if chosen.json:
        print(json.dumps({**asdict(cost), "ratio": cost.ratio}))
    else:
        print(
            f"page load {cost.load_seconds:.2f} s, proof {cost.proof_seconds:.2f} s: "
            f"{cost.ratio:.1f} times a bare load, {cost.added_seconds:.2f} s more"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
