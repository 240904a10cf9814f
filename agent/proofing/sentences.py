"""Runs the browser tests of sentences, and doubts what they say.

A test is a model's reading of the sentence and may be wrong. So it passes a page only if it does
not pass without what it does there, without what it types, or on an empty page; and it fails a
page only over something that the sentence or the brief says.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.browsing import ActionImpossible, Ending, UnreachedRequest
from agent.ports import BrowserPage
from agent.proofing.expectations import Reading, flat, holds, reading
from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.js_checks import POLL_SECONDS, looks_acting, notes_on
from agent.proofing.sentence_test import (
    STATES,
    ActingStep,
    Evaluate,
    Expect,
    FetchFile,
    Fill,
    Remember,
    Select,
    SentenceTest,
    Step,
    Tick,
    Upload,
    Wait,
)
from agent.proofing.step_actions import EarlierReadings, said_by, take
from agent.proofing.subexpressions import literals
from agent.proofing.unreachable_resources import NO_SUBJECT, CheckSubject, may_matter, subject_of
from agent.values import Outcome

ACTION_SECONDS = 5.0
LEAST_ACTION_SECONDS = 1.0
TEST_SECONDS = 40.0

EMPTY_SITE = {
    "index.html": b"<!doctype html><html><head><title></title></head><body></body></html>"
}
"""What a test must not pass on."""

ON_EMPTY = "its test passes on an empty page too, and so proves nothing"
WITHOUT_ACTS = "its test passes without what it does on the page too, and so proves nothing"
WITHOUT_INPUT = "its test passes without what it types or chooses too, and so proves nothing"
ONLY_BRIEFLY = "was so at first, and not any more at the end of the visit"

_SAYS_LITTLE = frozenset({"0", "1", "true", "false", ""})
_TYPES = frozenset({"string", "number", "boolean", "object", "function", "undefined"})


@dataclass(frozen=True, slots=True)
class TestGrounds:
    """The texts over which a page may fail: the sentence, and the briefs and files around it.

    `has_confirmed_values`: two readings agree on what the test expects, and so its values count as
    said. What it calls things on the page still does not.
    """

    texts: Sequence[str]
    has_confirmed_values: bool = False


NO_GROUNDS = TestGrounds(("",))


@dataclass(frozen=True, slots=True)
class TestedSentence:
    """What came of one run: the finding, what was unreachable, and what the test read.

    `slowest` is how long the slowest step took, in seconds.
    """

    finding: Finding
    slowest: float = 0.0
    missed: Sequence[UnreachedRequest] = ()
    subject: CheckSubject = NO_SUBJECT


def without_acts(test: SentenceTest) -> SentenceTest | None:
    """The test without the steps that do something; None where that leaves nothing to doubt."""
    return _without(test, [step for step in test.steps if _acts(step)])


def without_input(test: SentenceTest) -> SentenceTest | None:
    """The test without what it types or chooses; None where it acts in no other way."""
    typed = [step for step in test.steps if isinstance(step, Fill | Select | Tick | Upload)]
    is_all = len(typed) == sum(_acts(step) for step in test.steps)
    return None if is_all else _without(test, typed)


def _without(test: SentenceTest, dropped: Sequence[Step]) -> SentenceTest | None:
    steps = tuple(step for step in test.steps if step not in dropped)
    expects = any(isinstance(step, Expect | Evaluate | FetchFile) for step in steps)
    return test.model_copy(update={"steps": steps}) if dropped and expects else None


def _acts(step: Step) -> bool:
    if isinstance(step, Evaluate):
        return looks_acting(step.expression)
    return isinstance(step, ActingStep)


class SentenceRun:
    """One run of a test on one page.

    `patience` is the share of a test's own waiting that its expectations get, and at least
    `least_seconds`; with 0 everything is tried only once.
    """

    def __init__(
        self,
        page: BrowserPage,
        grounds: TestGrounds,
        patience: float = 1.0,
        least_seconds: float = 0.0,
    ) -> None:
        self._page = page
        self._grounds = grounds
        self._said = list(grounds.texts)
        self._earlier = EarlierReadings()
        self._patience = patience * page.pace
        self._least_seconds = least_seconds
        self._action_seconds = ACTION_SECONDS * page.pace if patience else LEAST_ACTION_SECONDS
        self._slowest = 0.0
        self._give_up = time.monotonic() + TEST_SECONDS * page.pace

    async def judge(self, test: SentenceTest) -> TestedSentence:
        """Passed when every step was possible and every expectation held. Raises page errors."""
        finding = await self._judge(test)
        text = " ".join(_shown_step(step) for step in test.steps)
        missed = may_matter(self._page.log.unreached, text)
        if finding.outcome is Outcome.PASSED or not missed:
            return TestedSentence(finding, self._slowest)
        return TestedSentence(
            finding, self._slowest, missed, await subject_of(self._page, text, missed)
        )

    async def _judge(self, test: SentenceTest) -> Finding:
        await self._page.open()
        for number, step in enumerate(test.steps, start=1):
            began = time.monotonic()
            finding = await self._take(step)
            self._slowest = max(self._slowest, time.monotonic() - began)
            if finding is not None:
                return Finding(finding.outcome, f"step {number}: {finding.observed}")
        if self._patience and not any(_acts(step) for step in test.steps):
            return await self._see_that_it_stays(test)
        return passed(f"all {len(test.steps)} steps of its test held")

    async def _see_that_it_stays(self, test: SentenceTest) -> Finding:
        """What holds without any action is a state of the page, and not a moment of it."""
        await self._page.settle_timers()
        for number, step in enumerate(test.steps, start=1):
            if isinstance(step, Expect | FetchFile):
                seen = await reading(self._page, step)
                if not await holds(self._page, step, seen):
                    return unproved(f"step {number}: {ONLY_BRIEFLY}")
        return passed(f"all {len(test.steps)} steps of its test held")

    async def _take(self, step: Step) -> Finding | None:
        """None, or why the test ends here."""
        match step:
            case Remember():
                self._earlier.keep(step, await reading(self._page, step))
                return None
            case Wait():
                visible = Expect(
                    do="expect",
                    what="visible",
                    selector=step.selector,
                    seconds=step.seconds,
                )
                return await self._expect(visible)
            case Expect():
                return await self._expect(self._compared(step))
            case FetchFile():
                return await self._expect(step)
            case Evaluate():
                return await self._evaluate(step)
        return await self._act(step)

    def _compared(self, step: Expect) -> Expect:
        """The step with what was remembered, which then counts as said."""
        resolved = self._earlier.resolved(step)
        if resolved is not step:
            self._said += resolved.wanted
        return resolved

    async def _act(self, step: ActingStep) -> Finding | None:
        self._said.append(said_by(step))
        try:
            await take(self._page, step, self._action_seconds)
        except ActionImpossible as error:
            told = f"cannot {step.do} `{getattr(step, 'selector', '')}`: {error}"
            is_named = self._is_said_selector(getattr(step, "selector", ""))
            return failed(told) if is_named else unproved(told)
        return None

    async def _expect(self, step: Expect | FetchFile) -> Finding | None:
        seen, deadline = await reading(self._page, step), self._until(step.seconds)
        while not await holds(self._page, step, seen):
            if time.monotonic() >= deadline:
                return await self._contradiction(step, seen)
            await asyncio.sleep(POLL_SECONDS)
            seen = await reading(self._page, step)
        return None

    async def _contradiction(self, step: Expect | FetchFile, seen: Reading) -> Finding:
        """Failed over what the sentence names, or over a text of it that is nowhere on the page."""
        is_named = self._is_named(step)
        if seen is None:
            told = f"{step.subject} cannot be read: it is not there"
            return failed(told) if is_named else unproved(told)
        wanted = [value or "true" for value in step.wanted]
        shown = ", ".join(map(repr, wanted))
        comparison = "" if step.what in STATES else f"{step.comparison.replace('_', ' ')} "
        told = f"{step.subject} is {seen!r}, expected: {comparison}{shown}"
        is_agreed = self._grounds.has_confirmed_values
        if not is_agreed and not all(map(self._is_said, step.wanted)):
            return unproved(told)
        is_text = step.what == "text" and bool(step.value)
        if is_named or (is_text and not await self._shows(step.value)):
            return failed(told)
        return unproved(told)

    def _is_named(self, step: Expect | FetchFile) -> bool:
        """Whether the sentence names what the step reads."""
        if isinstance(step, FetchFile):
            return self._is_said(step.file)
        if step.is_of_the_page:
            return not step.name or self._is_said(step.name)
        return self._is_said_selector(step.selector)

    async def _shows(self, value: str) -> bool:
        """Whether the value is anywhere on the page, such as in an element of another name."""
        text = await self._page.evaluate("document.body.textContent", ACTION_SECONDS)
        return isinstance(text.value, str) and flat(value) in flat(text.value)

    async def _evaluate(self, step: Evaluate) -> Finding | None:
        deadline = self._until(step.seconds)
        while True:
            seen = await self._page.evaluate(step.expression, max(0.5, step.seconds))
            if seen.is_truthy:
                return None
            is_over = time.monotonic() >= deadline or looks_acting(step.expression)
            if seen.ending is not Ending.VALUE or is_over:
                break
            await asyncio.sleep(POLL_SECONDS)
        notes = "; ".join(await notes_on(self._page, step.expression))
        told = f"`{step.expression}` {seen.ending}: {seen.shown}{'; ' + notes if notes else ''}"
        is_false = seen.ending is Ending.VALUE
        is_grounded = all(self._is_said(literal) for literal in literals(step.expression))
        return failed(told) if is_false and is_grounded else unproved(told)

    def _until(self, seconds: float) -> float:
        patient = max(seconds * self._patience, self._least_seconds)
        return min(self._give_up, time.monotonic() + patient)

    def _is_said(self, value: str) -> bool:
        """Whether the grounds, or what the test itself put in, have this value as a word."""
        little = value in _SAYS_LITTLE | _TYPES
        return little or any(_is_word_of(value, said) for said in self._said)

    def _is_said_selector(self, selector: str) -> bool:
        """Whether the grounds name all ids, classes and names that the selector wants."""
        names = re.findall(r"[#.=]\s*[\"']?([\w-]+)", selector)
        return bool(names) and all(
            any(_is_word_of(name, ground) for ground in self._grounds.texts) for name in names
        )


def _is_word_of(value: str, text: str) -> bool:
    alone = rf"(?<!\w){re.escape(flat(value).lower())}(?!\w|\.\d)"
    return bool(re.search(alone, _plain(text)))


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    return flat(text).lower()


def _shown_step(step: Step) -> str:
    """The step as a script would write it, to see what it reads."""
    if isinstance(step, Evaluate):
        return step.expression
    selector = getattr(step, "selector", "")
    quote = next(mark for mark in "'\"`" if mark not in selector or mark == "`")
    title = "title" if isinstance(step, Expect) and step.what == "title" else ""
    return f"querySelector({quote}{selector}{quote}) {title}" if selector else title
