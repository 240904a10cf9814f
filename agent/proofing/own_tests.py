"""Browser tests that nobody sent: a model writes them from the brief alone, before any page exists.

A test is kept only where a second reading of the brief expects the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent import evidence
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.superseding import is_quoted
from agent.proofing.written_tests import entries_of, read_steps
from agent.values import Check, CheckKind
from agent.workspace.repository import Repository, evidence_ref

MOST_WRITTEN = 12
MOST_TRIED = 36
"""How many tests of all rounds a proof tries: the newest."""

_LONGEST_BEHAVIOUR = 300


@dataclass(frozen=True, slots=True)
class OwnTest:
    """A behaviour as a test; `quote` is what the brief says of it.

    `label` is the name under which prompts show it: `own 2.1` is the first one of round 2.
    """

    check: Check
    test: SentenceTest
    quote: str
    label: str


@dataclass(frozen=True, slots=True)
class OwnTests:
    """The tests of a round and the rounds before it.

    `overridden` are those of earlier rounds that the brief of this round overrides, by the text of
    their check, with the sentence that says so.
    """

    tests: tuple[OwnTest, ...] = ()
    overridden: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[OwnTest, ...]:
        """The tests that a page has to pass, the newest of them."""
        left = [each for each in self.tests if each.check.text not in self.overridden]
        return tuple(left[-MOST_TRIED:])


@dataclass(slots=True)
class Proposal:
    """What an answer proposes; `dropped` says by behaviour why a test is left out."""

    tests: list[OwnTest] = field(default_factory=list)
    dropped: dict[str, str] = field(default_factory=dict)
    overridden: dict[str, str] = field(default_factory=dict)

    def confirmed(self, readings: Mapping[int, str]) -> "Proposal":
        """What is left where `readings` say for each test, counted from 1, what they expect."""
        left = Proposal(dropped=dict(self.dropped), overridden=self.overridden)
        for number, each in enumerate(self.tests, 1):
            expected = readings.get(number, "nothing was said of it")
            if expected.strip(" .").casefold() == "same":
                left.tests.append(each)
            else:
                left.dropped[each.check.text] = f"a second reading expects otherwise: {expected}"
        return left


def read_own_tests(
    answer: str, round_: int, briefs: Sequence[str], earlier: Sequence[OwnTest]
) -> Proposal:
    """The tests that an answer proposes, each with words of one of the `briefs`.

    The first brief is that of the round; only it can override tests of `earlier` rounds.
    """
    proposal = Proposal()
    labels = {each.label: each.check.text for each in earlier}
    known = {each.check.text for each in earlier}
    for entry in entries_of(answer):
        quote = str(entry.get("quote", ""))
        label = str(entry.get("overrides", ""))
        if label in labels and is_quoted(quote, briefs[0]):
            proposal.overridden[labels[label]] = quote
        behaviour = " ".join(str(entry.get("behaviour", "")).split())[:_LONGEST_BEHAVIOUR]
        if not behaviour or behaviour in known or len(proposal.tests) == MOST_WRITTEN:
            continue
        known.add(behaviour)
        test = read_steps(entry)
        if isinstance(test, str):
            proposal.dropped[behaviour] = test
        elif not any(is_quoted(quote, brief) for brief in briefs):
            proposal.dropped[behaviour] = f"no brief says: {quote}"
        else:
            check = Check(CheckKind.SENTENCE, behaviour, round_)
            label = f"own {round_}.{len(proposal.tests) + 1}"
            proposal.tests.append(OwnTest(check, test, quote, label))
    return proposal


def readings_of(answer: str) -> dict[int, str]:
    """What a second reading expects of each test: `same`, or what it expects instead."""
    return {
        entry["test"]: str(entry.get("expects", ""))
        for entry in entries_of(answer)
        if isinstance(entry.get("test"), int)
    }


def own_tests_of(repository: Repository, round_: int) -> OwnTests:
    """The tests on record of a round and the rounds before.

    Those that were contested and taken back, or that an earlier round overrode, are left out.
    """
    tests: list[OwnTest] = []
    gone: set[str] = set()
    overridden: dict[str, str] = {}
    for number in range(1, round_ + 1):
        gone |= overridden.keys()
        ref = evidence_ref(number)
        gone |= evidence.texts_of(repository.read(ref, evidence.WITHDRAWN)).keys()
        overridden = evidence.texts_of(repository.read(ref, evidence.OVERRIDDEN))
        written = evidence.own_plan_of(repository.read(ref, evidence.OWN_TESTS))
        tests += [_read(entry, number) for entry in written]
    left = tuple(each for each in tests if each.check.text not in gone)
    earlier = {each.check.text for each in left if each.check.round < round_}
    return OwnTests(left, {text: said for text, said in overridden.items() if text in earlier})


def _read(entry: Mapping[str, Any], round_: int) -> OwnTest:
    check = Check(CheckKind.SENTENCE, entry["behaviour"], round_)
    test = SentenceTest.model_validate({"steps": entry["steps"]})
    return OwnTest(check, test, entry["quote"], entry["label"])


def recorded(tests: Sequence[OwnTest]) -> list[dict[str, Any]]:
    """The tests as evidence keeps them."""
    return [
        {
            "label": each.label,
            "behaviour": each.check.text,
            "quote": each.quote,
            **each.test.model_dump(mode="json", exclude_defaults=True),
        }
        for each in tests
    ]
