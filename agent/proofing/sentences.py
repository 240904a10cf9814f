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
    Action,
    ActionImpossible,
    Ending,
    Page,
    PageGone,
    PageStuck,
)
from agent.proofing.pieces import literals
from agent.proofing.steps import (
    Click,
    Evaluate,
    Expect,
    Fill,
    Goto,
    Press,
    Select,
    SentenceTest,
    Step,
    Wait,
)
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
            case Goto():
                self._said.append(step.query)
                await self._page.open(step.query)
            case Fill() | Click() | Select() | Press():
                return await self._act(_action(step))
            case Wait():
                visible = Expect(
                    do="expect",
                    what="visible",
                    selector=step.selector,
                    seconds=step.seconds,
                )
                return await self._expect(visible)
            case Expect():
                return await self._expect(step)
            case Evaluate():
                return await self._evaluate(step)
        return None

    async def _act(self, action: Action) -> Finding | None:
        self._said.append(action.value)
        try:
            await self._page.act(action, max(0.2, ACTION_SECONDS * self._patience))
        except ActionImpossible as error:
            told = f"cannot {action.verb} `{action.selector}`: {error}"
            is_named = self._is_said_selector(action.selector)
            return failed(told) if is_named else unproved(told)
        return None

    async def _expect(self, step: Expect) -> Finding | None:
        seen, deadline = await reading(self._page, step), self._until(step.seconds)
        while not await holds(self._page, step, seen):
            if time.monotonic() >= deadline:
                return await self._contradiction(step, seen)
            await asyncio.sleep(POLL_SECONDS)
            seen = await reading(self._page, step)
        return None

    async def _contradiction(self, step: Expect, seen: Reading) -> Finding:
        """Failed over what the sentence names, or over a text of it that is nowhere on the page."""
        is_named = self._is_said_selector(step.selector)
        if seen is None:
            told = f"`{step.selector}` is not on the page, or has no {step.what}"
            return failed(told) if is_named else unproved(told)
        subject = f"the {step.what} of `{step.selector}`" if step.selector else f"the {step.what}"
        wanted = "" if isinstance(seen, bool) else f"{step.comparison.replace('_', ' ')} "
        told = f"{subject} is {seen!r}, expected: {wanted}{step.value or 'true'!r}"
        if not self._is_said(step.value):
            return unproved(told)
        is_text = step.what == "text" and bool(step.value)
        if is_named or step.what == "title" or (is_text and not await self._shows(step.value)):
            return failed(told)
        return unproved(told)

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


def _action(step: Fill | Click | Select | Press) -> Action:
    value = step.key if isinstance(step, Press) else getattr(step, "value", "")
    return Action(step.do, step.selector, value)


def doubted(finding: Finding, on_empty: Finding) -> Finding:
    """The finding, unless an empty page passes the test too."""
    if finding.outcome is on_empty.outcome is Outcome.PASSED:
        return unproved("its test passes on an empty page too, and so proves nothing")
    return finding
