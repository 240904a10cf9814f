"""Visits a draft in the browser, several times side by side where the visits are independent."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from agent.browsing import VisitKind
from agent.deadline import Deadline
from agent.ports import Browser, BrowserPage

SIDE_BY_SIDE = 6

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class DraftVisits:
    """Opens the pages of one draft, or of another site in its place."""

    browser: Browser
    files: Mapping[str, bytes]
    deadline: Deadline
    kind: VisitKind = VisitKind.USUAL

    def make(
        self, errand: Callable[[BrowserPage], Awaitable[Result]], kind: VisitKind | None = None
    ) -> Result:
        """Run the errand on a fresh page. Raises the page errors, Cancelled, DeadlinePassed."""
        return self.browser.visit(self.files, errand, self.deadline, kind or self.kind)


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The result for each item, in order; the first error ends the whole."""
    with ThreadPoolExecutor(SIDE_BY_SIDE, "proof") as threads:
        return list(threads.map(work, items))
