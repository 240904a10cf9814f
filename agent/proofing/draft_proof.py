"""Makes the proof of one draft from what its visits showed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.browsing import PageGone, PageSlow, PageStuck, VisitKind
from agent.looks import Hint
from agent.proofing.draft_visits import DraftVisits
from agent.proofing.finding import Finding, excused, failed, unproved
from agent.proofing.inspection import Inspection
from agent.proofing.js_verdicts import JsChecks, JsVerdict
from agent.proofing.page_faults import (
    DraftContext,
    FaultList,
    judge_errors,
    judge_failures,
    judge_links,
)
from agent.proofing.page_look import look_at_pages
from agent.proofing.sentence_verdicts import TestRuns
from agent.proofing.unreachable_resources import (
    excuse,
    may_excuse_error,
    may_matter,
    needs_stand_ins,
)
from agent.values import Check, CheckKind, Outcome, Proof, Verdict


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The same page beside stand-ins for what could not be reached."""

    inspection: Inspection
    verdicts: Mapping[str, JsVerdict] = field(default_factory=dict)


class DraftProof:
    """One proof with a browser; `texts` are the `js` checks."""

    def __init__(self, context: DraftContext, visits: DraftVisits, texts: Sequence[str]) -> None:
        self._context = context
        self._visits = visits
        self._texts = list(dict.fromkeys(texts))

    def whole(
        self, checks: Sequence[Check], ruled: Mapping[str, Finding], tests: TestRuns
    ) -> Proof:
        """A verdict per check and everything else. Raises ProofingError, DeadlinePassed."""
        seen = self._inspect(self._visits, self._texts)
        by_js: Mapping[str, JsVerdict] = {}
        if seen.broken_off is None:
            by_js = JsChecks(self._visits, self._texts, seen.answers).verdicts()
        broken = _broken_off(seen) if seen.broken_off else None
        by_test, own_tests = tests.of_sentences(broken), tests.of_own(broken)
        second = self._look_again(seen, by_js)
        findings = {text: self._js_finding(text, seen, by_js, second) for text in self._texts}
        verdicts = []
        for check in checks:
            known = findings if check.kind is CheckKind.JS else {**by_test, **ruled}
            finding = known[check.text]
            verdicts.append(Verdict(check, finding.outcome, finding.observed))
        found = self._faults(seen, second)
        looks = self._look_at_pages(seen, found)
        return Proof(
            tuple(verdicts),
            tuple(found.faults),
            tuple(dict.fromkeys(seen.log.console)),
            seen.failed_requests(),
            seen.pictures,
            (*map(Hint, found.hints), *looks),
            own_tests,
        )

    def _look_at_pages(self, seen: Inspection, found: FaultList) -> list[Hint]:
        """The hints of all pages; a front page that breaks off has to be mended first."""
        if seen.broken_off or "index.html" not in self._context.files:
            return []
        return look_at_pages(self._context, self._visits, found)

    def _inspect(
        self, visits: DraftVisits, texts: Sequence[str], has_pictures: bool = True
    ) -> Inspection:
        inspection = Inspection(texts, has_pictures)
        try:
            return visits.make(inspection.take)
        except (PageStuck, PageGone, PageSlow) as error:
            inspection.broken_off = error
            return inspection

    def _look_again(self, seen: Inspection, by_js: Mapping[str, JsVerdict]) -> SecondLook | None:
        """A look beside stand-ins, where something is wrong that they could explain."""
        failing = [t for t, made in by_js.items() if made.finding.outcome is Outcome.FAILED]
        is_wrong = bool(failing or seen.log.errors or not seen.shows_something)
        if not is_wrong or not needs_stand_ins(seen.log.unreached):
            return None
        visits = replace(self._visits, kind=VisitKind.STAND_INS)
        again = self._inspect(visits, failing, has_pictures=False)
        if again.broken_off:
            return SecondLook(again)
        return SecondLook(again, JsChecks(visits, failing, again.answers).verdicts())

    def _js_finding(
        self,
        text: str,
        seen: Inspection,
        by_js: Mapping[str, JsVerdict],
        second: SecondLook | None,
    ) -> Finding:
        if text not in by_js:
            return _broken_off(seen)
        made, missed = by_js[text], may_matter(seen.log.unreached, text)
        again = second.verdicts.get(text) if second else None
        is_other = second is not None and (again is None or made.depends(again))
        return excused(made.finding, excuse(missed, is_other))

    def _faults(self, seen: Inspection, second: SecondLook | None) -> FaultList:
        """What is wrong whatever the checks say, and is not the network's doing."""
        found = FaultList()
        if "index.html" not in self._context.files:
            found.add("there is no index.html at the root", True)
            judge_links(self._context, found)
            return found
        if seen.broken_off:
            found.add(str(seen.broken_off), not isinstance(seen.broken_off, PageSlow))
        elif seen.status != 200:
            found.add(f"the page answered with status {seen.status}", True)
        if not seen.has_title:
            found.add("the page has no title", True)
        again = second.inspection if second else seen
        if not seen.shows_something and not again.shows_something:
            found.add("the page's body shows nothing", True)
        judge_links(self._context, found)
        judge_failures(self._context, seen.log.own_failures, seen.text, found)
        judge_errors(_own_errors(seen, second), found)
        return found


def unseen(
    context: DraftContext, checks: Sequence[Check], ruled: Mapping[str, Finding], reason: str
) -> Proof:
    """What can be said without a browser."""
    found = FaultList()
    if "index.html" not in context.files:
        found.add("there is no index.html at the root", True)
    judge_links(context, found)
    findings = ((check, _ruled_on(check, ruled) or unproved(reason)) for check in checks)
    verdicts = (Verdict(check, seen.outcome, seen.observed) for check, seen in findings)
    return Proof(tuple(verdicts), tuple(found.faults), hints=tuple(map(Hint, found.hints)))


def _ruled_on(check: Check, ruled: Mapping[str, Finding]) -> Finding | None:
    return ruled.get(check.text) if check.kind is CheckKind.SENTENCE else None


def _broken_off(seen: Inspection) -> Finding:
    """The finding of a check that could not be asked: slowness of the machine is no verdict."""
    reason = str(seen.broken_off)
    return unproved(reason) if isinstance(seen.broken_off, PageSlow) else failed(reason)


def _own_errors(seen: Inspection, second: SecondLook | None) -> list[str]:
    """Uncaught errors, without those that do not happen beside stand-ins."""
    if second is None:
        return seen.log.errors
    again = set(second.inspection.log.errors)
    return [error for error in seen.log.errors if error in again or not may_excuse_error(error)]
