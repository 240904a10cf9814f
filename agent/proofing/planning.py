"""Browser tests of sentences: the prompt that asks for them, and those that are on record."""

from collections.abc import Mapping, Sequence

from agent import evidence, scaffold
from agent.intake.shapes import Shape
from agent.ports import Message, Prompt
from agent.proofing.sentence_test import SentenceTest
from agent.values import Brief, Check, CheckKind
from agent.workspace.repository import Repository, evidence_ref


def request_for_tests(
    brief: Brief,
    sentences: Sequence[str],
    *,
    checks: Sequence[Check] = (),
    shapes: Sequence[Shape] = (),
) -> Prompt:
    """Asks for a test of each sentence.

    `checks` are those of all rounds: where a brief gives no ids, its expressions often do. `shapes`
    describe the attached files.
    """
    expressions = [check.text for check in checks if check.kind is CheckKind.JS]
    text = scaffold.prompt(
        "tests", brief=brief, sentences=sentences, js_checks=expressions, shapes=shapes
    )
    return Prompt((Message("user", text),))


def grounds_of(
    briefs: Sequence[str], checks: Sequence[Check], shapes: Sequence[Shape]
) -> list[str]:
    """The texts that a test may take its values from: a page may fail over what they say."""
    described = (" ".join((*shape.facts, shape.excerpt or "")) for shape in shapes)
    return [*briefs, *(check.text for check in checks), *described]


def tests_of(repository: Repository, round_: int) -> dict[str, SentenceTest]:
    """The tests on record of a round and the rounds before, by their sentence."""
    known: dict[str, SentenceTest] = {}
    for number in range(1, round_ + 1):
        record = repository.read(evidence_ref(number), evidence.TESTS)
        known |= _read(evidence.plan_of(record)) if record else {}
    return known


def _read(record: Mapping[str, object]) -> dict[str, SentenceTest]:
    return {text: SentenceTest.model_validate(test) for text, test in record.items()}
