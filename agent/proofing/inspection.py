"""One look at the loaded page: its checks, its pictures, and what every page must have right."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.proofing.excuses import Excuses
from agent.proofing.expressions import EVALUATION_SECONDS, POLL_SECONDS, judge
from agent.proofing.finding import Finding, failed, unproved
from agent.proofing.links import lost_links
from agent.proofing.page import Page, PageGone, PageStuck, Sightings
from agent.values import Outcome

WINDOWS: Mapping[str, tuple[int, int]] = {"desktop": (1280, 800), "phone": (390, 844)}
"""Names of the screenshots and the window each is taken in, in CSS pixels."""

MOST_ERRORS = 5

PRESENCE_SECONDS = 2.0
"""What a page is given, once it is quiet, to have a title and to show something."""

_SHOWS = """!!document.body && document.body.getClientRects().length > 0 && !!(
  document.body.innerText.trim() || document.body.querySelector(
    "img, svg, canvas, video, audio, iframe, input, button, select, textarea, object, progress")
  || [...document.body.querySelectorAll("*")].some(made => made.localName.includes("-")
    && made.getBoundingClientRect().height > 0))"""


@dataclass(slots=True)
class Look:
    """What was seen; a page that breaks off leaves the rest at what is set here."""

    expressions: Sequence[str]
    status: int = 0
    broken_off: str = ""
    title: str = ""
    shows_something: bool = True
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    sightings: Sightings = field(default_factory=Sightings)

    async def take(self, page: Page) -> "Look":
        """The errand for the browser."""
        self.sightings = page.sightings
        try:
            self.status = await page.open()
            self.findings = await judge(page, self.expressions)
            await self._await_presence(page)
            for name, (width, height) in WINDOWS.items():
                picture = await page.picture(width, height)
                self.pictures |= {name: picture} if picture else {}
        except (PageStuck, PageGone) as error:
            self.broken_off = str(error)
        return self

    async def _await_presence(self, page: Page) -> None:
        """Title and content, which scripts may bring; a page that has them costs no waiting."""
        until = time.monotonic() + PRESENCE_SECONDS
        while True:
            title = await page.peek("document.title")
            self.title = str(title.value or "").strip()
            self.shows_something = (await page.evaluate(_SHOWS, EVALUATION_SECONDS)).is_truthy
            if (self.title and self.shows_something) or time.monotonic() > until:
                return
            await asyncio.sleep(POLL_SECONDS)

    def finding(self, number: int) -> Finding:
        """Of the expression at that place."""
        if number < len(self.findings):
            return self.findings[number]
        return failed(self.broken_off)

    def faults(self, files: Mapping[str, bytes], excuses: Excuses) -> list[str]:
        """What is wrong whatever the checks say, and is not the network's doing."""
        lost = lost_links(files)
        told = [f"{page} links to {link!r}, {_whereabouts(link)}" for page, link in lost]
        if "index.html" not in files:
            return ["there is no index.html at the root", *told]
        if self.broken_off:
            return [self.broken_off, *told]
        if self.status != 200:
            told.append(f"the page answered with status {self.status}")
        if not self.title:
            told.append("the page has no title")
        if not self.shows_something and not excuses.for_check(""):
            told.append("the page's body shows nothing")
        already = {link.removeprefix("./") for _, link in lost}
        told += [
            f"a request failed: {failure}"
            for failure in dict.fromkeys(self.sightings.own_failures)
            if not any(link and f" {link} " in failure for link in already)
        ]
        return told + self._errors(excuses)

    def _errors(self, excuses: Excuses) -> list[str]:
        own = [error for error in self.sightings.errors if not excuses.for_error(error)]
        return [f"uncaught error: {error}" for error in dict.fromkeys(own)][:MOST_ERRORS]

    def failed_requests(self) -> tuple[str, ...]:
        """All of them, those that only the network here is to blame for marked as such."""
        seen = self.sightings
        unreached = (f"GET {item.url} → not reachable from here" for item in seen.unreached)
        return tuple(dict.fromkeys((*seen.own_failures, *seen.other_failures, *unreached)))


def _whereabouts(link: str) -> str:
    if link.startswith("/"):
        return "and a page host serves the site in a folder: link relatively, without the first /"
    return "which is not among the files"


def excused(finding: Finding, excuse: str) -> Finding:
    """A failure that may come from what could not be loaded is not proved."""
    if finding.outcome is Outcome.FAILED and excuse:
        return unproved(f"{finding.observed}; but {excuse}")
    return finding
