"""Sentence checks as browser tests: written by the model before it has seen any page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent import evidence, scaffold
from agent.deadline import Deadline
from agent.desk import Desk
from agent.errors import DeadlinePassed, ModelError
from agent.intake.shapes import Shape, shapes_of
from agent.ports import Listener, Message, Model, Prompt
from agent.proofing.prover import needing_tests
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.written_tests import read_tests
from agent.values import Brief, Check, CheckKind, Job, Order, Plan
from agent.workspace.repository import Repository, evidence_ref

_SHARE_OF_TIME = 0.3
_SHOWN_CHARS = 12_000


@dataclass(frozen=True)
class Planning:
    """The stage before the drafts. `is_asked` is False for models that write wrong tests: a wrong
    verifier is worse than none, and their sentences stay unproved."""

    model: Model
    is_asked: bool
    desk: Desk
    deadlines: Callable[[Job], Deadline]
    listen: Callable[[Job], Listener]

    def plan(self, order: Order) -> Plan:
        """Tests for the sentences of this round and those of earlier ones that have none."""
        repository = self.desk.repository(order)
        sentences = needing_tests(checks_of(self.desk, order))
        known = tests_of(repository, order)
        missing = [sentence for sentence in sentences if sentence not in known]
        is_done = repository.read(evidence_ref(order.round), evidence.TESTS) is not None
        if missing and self.is_asked and not is_done:
            known |= self._ask(order, missing)
        return Plan(len(sentences), sum(sentence in known for sentence in sentences))

    def _ask(self, order: Order, sentences: Sequence[str]) -> dict[str, SentenceTest]:
        """The tests that the model wrote; it writes none where it does not answer."""
        brief = self.desk.brief(order)
        checks, shapes = checks_of(self.desk, order), shapes_of(brief.attachments, _SHOWN_CHARS)
        prompt = request_for_tests(brief, sentences, checks=checks, shapes=shapes)
        whole = self.deadlines(order.job)
        try:
            deadline = whole.sooner(whole.remaining * _SHARE_OF_TIME)
            answer = self.model.answer(prompt, deadline, self.listen(order.job))
        except (ModelError, DeadlinePassed):
            # The page comes first: its request will show whether the model answers at all.
            return {}
        written = read_tests(answer.text, sentences)
        record = evidence.of_plan(prompt, answer, written.tests, written.unread)
        self.desk.repository(order).record_evidence(order.round, record)
        return dict(written.tests)


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


def tests_of(repository: Repository, order: Order) -> dict[str, SentenceTest]:
    """The tests on record of this round and the rounds before, by their sentence."""
    known: dict[str, SentenceTest] = {}
    for round_ in range(1, order.round + 1):
        record = repository.read(evidence_ref(round_), evidence.TESTS)
        known |= _read(evidence.plan_of(record)) if record else {}
    return known


def _read(record: Mapping[str, object]) -> dict[str, SentenceTest]:
    return {text: SentenceTest.model_validate(test) for text, test in record.items()}


def checks_of(desk: Desk, order: Order) -> tuple[Check, ...]:
    """Every check that a proof of the order is about, earlier rounds first."""
    return (*desk.earlier_checks(order), *desk.brief(order).checks)
