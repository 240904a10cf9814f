"""Right pages pass and wrong pages do not, for many kinds of checks, on an idle and a busy machine.

Of a wrong page it is enough that it does not pass; a right one that fails would be repaired until
it is wrong. What is not proved although a verdict was possible is counted.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from agent.deadline import Deadline
from agent.proofing.chromium import Chromium
from agent.proofing.prover import Prover
from agent.values import Outcome, Verdict
from tests.proofing.drafts import started
from tests.truth import acting_pairs, moving_pairs, offline_pairs, reading_pairs, sentence_pairs
from tests.truth.pair import Pair

pytestmark = pytest.mark.browser

PAIRS = (
    *reading_pairs.PAIRS,
    *moving_pairs.PAIRS,
    *acting_pairs.PAIRS,
    *offline_pairs.PAIRS,
    *sentence_pairs.PAIRS,
)
UNDECIDABLE = offline_pairs.UNDECIDABLE
AT_ONCE = 3
BUSY_LOOPS_PER_CORE = 2

Seen = Mapping[tuple[str, bool], Verdict]


def names(pair: Pair) -> str:
    return pair.name


def prove_all(browser: Chromium) -> Seen:
    """The verdict on the right and on the wrong page of every pair."""
    prover = Prover(browser)

    def verdict(key: tuple[Pair, bool]) -> Verdict:
        pair, is_right = key
        deadline = Deadline.within(900)
        draft = pair.draft(is_right)
        return prover.prove(draft, pair.checks, pair.tests, [], deadline).verdicts[-1]

    keys = [(pair, is_right) for pair in (*PAIRS, *UNDECIDABLE) for is_right in (True, False)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        verdicts = list(threads.map(verdict, keys))
    return {(pair.name, side): seen for (pair, side), seen in zip(keys, verdicts, strict=True)}


@contextmanager
def busy_machine() -> Iterator[None]:
    count = BUSY_LOOPS_PER_CORE * (os.cpu_count() or 1)
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    for browser in started():
        yield prove_all(browser)


def test_there_are_enough_pairs_with_names_of_their_own() -> None:
    assert len({pair.name for pair in (*PAIRS, *UNDECIDABLE)}) == len((*PAIRS, *UNDECIDABLE))
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("pair", PAIRS, ids=names)
def test_the_right_page_passes(seen: Seen, pair: Pair) -> None:
    verdict = seen[pair.name, True]

    assert verdict.outcome is Outcome.PASSED, verdict.observed


@pytest.mark.parametrize("pair", PAIRS, ids=names)
def test_the_wrong_page_does_not_pass(seen: Seen, pair: Pair) -> None:
    verdict = seen[pair.name, False]

    assert verdict.outcome is not Outcome.PASSED, verdict.observed


@pytest.mark.parametrize("pair", UNDECIDABLE, ids=names)
def test_what_depends_on_other_sites_is_unproved(seen: Seen, pair: Pair) -> None:
    outcomes = [seen[pair.name, is_right].outcome for is_right in (True, False)]

    assert outcomes == [Outcome.UNPROVED] * 2, seen[pair.name, True].observed


def test_hardly_anything_that_could_be_decided_is_unproved(seen: Seen) -> None:
    decidable = [(pair.name, is_right) for pair in PAIRS for is_right in (True, False)]

    unproved = [key for key in decidable if seen[key].outcome is Outcome.UNPROVED]

    assert len(unproved) < 0.05 * len(decidable), unproved


@pytest.mark.slow
def test_a_busy_machine_changes_no_verdict(seen: Seen) -> None:
    with busy_machine():
        for browser in started():
            again = prove_all(browser)

    changed = {
        key: (seen[key].outcome, again[key].outcome, again[key].observed)
        for key in seen
        if seen[key].outcome is not again[key].outcome
    }
    assert changed == {}
