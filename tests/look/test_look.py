"""The look notices most of what a visitor would see, and says nothing of right pages."""

from collections import Counter
from collections.abc import Iterator

import pytest

from agent.proofing.chromium import Chromium
from agent.proofing.draft_visits import side_by_side
from agent.proofing.prover import Prover
from agent.values import Proof
from tests.look.planted_faults import PLANTED, Files, right_drafts
from tests.proofing.drafts import soon, started

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.minutes]

LEAST_CAUGHT = 0.6


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    yield from started()


def proofs(browser: Chromium, drafts: list[Files]) -> list[Proof]:
    prover = Prover(browser)
    return side_by_side(lambda files: prover.prove(files, [], {}, [], soon()), drafts)


def said(proof: Proof) -> list[str]:
    return [*proof.faults, *map(str, proof.hints)]


def test_right_pages_have_neither_faults_nor_hints(browser: Chromium) -> None:
    drafts = right_drafts()

    seen = dict(zip(drafts, proofs(browser, list(drafts.values())), strict=True))

    assert len(seen) >= 10
    assert {name: said(proof) for name, proof in seen.items() if said(proof)} == {}


def test_most_planted_faults_are_noticed(browser: Chromium) -> None:
    planted = {
        (fault, name): ways[index % len(ways)](files)
        for fault, ways in PLANTED.items()
        for index, (name, files) in enumerate(right_drafts().items())
    }

    seen = dict(zip(planted, proofs(browser, list(planted.values())), strict=True))

    caught = Counter(fault for (fault, _), proof in seen.items() if said(proof))
    missed = sorted(key for key, proof in seen.items() if not said(proof))
    print(f"caught {caught.total()} of {len(seen)}: {dict(caught)}; missed: {missed}")
    assert caught.total() / len(seen) >= LEAST_CAUGHT
