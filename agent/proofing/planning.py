"""What a model is asked about browser tests, and the tests of sentences that are on record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent import evidence, scaffold
from agent.drafting.file_outlines import FileOutline
from agent.intake.shapes import Shape
from agent.ports import Message, Prompt
from agent.proofing.own_tests import OwnTest, own_tests_of
from agent.proofing.sentence_test import Comparing, SentenceTest
from agent.values import Brief, Check, CheckKind, Round
from agent.workspace.repository import Repository, evidence_ref


@dataclass(frozen=True, slots=True)
class Asked:
    """What people asked for: what a test is written from, and all that it may take values from.

    `earlier` are the rounds before, `shown` the same with briefs as long as prompts have room for.
    `checks` are those of all rounds, `shapes` describe attached files. `outlines` are those of the
    site as the earlier rounds left it: no grounds for a test, but names to find things by.
    """

    brief: Brief
    earlier: Sequence[Round] = ()
    checks: Sequence[Check] = ()
    shapes: Sequence[Shape] = ()
    shown: Sequence[Round] = ()
    outlines: Sequence[FileOutline] = ()

    @property
    def briefs(self) -> tuple[str, ...]:
        """The newest first."""
        return (self.brief.text, *(round_.brief for round_ in reversed(self.earlier)))

    @property
    def grounds(self) -> list[str]:
        """The texts that a page may fail over, as they say what it has to be like."""
        described = (" ".join((*shape.facts, shape.excerpt or "")) for shape in self.shapes)
        return [*self.briefs, *(check.text for check in self.checks), *described]


def request_for_tests(
    asked: Asked, sentences: Sequence[str], own: Sequence[OwnTest] | None = None
) -> Prompt:
    """Asks for a test of each sentence.

    Where `own` are the tests of earlier rounds that nobody sent, and not None, it asks for more of
    them. The `js` checks are shown: where a brief gives no ids, they often do.
    """
    expressions = [check.text for check in asked.checks if check.kind is CheckKind.JS]
    return _optional(
        "tests", asked=asked, sentences=sentences, js_checks=expressions, own=own, temperature=None
    )


def request_for_reading(asked: Asked, tests: Sequence[OwnTest]) -> Prompt:
    """Asks somebody else what the brief makes them expect of each test."""
    steps = [(each, _steps(each.test)) for each in tests]
    return _optional("second_reading", asked=asked, tests=steps, temperature=None)


def request_for_opinion(asked: Asked, sentence: str, test: SentenceTest, reason: str) -> Prompt:
    """Asks whether a contested test demands what the briefs do not: `WRONG` or `RIGHT`."""
    return _optional(
        "second_opinion",
        asked=asked,
        sentence=sentence,
        steps=_steps(test),
        reason=reason,
        temperature=0.0,
    )


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


def contestable_tests(repository: Repository, round_: int) -> dict[str, SentenceTest]:
    """The tests that an answer may call wrong, those that nobody sent among them."""
    own = own_tests_of(repository, round_).wanted
    return {each.check.text: each.test for each in own} | tests_of(repository, round_)


def withdrawn_tests(repository: Repository, round_: int) -> dict[str, str]:
    """The sentences whose test was taken back in a round or the rounds before, with the reason."""
    return _texts(repository, round_, evidence.WITHDRAWN)


def upheld_tests(repository: Repository, round_: int) -> dict[str, str]:
    """The sentences whose test was contested in vain, with the reason that was given."""
    return _texts(repository, round_, evidence.UPHELD)


def _texts(repository: Repository, round_: int, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in range(1, round_ + 1):
        found |= evidence.texts_of(repository.read(evidence_ref(number), path))
    return found


def _optional(name: str, *, temperature: float | None, **variables: object) -> Prompt:
    """A question in two parts: what is always the same comes first, and can be cached."""
    messages = (
        Message("system", scaffold.prompt(f"{name}_system")),
        Message("user", scaffold.prompt(name, **variables)),
    )
    return Prompt(messages, temperature, is_optional=True)


def _steps(test: SentenceTest) -> str:
    """As JSON without what goes without saying; that something is to be empty does not."""
    written = test.model_dump(mode="json", exclude_defaults=True)
    for step, told in zip(test.steps, written["steps"], strict=True):
        if isinstance(step, Comparing) and step.wants_nothing:
            told["value"] = ""
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def _read(record: Mapping[str, object]) -> dict[str, SentenceTest]:
    return {text: SentenceTest.model_validate(test) for text, test in record.items()}
