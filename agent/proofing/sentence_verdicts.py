"""Decides sentences by their browser tests: on the draft, and on what a test must not pass on."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.browsing import PageGone, PageSlow, PageStuck, VisitKind
from agent.ports import BrowserPage
from agent.proofing.draft_visits import DraftVisits, side_by_side
from agent.proofing.finding import Finding, excused, failed, unproved
from agent.proofing.own_tests import OwnTest
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.sentences import (
    EMPTY_SITE,
    NO_GROUNDS,
    ON_EMPTY,
    WITHOUT_ACTS,
    WITHOUT_INPUT,
    SentenceRun,
    TestedSentence,
    TestGrounds,
    without_acts,
    without_input,
)
from agent.proofing.unreachable_resources import excuse
from agent.values import Outcome, Verdict

NO_TEST = "no test could be made of this sentence"
NO_TIME = "its test was not tried: the tests before it took all the time"
TESTS_SECONDS = 100.0
CONTROL_PATIENCE = 0.2
"""Of the usual waiting, what a page is given to pass a test that it should not pass."""

CONTROL_MARGIN = 2.0
"""How many times as long as the slowest step of the test itself it is given, at least."""


@dataclass(slots=True)
class EmptyPageRuns:
    """Which tests pass on an empty page: that depends on the test alone, and is asked once."""

    known: dict[str, bool] = field(default_factory=dict)

    def passes(self, visits: DraftVisits, test: SentenceTest) -> bool:
        """Whether the test passes there. Raises the page errors."""
        key = test.model_dump_json()
        if key not in self.known:
            empty = replace(visits, files=EMPTY_SITE)
            finding = _run(empty, test, NO_GROUNDS, patience=0.0).finding
            self.known[key] = finding.outcome is Outcome.PASSED
        return self.known[key]


@dataclass(frozen=True)
class SentenceTests:
    """The tests of a draft's sentences; those that are begun within `seconds` are finished.

    A page may fail over what a sentence or the `grounds` say. `is_confirmed`: the sentences are a
    model's own words; but the values were confirmed by a second reading, and so a page may fail
    over them too.
    """

    visits: DraftVisits
    tests: Mapping[str, SentenceTest]
    grounds: Sequence[str]
    empty_runs: EmptyPageRuns
    seconds: float
    is_confirmed: bool = False

    def findings(self, sentences: Sequence[str], broken: Finding | None) -> dict[str, Finding]:
        """A finding per sentence; `broken` where the page broke off before, so that no test is run.

        Raises Cancelled, DeadlinePassed.
        """
        began = time.monotonic()

        def finding(sentence: str) -> Finding:
            if sentence not in self.tests:
                return unproved(NO_TEST)
            if broken is not None:
                return broken
            if time.monotonic() - began >= self.seconds:
                return unproved(NO_TIME)
            return self._finding(sentence)

        known = list(dict.fromkeys(sentences))
        return dict(zip(known, side_by_side(finding, known), strict=True))

    def _finding(self, sentence: str) -> Finding:
        test, grounds = self.tests[sentence], self._grounds_of(sentence)
        try:
            tested = _run(self.visits, test, grounds)
            if tested.finding.outcome is Outcome.PASSED:
                return self._doubted(tested, test)
            return self._excused(tested, test, grounds)
        except PageSlow as error:
            return unproved(str(error))
        except (PageStuck, PageGone) as error:
            return failed(str(error))

    def _grounds_of(self, sentence: str) -> TestGrounds:
        if self.is_confirmed:
            return TestGrounds(self.grounds, has_confirmed_values=True)
        return TestGrounds((sentence, *self.grounds))

    def _doubted(self, tested: TestedSentence, test: SentenceTest) -> Finding:
        """The finding, unless the test passes where it must not."""
        least = CONTROL_MARGIN * tested.slowest
        if self.empty_runs.passes(self.visits, test):
            return unproved(ON_EMPTY)
        for less, reason in (
            (without_acts(test), WITHOUT_ACTS),
            (without_input(test), WITHOUT_INPUT),
        ):
            if not less:
                continue
            control = _run(self.visits, less, NO_GROUNDS, CONTROL_PATIENCE, least)
            if control.finding.outcome is Outcome.PASSED:
                return unproved(reason)
        return tested.finding

    def _excused(self, tested: TestedSentence, test: SentenceTest, grounds: TestGrounds) -> Finding:
        """The finding, unless what it is about may come from what could not be reached."""
        if tested.finding.outcome is not Outcome.FAILED or not tested.missed:
            return tested.finding
        second = _run(replace(self.visits, kind=VisitKind.STAND_INS), test, grounds)
        is_other = second.finding != tested.finding or tested.subject.depends(second.subject)
        return excused(tested.finding, excuse(tested.missed, is_other))


@dataclass(frozen=True)
class TestRuns:
    """What a proof tries beside the `js` checks: tests of sentences, and those that nobody sent."""

    tests: SentenceTests
    sentences: Sequence[str]
    own_tests: SentenceTests
    own: Sequence[OwnTest]

    def of_sentences(self, broken: Finding | None) -> dict[str, Finding]:
        return self.tests.findings(self.sentences, broken)

    def of_own(self, broken: Finding | None) -> tuple[Verdict, ...]:
        found = self.own_tests.findings([each.check.text for each in self.own], broken)
        return tuple(
            Verdict(each.check, found[each.check.text].outcome, found[each.check.text].observed)
            for each in self.own
        )


def _run(
    visits: DraftVisits,
    test: SentenceTest,
    grounds: TestGrounds,
    patience: float = 1.0,
    least_seconds: float = 0.0,
) -> TestedSentence:
    async def errand(page: BrowserPage) -> TestedSentence:
        return await SentenceRun(page, grounds, patience, least_seconds).judge(test)

    return visits.make(errand)
