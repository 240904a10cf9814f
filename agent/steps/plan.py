"""The plan step: has browser tests written, before there is any page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent import evidence
from agent.budget import opinions
from agent.deadline import Deadline
from agent.drafting.answer import as_text
from agent.drafting.brief_history import bounded
from agent.drafting.edits import without_thoughts
from agent.drafting.file_outlines import outlines_of
from agent.errors import DeadlinePassed, ModelError
from agent.intake.shapes import shapes_of
from agent.loaded_job import LoadedJob
from agent.ports import Listener, Model
from agent.proofing.own_tests import (
    Proposal,
    own_tests_of,
    read_own_tests,
    readings_of,
    recorded,
)
from agent.proofing.planning import (
    Asked,
    contestable_tests,
    request_for_opinion,
    request_for_reading,
    request_for_tests,
    tests_of,
    upheld_tests,
    withdrawn_tests,
)
from agent.proofing.prover import needing_tests
from agent.proofing.written_tests import read_tests
from agent.values import Job, Plan

_SHARE_OF_TIME = 0.3
_SHOWN_CHARS = 12_000
_SHOWN_BRIEFS = 8_000
_WRONG = re.compile(r"\W*WRONG\b", re.IGNORECASE)


@dataclass(frozen=True)
class Planning:
    """`is_asked` is False for models that write wrong tests: a wrong test is worse than none, and
    the sentences stay unproved. `writes_own`: tests that nobody sent are written too."""

    model: Model
    is_asked: bool
    listen: Callable[[Job], Listener]
    writes_own: bool = False

    def plan(self, loaded: LoadedJob) -> Plan:
        """Tests for the sentences of this round, and for those of earlier ones that have none."""
        sentences = needing_tests(loaded.checks)
        known = set(tests_of(loaded.repository, loaded.round))
        known |= withdrawn_tests(loaded.repository, loaded.round).keys()
        missing = [sentence for sentence in sentences if sentence not in known]
        is_done = loaded.evidence(evidence.TESTS) is not None
        asked_for = missing if self.is_asked else []
        if (asked_for or self.writes_own) and not is_done:
            known |= self._written(loaded, asked_for)
        own = own_tests_of(loaded.repository, loaded.round).tests if self.writes_own else ()
        return Plan(len(sentences), sum(sentence in known for sentence in sentences), len(own))

    def withdraw(self, loaded: LoadedJob, sentence: str, reason: str) -> bool:
        """Whether a contested test is taken back: a second reading of the briefs decides, once.

        The reader sees no page and no draft. Without an answer the test stays.
        """
        test = contestable_tests(loaded.repository, loaded.round).get(sentence)
        if test is None or sentence in upheld_tests(loaded.repository, loaded.round):
            return False
        prompt = request_for_opinion(asked_of(loaded), sentence, test, reason)
        try:
            answer = self.model.answer(prompt, loaded.deadlines.drafting, self.listen(loaded.job))
        except (ModelError, DeadlinePassed):
            return False
        is_wrong = bool(_WRONG.match(without_thoughts(answer.text)))
        path = evidence.WITHDRAWN if is_wrong else evidence.UPHELD
        known = evidence.texts_of(loaded.evidence(path))
        opinion = evidence.of_opinion(len(opinions(loaded)) + 1, prompt, answer)
        loaded.record({**opinion, **evidence.of_texts(path, {**known, sentence: reason})})
        return is_wrong

    def _written(self, loaded: LoadedJob, sentences: Sequence[str]) -> set[str]:
        """The sentences that the model wrote a test for; none where it does not answer."""
        asked, listen = asked_of(loaded), self.listen(loaded.job)
        earlier = own_tests_of(loaded.repository, loaded.round).wanted
        prompt = request_for_tests(asked, sentences, earlier if self.writes_own else None)
        drafting = loaded.deadlines.drafting
        try:
            deadline = drafting.sooner(drafting.remaining * _SHARE_OF_TIME)
            answer = self.model.answer(prompt, deadline, listen)
        except (ModelError, DeadlinePassed):
            # The page comes first: its request will show whether the model answers at all.
            return set()
        written = read_tests(answer.text, sentences)
        files = evidence.of_plan(prompt, answer, written.tests, written.unread)
        if self.writes_own:
            proposal = read_own_tests(answer.text, loaded.round, asked.briefs, earlier)
            files |= self._read_again(loaded, asked, proposal, deadline)
        loaded.record(files)
        return set(written.tests)

    def _read_again(
        self, loaded: LoadedJob, asked: Asked, proposal: Proposal, deadline: Deadline
    ) -> dict[str, bytes]:
        """The evidence of the tests that are kept: those of which a second reader expects the same.

        Without a second reading none is kept.
        """
        files: dict[str, bytes] = {}
        said = ""
        if proposal.tests:
            prompt = request_for_reading(asked, proposal.tests)
            try:
                answer = self.model.answer(prompt, deadline, self.listen(loaded.job))
                files, said = evidence.of_reading(prompt, answer), answer.text
            except (ModelError, DeadlinePassed):
                pass  # the page comes first, as above
        left = proposal.confirmed(readings_of(said))
        overridden = evidence.of_texts(evidence.OVERRIDDEN, left.overridden)
        own = evidence.of_own_plan(recorded(left.tests), left.dropped)
        return {**files, **overridden, **own}


def asked_of(loaded: LoadedJob) -> Asked:
    """What all rounds up to this one asked for."""
    head = loaded.repository.head
    files = loaded.repository.files(head) if head else {}
    app = "\n".join(filter(None, map(as_text, files.values())))
    shown = bounded(loaded.earlier, _SHOWN_BRIEFS, app)
    shapes = shapes_of(loaded.attachments, _SHOWN_CHARS)
    outlines = [each for each in outlines_of(files) if not each.path.endswith(".css")]
    return Asked(loaded.brief, loaded.earlier, loaded.checks, shapes, shown, outlines)
