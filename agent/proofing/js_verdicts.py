"""Decides `js` checks from what was seen, with more visits for those that the first left open.

A check that acts has a page of its own and is asked once, then once more on a fresh page where the
first may have been too early. A check that did not finish in time is asked again alone.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.browsing import Ending, PageGone, PageSlow, PageStuck, VisitKind
from agent.ports import BrowserPage
from agent.proofing.draft_visits import DraftVisits, side_by_side
from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.js_checks import (
    CheckAnswer,
    ask_once,
    looks_acting,
    patience,
    repeats_literal,
    seconds_for,
)

ONLY_IN_SEQUENCE = "is true only after the checks before it have acted on the page"


@dataclass(frozen=True, slots=True)
class JsVerdict:
    """A finding with the answer that it rests on; no answer where the page broke off."""

    finding: Finding
    answer: CheckAnswer | None = None

    def depends(self, with_stand_ins: "JsVerdict") -> bool:
        """Whether the same check, asked beside stand-ins, shows that it may depend on them."""
        one, other = self.answer, with_stand_ins.answer
        if one is None or other is None or one.notes != other.notes:
            return True
        return one.evaluation != other.evaluation or one.subject.depends(other.subject)


class JsChecks:
    """The `js` checks of a draft, after the visit that asked those that only read."""

    def __init__(
        self, visits: DraftVisits, texts: Sequence[str], seen: Mapping[str, CheckAnswer]
    ) -> None:
        self._visits = visits
        self._texts = list(dict.fromkeys(texts))
        self._seen = seen

    def verdicts(self) -> dict[str, JsVerdict]:
        """A verdict per check. Raises Cancelled, DeadlinePassed."""
        judged = side_by_side(self._verdict, self._texts)
        return dict(zip(self._texts, judged, strict=True))

    def _verdict(self, text: str) -> JsVerdict:
        try:
            answer = self._answer(text)
            is_sequel = self._is_true_in_sequence(text, answer)
        except PageSlow as error:
            return JsVerdict(unproved(str(error)))
        except (PageStuck, PageGone) as error:
            return JsVerdict(failed(str(error)))
        finding = unproved(ONLY_IN_SEQUENCE) if is_sequel else finding_of(text, answer)
        return JsVerdict(finding, answer)

    def _answer(self, text: str) -> CheckAnswer:
        answer = self._seen.get(text) or self._ask(text)
        if answer.may_change and answer.has_acted:
            answer = self._ask(text, patience(text))
        if answer.evaluation.ending is Ending.TIMED_OUT:
            answer = self._ask(text, kind=VisitKind.ALONE)
        return answer

    def _ask(self, text: str, pause: float = 0.0, kind: VisitKind | None = None) -> CheckAnswer:
        async def errand(page: BrowserPage) -> CheckAnswer:
            return await ask_once(page, text, pause)

        return self._visits.make(errand, kind)

    def _is_true_in_sequence(self, text: str, answer: CheckAnswer) -> bool:
        """Whether a check that acts and fails alone passes after those that act before it."""
        before = [t for t in self._texts[: self._texts.index(text)] if self._acts(t)]
        if not before or not answer.has_acted or not answer.may_change:
            return False

        async def errand(page: BrowserPage) -> bool:
            await page.open()
            await asyncio.sleep(patience(text) * page.pace)
            for earlier in before:
                await page.evaluate(earlier, seconds_for(page, earlier))
            return (await page.evaluate(text, seconds_for(page, text))).is_truthy

        return self._visits.make(errand)

    def _acts(self, text: str) -> bool:
        return looks_acting(text) or (text in self._seen and self._seen[text].has_acted)


def finding_of(text: str, answer: CheckAnswer) -> Finding:
    """The answer in words. What an acting check may have typed itself is not repeated."""
    seen = answer.evaluation
    is_own = answer.has_acted and repeats_literal(seen.shown, text)
    if seen.is_truthy:
        return passed("is true" if is_own else f"is {seen.shown}")
    match seen.ending:
        case Ending.VALUE:
            told = answer.broke or f"is {seen.shown} (after {patience(text):g} s)"
        case Ending.THREW:
            message = seen.shown.partition(":")[0] if is_own else seen.shown
            told = answer.broke or f"threw {message}"
        case Ending.INVALID:
            return unproved(f"is not valid JavaScript: {seen.shown}")
        case _:
            return unproved(seen.shown)
    whole = "; ".join((told, *answer.notes))
    return unproved(f"{whole}; it keeps changing") if answer.is_moving else failed(whole)
