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
    """The tests on record of a round and the rounds before, by their sentence.

    What was contested and taken back is left out (`withdrawn_tests`).
    """
    known: dict[str, SentenceTest] = {}
    for number in range(1, round_ + 1):
        record = repository.read(evidence_ref(number), evidence.TESTS)
        known |= _read(evidence.plan_of(record)) if record else {}
    withdrawn = withdrawn_tests(repository, round_)
    return {sentence: test for sentence, test in known.items() if sentence not in withdrawn}


def withdrawn_tests(repository: Repository, round_: int) -> dict[str, str]:
    """The sentences whose test was taken back in a round or the rounds before, with the reason."""
    found: dict[str, str] = {}
    for number in range(1, round_ + 1):
        found |= evidence.withdrawn_of(repository.read(evidence_ref(number), evidence.WITHDRAWN))
    return found


def request_for_opinion(brief: Brief, sentence: str, test: SentenceTest, reason: str) -> Prompt:
    """Asks whether a contested test demands what brief and sentence do not: `WRONG` or `RIGHT`."""
    text = scaffold.prompt(
        "second_opinion",
        brief=brief,
        sentence=sentence,
        steps=test.model_dump_json(exclude_defaults=True),
        reason=reason,
    )
    return Prompt((Message("user", text),), temperature=0.0)


def _read(record: Mapping[str, object]) -> dict[str, SentenceTest]:
    return {text: SentenceTest.model_validate(test) for text, test in record.items()}
