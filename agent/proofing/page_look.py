"""Opens every page of a draft at desktop and phone width, and measures how it looks.

Errors on a page that visitors reach are faults; what only looks wrong is a hint.
"""

import json
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from agent.browsing import PageGone, PageLog, PageSlow, PageStuck
from agent.errors import DeadlinePassed
from agent.looks import Hint
from agent.ports import BrowserPage
from agent.proofing.assets import asset
from agent.proofing.axe_source import axe_source
from agent.proofing.chromium import DESKTOP
from agent.proofing.draft_visits import DraftVisits, side_by_side
from agent.proofing.own_pages import OwnPage, own_pages
from agent.proofing.page_faults import DraftContext, FaultList, judge_errors, judge_failures
from agent.proofing.unreachable_resources import may_excuse_error, needs_stand_ins

PHONE = (375, 812)
LOOK_SECONDS = 40.0
"""What the look at all pages may take; pages that are not done by then have no hints."""

MEASURE_SECONDS = 10.0
MOST_HINTS = 12
LONGEST_HINT = 200

_CHANGES_LOOKS = ("stylesheet", "script", "font", "fetch", "xhr")
_TEXT = "document.body ? document.body.innerText : ''"


@dataclass(slots=True)
class SeenPage:
    """What the look at one page showed; `stuck` is why the page broke off."""

    page: OwnPage
    log: PageLog = field(default_factory=PageLog)
    hints: list[Hint] = field(default_factory=list)
    text: str = ""
    stuck: str = ""

    async def take(self, page: BrowserPage) -> None:
        """The errand for the browser."""
        self.log, self.hints = page.log, []
        await page.open("" if self.page.path == "index.html" else quote(self.page.path))
        self.log = page.log.copy()
        self.text = str((await page.evaluate(_TEXT, MEASURE_SECONDS)).value or "")
        if any(missed.kind in _CHANGES_LOOKS for missed in self.log.unreached):
            return  # the evaluator, who reaches it, sees another page
        for size in (DESKTOP, PHONE):
            await page.resize(*size)
            self._note(await page.measure(_script(size), MEASURE_SECONDS), size[0])

    def _note(self, answer: str, width: int) -> None:
        known = {hint.rule for hint in self.hints}
        for found in json.loads(answer or "[]"):
            if found["rule"] not in known:
                self.hints.append(Hint(_worded(found), self.page.path, width, found["rule"]))


def look_at_pages(context: DraftContext, visits: DraftVisits, found: FaultList) -> list[Hint]:
    """The hints of all pages, and on `found` the faults of those beside `index.html`.

    Raises Cancelled, and DeadlinePassed when the time for the whole proof is over.
    """
    bounded = replace(visits, deadline=visits.deadline.sooner(LOOK_SECONDS))
    seen = side_by_side(lambda page: _seen(page, bounded), own_pages(context))
    visits.deadline.check()
    for each in seen:
        if each.page.path != "index.html":
            _judge(each, context, found)
    return [hint for each in seen for hint in each.hints][:MOST_HINTS]


def _seen(page: OwnPage, visits: DraftVisits) -> SeenPage:
    seen = SeenPage(page)
    try:
        visits.make(seen.take)
    except PageStuck as error:
        seen.stuck = str(error)
    except (PageSlow, PageGone, DeadlinePassed):
        seen.hints = []  # the machine's doing: nothing is known of the page
    return seen


def _judge(seen: SeenPage, context: DraftContext, found: FaultList) -> None:
    """The faults of one page; where not every visitor suffers them they are hints."""
    log, own = seen.log, FaultList()
    is_alone = needs_stand_ins(log.unreached)
    errors = [text for text in log.errors if not (is_alone and may_excuse_error(text))]
    if seen.stuck:
        own.add(seen.stuck, True)
    judge_errors(errors, own)
    judge_failures(context, log.own_failures, seen.text, own)
    for text in own.faults:
        found.add(f"{seen.page.path}: {text}", seen.page.is_plain)
    for text in own.hints:
        found.add(f"{seen.page.path}: {text}", False)


def _script(size: tuple[int, int]) -> str:
    uses_axe = size == DESKTOP
    is_phone, axe = size == PHONE, f"{axe_source()}\n;" if uses_axe else ""
    return f"{axe}({asset('look.js')})({json.dumps(is_phone)}, {json.dumps(uses_axe)})"


def _worded(found: dict[str, object]) -> str:
    elements, count = found["elements"], found["count"]
    names = ", ".join(elements) if isinstance(elements, list) else ""
    times = f" ({count} times)" if isinstance(count, int) and count > 1 else ""
    text = f"{found['text']}{times}" + (f": {names}" if names else "")
    return text if len(text) <= LONGEST_HINT else f"{text[: LONGEST_HINT - 1]}…"
