"""Running a sentence's test, and what may be concluded from it.

The test is a model's reading of the sentence and may be wrong, so it is doubted both ways: it
passes a page only if it fails an empty one, and it fails a page only over something that the
sentence itself says.
"""

import asyncio
import re
import time

from agent.proofing.expectations import Reading, flat, holds, reading
from agent.proofing.expressions import POLL_SECONDS, explain
from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.page import (
    ActionImpossible,
    Ending,
    Page,
    PageGone,
    PageStuck,
)
from agent.proofing.pieces import literals
from agent.proofing.sentence_test import (
    STATES,
    ActingStep,
    Evaluate,
    Expect,
    FetchFile,
    Remember,
    SentenceTest,
    Step,
    Wait,
)
from agent.proofing.step_actions import EarlierReadings, said_by, take
from agent.values import Outcome

ACTION_SECONDS = 5.0
TEST_SECONDS = 40.0

EMPTY_SITE = {
    "index.html": b"<!doctype html><html><head><title></title></head><body></body></html>"
}
"""What a test must not pass on."""


class SentenceRun:
    """One run of a test for one sentence on one page; `patience` 0 tries everything only once."""

    def __init__(self, page: Page, sentence: str, patience: float = 1.0) -> None:
        self._page = page
        self._said = [sentence]
        self._patience = patience
        self._earlier = EarlierReadings()
        self._give_up = time.monotonic() + TEST_SECONDS

    async def judge(self, test: SentenceTest) -> Finding:
        """Passed when every step was possible and every expectation held."""
        try:
            await self._page.open()
            for number, step in enumerate(test.steps, start=1):
                finding = await self._take(step)
                if finding is not None:
                    return Finding(finding.outcome, f"step {number}: {finding.observed}")
        except (PageStuck, PageGone) as error:
            return failed(str(error))
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
            await take(self._page, step, max(0.2, ACTION_SECONDS * self._patience))
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
        if not all(map(self._is_said, step.wanted)):
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
            if seen.ending is not Ending.VALUE or time.monotonic() >= deadline:
                break
            await asyncio.sleep(POLL_SECONDS)
        notes = "; ".join(await explain(self._page, step.expression))
        told = f"`{step.expression}` {seen.ending}: {seen.shown}{'; ' + notes if notes else ''}"
        is_false = seen.ending is Ending.VALUE
        is_grounded = all(self._is_said(literal) for literal in literals(step.expression))
        return failed(told) if is_false and is_grounded else unproved(told)

    def _until(self, seconds: float) -> float:
        return min(self._give_up, time.monotonic() + seconds * self._patience)

    def _is_said(self, value: str) -> bool:
        """Whether the sentence, or what the test itself put in, has this value as a word."""
        return any(_is_word_of(value, said) for said in self._said)

    def _is_said_selector(self, selector: str) -> bool:
        """Whether the sentence names all ids, classes and names that the selector wants."""
        names = re.findall(r"[#.=]\s*[\"']?([\w-]+)", selector)
        return bool(names) and all(_is_word_of(name, self._said[0]) for name in names)


def _is_word_of(value: str, text: str) -> bool:
    alone = rf"(?<!\w){re.escape(flat(value).lower())}(?!\w|\.\d)"
    return bool(re.search(alone, flat(text).lower()))


def doubted(finding: Finding, on_empty: Finding) -> Finding:
    """The finding, unless an empty page passes the test too."""
    if finding.outcome is on_empty.outcome is Outcome.PASSED:
        return unproved("its test passes on an empty page too, and so proves nothing")
    return finding
