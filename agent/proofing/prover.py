"""The proof of a draft: a verdict for every check and the faults that no check asked about."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.deadline import Deadline
from agent.errors import ProofingError
from agent.proofing import rules
from agent.proofing.excuses import Excuses
from agent.proofing.finding import Finding, failed, unproved
from agent.proofing.inspection import Look, excused
from agent.proofing.page import Browser, Page, PageGone, PageStuck
from agent.proofing.process import HOW_TO_INSTALL
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.sentences import EMPTY_SITE, SentenceRun, doubted
from agent.values import Attachment, Check, CheckKind, Outcome, Proof, Verdict

NO_BROWSER = f"no browser on this machine: {HOW_TO_INSTALL}"
NO_TEST = "no test could be made of this sentence"
NO_TIME = "its test was not tried: the tests before it took all the time"
SENTENCES_SECONDS = 100.0
"""What the tests of all sentences may take together; the one that is begun is finished."""


def needing_tests(checks: Sequence[Check]) -> list[str]:
    """The sentences that a model has to turn into tests, each once, in order."""
    sentences = (check.text for check in checks if check.kind is CheckKind.SENTENCE)
    return list(dict.fromkeys(text for text in sentences if not rules.is_rule(text)))


@dataclass(frozen=True, slots=True)
class _Case:
    """What one proof is about."""

    files: Mapping[str, bytes]
    checks: Sequence[Check]
    tests: Mapping[str, SentenceTest]
    attachments: Sequence[Attachment]
    deadline: Deadline

    @property
    def expressions(self) -> list[str]:
        return [check.text for check in self.checks if check.kind is CheckKind.JS]


class Prover:
    """Proves drafts; without a browser only what the files themselves show is decided."""

    def __init__(self, browser: Browser | None) -> None:
        self._browser = browser

    def prove(
        self,
        files: Mapping[str, bytes],
        checks: Sequence[Check],
        tests: Mapping[str, SentenceTest],
        attachments: Sequence[Attachment],
        deadline: Deadline,
    ) -> Proof:
        """A verdict per check, in order. Raises Cancelled, DeadlinePassed.

        A browser that is not there or does not start leaves its checks unproved.
        """
        case = _Case(files, checks, tests, attachments, deadline)
        if self._browser is None:
            return _unseen(case, NO_BROWSER)
        try:
            return _Seeing(self._browser, case).proof()
        except ProofingError as error:
            return _unseen(case, f"the browser could not be used: {error}")


def _unseen(case: _Case, reason: str) -> Proof:
    """What can be said without a browser."""
    look = Look(case.expressions, status=200, title="not seen")
    verdicts = (
        Verdict(check, finding.outcome, finding.observed)
        for check in case.checks
        for finding in (_ruled(case, check) or unproved(reason),)
    )
    return Proof(tuple(verdicts), tuple(look.faults(case.files, Excuses([], case.files))))


def _ruled(case: _Case, check: Check) -> Finding | None:
    if check.kind is not CheckKind.SENTENCE:
        return None
    return rules.decide(check.text, case.files, case.attachments)


class _Seeing:
    """One proof with a browser."""

    def __init__(self, browser: Browser, case: _Case) -> None:
        self._browser = browser
        self._case = case
        self._tested_seconds = 0.0

    def proof(self) -> Proof:
        case = self._case
        look = self._look()
        excuses = Excuses(look.sightings.unreached, case.files)
        numbers = iter(range(len(case.expressions)))
        verdicts = []
        for check in case.checks:
            if check.kind is CheckKind.JS:
                finding = excused(look.finding(next(numbers)), excuses.for_check(check.text))
            else:
                finding = _ruled(case, check) or self._tested(check.text, look, excuses)
            verdicts.append(Verdict(check, finding.outcome, finding.observed))
        return Proof(
            tuple(verdicts),
            tuple(look.faults(case.files, excuses)),
            tuple(dict.fromkeys(look.sightings.console)),
            look.failed_requests(),
            look.pictures,
        )

    def _look(self) -> Look:
        look = Look(self._case.expressions)
        try:
            return self._browser.visit(self._case.files, look.take, self._case.deadline)
        except (PageStuck, PageGone) as error:
            look.broken_off = str(error)
            return look

    def _tested(self, sentence: str, look: Look, excuses: Excuses) -> Finding:
        test = self._case.tests.get(sentence)
        if test is None:
            return unproved(NO_TEST)
        if look.broken_off:
            return failed(look.broken_off)
        if self._tested_seconds > SENTENCES_SECONDS:
            return unproved(NO_TIME)
        began = time.monotonic()
        finding = self._run(sentence, test, self._case.files, 1.0)
        if finding.outcome is Outcome.PASSED:
            finding = doubted(finding, self._run(sentence, test, EMPTY_SITE, 0.0))
        self._tested_seconds += time.monotonic() - began
        return excused(finding, excuses.for_interaction())

    def _run(
        self,
        sentence: str,
        test: SentenceTest,
        files: Mapping[str, bytes],
        patience: float,
    ) -> Finding:
        async def errand(page: Page) -> Finding:
            return await SentenceRun(page, sentence, patience).judge(test)

        try:
            return self._browser.visit(files, errand, self._case.deadline)
        except (PageStuck, PageGone) as error:
            return failed(str(error))
