"""The plan step: has browser tests written for the sentences, before there is any page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent import evidence
from agent.drafting.edits import without_thoughts
from agent.errors import DeadlinePassed, ModelError
from agent.intake.shapes import shapes_of
from agent.loaded_job import LoadedJob
from agent.ports import Listener, Model
from agent.proofing.planning import (
    request_for_opinion,
    request_for_tests,
    tests_of,
    withdrawn_tests,
)
from agent.proofing.prover import needing_tests
from agent.proofing.written_tests import read_tests
from agent.values import Job, Plan

_SHARE_OF_TIME = 0.3
_SHOWN_CHARS = 12_000
_WRONG = re.compile(r"\W*WRONG\b", re.IGNORECASE)


@dataclass(frozen=True)
class Planning:
    """`is_asked` is False for models that write wrong tests: a wrong test is worse than none, and
    the sentences stay unproved."""

    model: Model
    is_asked: bool
    listen: Callable[[Job], Listener]

    def plan(self, loaded: LoadedJob) -> Plan:
        """Tests for the sentences of this round, and for those of earlier ones that have none."""
        sentences = needing_tests(loaded.checks)
        known = set(tests_of(loaded.repository, loaded.round))
        known |= withdrawn_tests(loaded.repository, loaded.round).keys()
        missing = [sentence for sentence in sentences if sentence not in known]
        is_done = loaded.evidence(evidence.TESTS) is not None
        if missing and self.is_asked and not is_done:
            known |= self._written(loaded, missing)
        return Plan(len(sentences), sum(sentence in known for sentence in sentences))

    def withdraw(self, loaded: LoadedJob, sentence: str, reason: str) -> bool:
        """Whether a contested test is taken back: a second reading of brief and test decides.

        The reader sees no page and no draft. Without an answer the test stays.
        """
        test = tests_of(loaded.repository, loaded.round).get(sentence)
        if test is None:
            return False
        prompt = request_for_opinion(loaded.brief, sentence, test, reason)
        try:
            answer = self.model.answer(prompt, loaded.deadlines.drafting, self.listen(loaded.job))
        except (ModelError, DeadlinePassed):
            return False
        if not _WRONG.match(without_thoughts(answer.text)):
            return False
        known = evidence.withdrawn_of(loaded.evidence(evidence.WITHDRAWN))
        loaded.record(evidence.of_withdrawn({**known, sentence: reason}))
        return True

    def _written(self, loaded: LoadedJob, sentences: Sequence[str]) -> set[str]:
        """The sentences that the model wrote a test for; none where it does not answer."""
        shapes = shapes_of(loaded.attachments, _SHOWN_CHARS)
        prompt = request_for_tests(loaded.brief, sentences, checks=loaded.checks, shapes=shapes)
        drafting = loaded.deadlines.drafting
        try:
            deadline = drafting.sooner(drafting.remaining * _SHARE_OF_TIME)
            answer = self.model.answer(prompt, deadline, self.listen(loaded.job))
        except (ModelError, DeadlinePassed):
            # The page comes first: its request will show whether the model answers at all.
            return set()
        written = read_tests(answer.text, sentences)
        loaded.record(evidence.of_plan(prompt, answer, written.tests, written.unread))
        return set(written.tests)
