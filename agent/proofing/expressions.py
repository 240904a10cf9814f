"""The `js` checks: each expression in the loaded page, polled until it is true or its time is up.

An evaluator opens the page and evaluates, without touching it; so does this.
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
POLL_SECONDS = 0.1
MOST_NOTES = 4

_SECONDS = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(?:s|secs?|seconds?)\b", re.IGNORECASE)
_DELAY = re.compile(r"[(,]\s*(\d{3,5})\s*\)")


def patience(text: str) -> float:
    """Seconds that a check is given: as many as it names or waits itself, within 2 and 15."""
    named = [float(number) for number in _SECONDS.findall(text)]
    delays = _DELAY.findall(text) if "setTimeout" in text else []
    waited = sum(int(milliseconds) / 1000 for milliseconds in delays)
    return min(MOST_SECONDS, max(USUAL_SECONDS + waited, *named, 0.0))


async def judge(page: Page, texts: Sequence[str]) -> list[Finding]:
    """A finding per expression. A page that stops answering fails those not yet true."""
    latest: dict[int, Evaluation] = {}
    try:
        await _poll(page, texts, latest)
        return [await _finding(page, text, latest.get(i)) for i, text in enumerate(texts)]
    except (PageStuck, PageGone) as error:
        return [_broken_off(latest.get(number), str(error)) for number in range(len(texts))]


async def _poll(page: Page, texts: Sequence[str], latest: dict[int, Evaluation]) -> None:
    """Ask one after the other, and again those whose last answer came before their time was up."""
    began = time.monotonic()
    waiting = list(range(len(texts)))
    while waiting:
        again = []
        for number in waiting:
            if time.monotonic() - began > ALL_SECONDS:
                return
            seconds = patience(texts[number])
            limit = max(EVALUATION_SECONDS, seconds)
            latest[number] = await page.evaluate(texts[number], limit)
            if _may_change(latest[number]) and time.monotonic() - began < seconds:
                again.append(number)
        waiting = again
        await asyncio.sleep(POLL_SECONDS if waiting else 0)


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
