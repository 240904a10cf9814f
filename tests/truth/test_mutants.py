"""Own tests catch planted faults that a user would notice, and pass the pages without one.

A folder of `mutants` has a brief, the answer that a capable model gave from the brief alone, and a
page that does what the brief says; `faults.json` names its faults as a piece of the page and what
stands in its place.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.proofing.chromium import Chromium
from agent.proofing.own_tests import OwnTest, read_own_tests
from agent.proofing.prover import Prover
from agent.values import Outcome, Proof
from tests.proofing.drafts import started

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.minutes]

HOME = Path(__file__).parent / "mutants"
LEAST_CAUGHT = 0.8
LEAST_PASSED = 0.95
_NOT_PUBLISHED = ("brief.md", "answer.md", "faults.json")


@dataclass(frozen=True)
class App:
    """A right page with its tests."""

    folder: Path

    @property
    def brief(self) -> str:
        return (self.folder / "brief.md").read_text(encoding="utf-8")

    @property
    def tests(self) -> tuple[OwnTest, ...]:
        answer = (self.folder / "answer.md").read_text(encoding="utf-8")
        proposal = read_own_tests(answer, 1, [self.brief], [])
        assert not proposal.dropped, proposal.dropped
        return tuple(proposal.tests)

    @property
    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.iterdir() if path.name not in _NOT_PUBLISHED]
        return {path.name: path.read_bytes() for path in paths}

    def mutants(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        faults = json.loads((self.folder / "faults.json").read_text(encoding="utf-8"))
        for name, fault in faults.items():
            page = self.files["index.html"].decode()
            assert page.count(fault["right"]) == 1, f"{self.folder.name}: {name}"
            wrong = page.replace(fault["right"], fault["wrong"])
            yield name, {**self.files, "index.html": wrong.encode()}


APPS = [App(folder) for folder in sorted(HOME.iterdir()) if folder.is_dir()]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    yield from started()


def proof_of(browser: Chromium, app: App, files: Mapping[str, bytes]) -> Proof:
    prover = Prover(browser)
    return prover.prove(files, [], {}, [], Deadline.within(300), briefs=[app.brief], own=app.tests)


def test_right_pages_pass_their_own_tests(browser: Chromium) -> None:
    proofs = {app.folder.name: proof_of(browser, app, app.files) for app in APPS}

    verdicts = [each for proof in proofs.values() for each in proof.own_tests]
    unproved = [each for each in verdicts if each.outcome is not Outcome.PASSED]
    assert all(proof.is_clean for proof in proofs.values()), unproved
    assert len(unproved) <= (1 - LEAST_PASSED) * len(verdicts), unproved


def test_planted_faults_are_caught(browser: Chromium) -> None:
    mutants = [(app, name, files) for app in APPS for name, files in app.mutants()]

    missed = [
        f"{app.folder.name}: {name}"
        for app, name, files in mutants
        if proof_of(browser, app, files).is_clean
    ]

    caught = 1 - len(missed) / len(mutants)
    print(f"{caught:.0%} of {len(mutants)} planted faults caught; missed: {missed}")
    assert caught >= LEAST_CAUGHT, missed
