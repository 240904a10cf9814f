"""Visits a page that nobody touches: asks its checks, takes its pictures, notes what it shows."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.browsing import Ending, PageLog, PageStuck
from agent.errors import ProofingError
from agent.ports import BrowserPage
from agent.proofing.chromium import DESKTOP
from agent.proofing.js_checks import POLL_SECONDS, CheckAnswer, UntouchedPage, seconds_for

WINDOWS: Mapping[str, tuple[int, int]] = {"desktop": DESKTOP, "phone": (390, 844)}
"""Names of the screenshots and the window each is taken in, in CSS pixels."""

PRESENCE_SECONDS = 2.0
"""What a page is given, once it is quiet, to have a title and to show something."""

_TITLE = "document.title.trim()"
_SHOWS = """!!document.body && document.body.getClientRects().length > 0 && !!(
  document.body.innerText.trim() || document.body.querySelector(
    "img, svg, canvas, video, audio, iframe, input, button, select, textarea, object, progress")
  || [...document.body.querySelectorAll("*")].some(made => made.localName.includes("-")
    && made.getBoundingClientRect().height > 0))"""
_TEXT = "document.body ? document.body.innerText : ''"


@dataclass(slots=True)
class Inspection:
    """What was seen of a page; a page that breaks off leaves the rest as it is set here.

    `answers` are by the text of the check. `log` ends before the first check that acts.
    """

    texts: Sequence[str]
    has_pictures: bool = True
    status: int = 200
    broken_off: ProofingError | None = None
    has_title: bool = True
    shows_something: bool = True
    text: str = ""
    answers: Mapping[str, CheckAnswer] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    log: PageLog = field(default_factory=PageLog)

    async def take(self, page: BrowserPage) -> "Inspection":
        """The errand for the browser; what was seen before the page broke off stays."""
        self.log, checks = page.log, UntouchedPage(page, self.texts)
        self.answers, self.broken_off = checks.answers, None
        try:
            self.status = await page.open()
            await self._look(page, checks)
            self.log = page.log.copy()
            await checks.ask_refused()
        except PageStuck as error:
            self.broken_off = error
        return self

    async def _look(self, page: BrowserPage, checks: UntouchedPage) -> None:
        await checks.ask_readers()
        await self._await_presence(page)
        for name, (width, height) in WINDOWS.items() if self.has_pictures else ():
            picture = await page.picture(width, height)
            self.pictures |= {name: picture} if picture else {}
        if self.has_pictures and checks.has_refused:
            await page.resize(*DESKTOP)

    async def _await_presence(self, page: BrowserPage) -> None:
        """Title and content, which scripts may bring; a page that has them costs no waiting."""
        until = time.monotonic() + PRESENCE_SECONDS * page.pace
        while True:
            self.has_title = await _is_so(page, _TITLE)
            self.shows_something = await _is_so(page, _SHOWS)
            if (self.has_title and self.shows_something) or time.monotonic() > until:
                break
            await asyncio.sleep(POLL_SECONDS)
        if self.log.own_failures:
            self.text = str((await page.evaluate(_TEXT, seconds_for(page, _TEXT))).value or "")

    def failed_requests(self) -> tuple[str, ...]:
        """All of them, those that only the network here is to blame for marked as such."""
        own = (str(failure) for failure in self.log.own_failures)
        unreached = (f"GET {item.url} → not reachable from here" for item in self.log.unreached)
        return tuple(dict.fromkeys((*own, *self.log.other_failures, *unreached)))


async def _is_so(page: BrowserPage, text: str) -> bool:
    """Whether the expression is true; a page that was too slow to say so is not blamed."""
    seen = await page.evaluate(text, seconds_for(page, text))
    return seen.is_truthy or seen.ending is Ending.TIMED_OUT
