"""The `js` checks: each expression in the loaded page, polled until it is true or its time is up.

An evaluator opens the page and evaluates, without touching it; so does this. A check that itself
types or clicks has touched the page once it was asked, so it is asked again on a page loaded anew:
else the second click would pass a page that is wrong after the first.
"""

import asyncio
import re
import time
from collections.abc import Sequence

from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.page import Ending, Evaluation, Page, PageGone, PageStuck
from agent.proofing.pieces import chains

USUAL_SECONDS = 2.0
MOST_SECONDS = 15.0
EVALUATION_SECONDS = 5.0
"""What an evaluation may take that names no more."""

ALL_SECONDS = 50.0
"""After that nothing more is asked, so that a visit ends with what is known."""

POLL_SECONDS = 0.1
MOST_NOTES = 4

_SECONDS = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(?:s|secs?|seconds?)\b", re.IGNORECASE)
_ACTS = re.compile(
    r"\.(?:click|dispatchEvent|submit|requestSubmit|reset|focus|blur)\(|\.remove\(\)"
    r"|\.(?:value|checked|selected|selectedIndex)\s*=(?!=)"
)
_DELAY = re.compile(r"[(,]\s*(\d{3,5})\s*\)")


def patience(text: str) -> float:
    """Seconds that a check is given: as many as it names or waits itself, within 2 and 15."""
    named = [float(number) for number in _SECONDS.findall(text)]
    delays = _DELAY.findall(text) if "setTimeout" in text else []
    waited = sum(int(milliseconds) / 1000 for milliseconds in delays)
    return min(MOST_SECONDS, max(USUAL_SECONDS + waited, *named, 0.0))


async def judge(page: Page, texts: Sequence[str]) -> list[Finding]:
    """A finding per expression. A page that stops answering fails those not yet true."""
    asking = _Asking(page, texts)
    try:
        await asking.poll()
        findings = [
            await _finding(page, text, asking.latest.get(i)) for i, text in enumerate(texts)
        ]
        for number in await asking.act_again():
            findings[number] = await _finding(page, texts[number], asking.latest[number])
        return findings
    except (PageStuck, PageGone) as error:
        return [_broken_off(asking.latest.get(number), str(error)) for number in range(len(texts))]


class _Asking:
    """The expressions on their page; `latest` has the last answer to each, by its number."""

    def __init__(self, page: Page, texts: Sequence[str]) -> None:
        self.latest: dict[int, Evaluation] = {}
        self._page = page
        self._texts = texts
        self._began = time.monotonic()

    async def poll(self) -> None:
        """One after the other, and again those whose last answer came before their time was up."""
        waiting = list(range(len(self._texts)))
        while waiting:
            again = []
            for number in waiting:
                if self._spent > ALL_SECONDS:
                    return
                self.latest[number] = await self._ask(number)
                if self._may_come_true(number):
                    again.append(number)
            waiting = again
            await asyncio.sleep(POLL_SECONDS if waiting else 0)

    async def act_again(self) -> list[int]:
        """Once more in a new page, which gets its time beforehand: all that act, in their order.

        The numbers of those that have another answer now.
        """
        acting = [n for n, text in enumerate(self._texts) if _ACTS.search(text)]
        missed = [n for n in acting if n in self.latest and _may_change(self.latest[n])]
        pause = max((patience(self._texts[n]) for n in missed), default=0.0)
        if not missed or self._spent + pause > ALL_SECONDS:
            return []
        await self._page.open()
        await asyncio.sleep(pause)
        asked = []
        for number in acting[: acting.index(missed[-1]) + 1]:
            if self._spent > ALL_SECONDS:
                break
            seen = await self._ask(number)
            if number in missed:
                self.latest[number] = seen
                asked.append(number)
        return asked

    @property
    def _spent(self) -> float:
        return time.monotonic() - self._began

    def _may_come_true(self, number: int) -> bool:
        text, seen = self._texts[number], self.latest[number]
        return _may_change(seen) and not _ACTS.search(text) and self._spent < patience(text)

    async def _ask(self, number: int) -> Evaluation:
        text = self._texts[number]
        return await self._page.evaluate(text, max(EVALUATION_SECONDS, patience(text)))


def _may_change(evaluation: Evaluation) -> bool:
    return evaluation.ending in (Ending.VALUE, Ending.THREW) and not evaluation.is_truthy


def _broken_off(evaluation: Evaluation | None, reason: str) -> Finding:
    if evaluation is not None and evaluation.is_truthy:
        return passed(f"is {evaluation.shown}")
    return failed(reason)


async def _finding(page: Page, text: str, evaluation: Evaluation | None) -> Finding:
    if evaluation is None:
        return unproved(f"was not tried: the checks before it took {ALL_SECONDS:g} s")
    if evaluation.is_truthy:
        return passed(f"is {evaluation.shown}")
    match evaluation.ending:
        case Ending.INVALID:
            return unproved(f"is not valid JavaScript: {evaluation.shown}")
        case Ending.TIMED_OUT:
            return failed(evaluation.shown)
        case Ending.THREW:
            told = f"threw {evaluation.shown}"
        case Ending.VALUE:
            told = f"is {evaluation.shown} (after {patience(text):g} s)"
    return failed("; ".join((told, *await explain(page, text))))


async def explain(page: Page, text: str) -> list[str]:
    """What the parts of an expression are worth, as far as looking at them changes nothing."""
    notes: dict[str, None] = {}
    for chain in chains(text):
        note = await _note(page, [prefix for prefix in chain if prefix != text.strip()])
        if note:
            notes[note] = None
    return list(notes)[:MOST_NOTES]


async def _note(page: Page, prefixes: Sequence[str]) -> str:
    """The first part that is missing, else the last one that has a value to show."""
    telling = ""
    for prefix in prefixes:
        # The engine holds getElementById, unlike querySelector, for a possible side effect.
        peekable = prefix.replace("document.getElementById(", 'document.querySelector("#" + ')
        seen = await page.peek(peekable)
        if seen.ending is not Ending.VALUE:
            break
        if seen.kind in ("null", "undefined"):
            return f"`{prefix}` is {seen.kind}"
        if seen.kind in ("string", "number", "bigint") or seen.shown.endswith("(0)"):
            telling = f"`{prefix}` is {seen.shown}"
    return telling
