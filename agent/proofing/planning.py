"""Browser tests of sentences: the prompt that asks for them, and those that are on record."""

from collections.abc import Mapping, Sequence

from agent import evidence, scaffold
from agent.ports import Message, Prompt
from agent.proofing.steps import SentenceTest
from agent.values import Brief
from agent.workspace.repository import Repository, evidence_ref


def request_for_tests(brief: Brief, sentences: Sequence[str]) -> Prompt:
    text = scaffold.prompt("tests", brief=brief, checks=sentences)
    return Prompt((Message("user", text),))


def tests_of(repository: Repository, round_: int) -> dict[str, SentenceTest]:
    """The tests on record of a round and the rounds before, by their sentence."""
    known: dict[str, SentenceTest] = {}
    for number in range(1, round_ + 1):
        record = repository.read(evidence_ref(number), evidence.TESTS)
        known |= _read(evidence.plan_of(record)) if record else {}
    return known


def _read(record: Mapping[str, object]) -> dict[str, SentenceTest]:
    return {text: SentenceTest.model_validate(test) for text, test in record.items()}
