"""Proves a draft: a verdict for every check, and the faults that no check asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.deadline import Deadline
from agent.errors import ProofingError
from agent.ports import Browser
from agent.proofing import rules
from agent.proofing.chromium_process import HOW_TO_INSTALL
from agent.proofing.draft_proof import DraftProof, unseen
from agent.proofing.draft_visits import DraftVisits
from agent.proofing.finding import Finding
from agent.proofing.own_tests import OwnTest
from agent.proofing.page_faults import DraftContext
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.sentence_verdicts import (
    TESTS_SECONDS,
    EmptyPageRuns,
    SentenceTests,
    TestRuns,
)
from agent.values import Attachment, Check, CheckKind, Outcome, Proof, Verdict

NO_BROWSER = f"no browser on this machine: {HOW_TO_INSTALL}"


def needing_tests(checks: Sequence[Check]) -> list[str]:
    """The sentences that a model has to turn into tests, each once, in order."""
    sentences = (check.text for check in checks if check.kind is CheckKind.SENTENCE)
    return list(dict.fromkeys(text for text in sentences if not rules.is_rule(text)))


class Prover:
    """Proves drafts; without a browser only what the files themselves show is decided.

    After `tests_seconds` no further test of a sentence is begun.
    """

    def __init__(self, browser: Browser | None, tests_seconds: float = TESTS_SECONDS) -> None:
        self._browser = browser
        self._tests_seconds = tests_seconds
        self._empty_runs = EmptyPageRuns()

    def prove(
        self,
        files: Mapping[str, bytes],
        checks: Sequence[Check],
        tests: Mapping[str, SentenceTest],
        attachments: Sequence[Attachment],
        deadline: Deadline,
        *,
        briefs: Sequence[str] = (),
        grounds: Sequence[str] = (),
        own: Sequence[OwnTest] = (),
    ) -> Proof:
        """A verdict per check and per own test, in order. Raises Cancelled, DeadlinePassed.

        `briefs` are the texts of all rounds: they say which files are not there on purpose, and
        with the `grounds` over what a page may fail a test. A browser that does not start leaves
        its checks unproved.
        """
        sentences = [check.text for check in checks if check.kind is CheckKind.SENTENCE]
        context = DraftContext(files, attachments, (*briefs, *sentences))
        ruled = _ruled(context, sentences)
        if self._browser is None:
            return _with_own(unseen(context, checks, ruled, NO_BROWSER), own, NO_BROWSER)
        visits = DraftVisits(self._browser, files, deadline)
        proof = DraftProof(context, visits, [c.text for c in checks if c.kind is CheckKind.JS])
        untried = [text for text in needing_tests(checks) if text not in ruled]
        said = list(dict.fromkeys((*briefs, *grounds)))
        by_test = SentenceTests(visits, tests, said, self._empty_runs, self._tests_seconds)
        by_own = replace(by_test, tests={o.check.text: o.test for o in own}, is_confirmed=True)
        try:
            return proof.whole(checks, ruled, TestRuns(by_test, untried, by_own, own))
        except ProofingError as error:
            reason = f"the browser could not be used: {error}"
            return _with_own(unseen(context, checks, ruled, reason), own, reason)


def _with_own(proof: Proof, own: Sequence[OwnTest], reason: str) -> Proof:
    """The proof, with own tests that nothing decided."""
    return replace(
        proof, own_tests=tuple(Verdict(each.check, Outcome.UNPROVED, reason) for each in own)
    )


def _ruled(context: DraftContext, sentences: Sequence[str]) -> dict[str, Finding]:
    """The sentences that the files decide."""
    decided = ((s, rules.decide(s, context.files, context.attachments)) for s in sentences)
    return {sentence: finding for sentence, finding in decided if finding is not None}
