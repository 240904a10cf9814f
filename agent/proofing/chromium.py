"""A running Chromium that is shared: one thread owns it, and each visit has a context of its own.

Playwright's objects belong to the thread that made them; callers on any thread hand over errands.
"""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import wait
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from agent.browsing import PageGone, PageSlow, VisitKind
from agent.deadline import Deadline
from agent.errors import GalleyError
from agent.ports import BrowserPage
from agent.proofing.chromium_process import ChromiumProcess, start
from agent.proofing.detached_loop import DetachedLoop
from agent.proofing.site import Site

if TYPE_CHECKING:  # playwright is loaded by the first visit
    from playwright.async_api import BrowserContext

    from agent.proofing.traffic import Fetch

PAGES_AT_ONCE = max(2, min(6, 2 * (os.cpu_count() or 1)))
"""A visit mostly waits for its page: twice as many as there are processors keep these at work."""

VISIT_SECONDS = 150.0
LOAD_SECONDS = 20.0  # an endless script costs it whole; a starved machine must not look like one
CLOSE_SECONDS = 5.0
STOP_SECONDS = 30.0
DESKTOP = (1280, 800)

_PAGE = "agent.proofing.chromium_page"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a visit is about; the errand gets the open page."""

    files: Mapping[str, bytes]
    deadline: Deadline
    kind: VisitKind


class Chromium:
    """A browser for drafts, started by the first visit and again after it was killed.

    `fetch` brings what pages load from CDNs; with None those requests count as unreachable.
    """

    def __init__(
        self, executable: Path, fetch: "Fetch | None" = None, load_seconds: float = LOAD_SECONDS
    ) -> None:
        self._executable = executable
        self._load_seconds = load_seconds
        self._fetch = fetch
        self._loop = DetachedLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()
        self._slots = asyncio.Semaphore(PAGES_AT_ONCE)
        self._alone = asyncio.Lock()
        self._starting = asyncio.Lock()
        self._process: ChromiumProcess | None = None
        self._open_visits = self._all_visits = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def prepare(self) -> None:
        """Begin to load what the first visit otherwise waits for."""
        if _PAGE not in sys.modules:
            threading.Thread(target=import_module, args=(_PAGE,), name="browser-library").start()

    @property
    def group(self) -> int | None:
        """The process group of the running Chromium."""
        return self._process.group if self._process else None

    def visit(
        self,
        files: Mapping[str, bytes],
        errand: Callable[[BrowserPage], Awaitable[T]],
        deadline: Deadline,
        kind: VisitKind = VisitKind.USUAL,
    ) -> T:
        """See `ports.Browser`; at most `PAGES_AT_ONCE` pages are open, other visits wait.

        A visit whose page was slow or went away is made once more, alone: the reason may be the
        pages beside it.
        """
        return self._run(self._visit(_Visit(files, deadline, kind), errand), deadline)

    def close(self) -> None:
        """End Chromium and the thread; the object is of no use afterwards."""
        if self._thread.is_alive():
            self._run(self._end(), Deadline.within(STOP_SECONDS))
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _run(self, work: Coroutine[None, None, T], deadline: Deadline) -> T:
        """Wait for the work on the browser's thread, and for its tidying up when time is over."""
        tidied = threading.Event()

        async def tidily() -> T:
            try:
                return await work
            finally:
                tidied.set()

        future = asyncio.run_coroutine_threadsafe(tidily(), self._loop)
        while not wait((future,), timeout=0.1).done:
            try:
                deadline.check()
            except GalleyError:
                future.cancel()
                tidied.wait(2 * CLOSE_SECONDS)
                raise
        return future.result()

    async def _running(self) -> ChromiumProcess:
        async with self._starting:
            if self._process is not None and not self._process.is_alive:
                await self._end()
            if self._process is None:
                self._process = await start(self._executable)
            return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end()

    async def _visit(self, visit: _Visit, errand: Callable[[BrowserPage], Awaitable[T]]) -> T:
        if visit.kind is not VisitKind.ALONE:
            try:
                async with self._slots:
                    return await self._try_visit(visit, errand)
            except (PageSlow, PageGone):
                pass  # the second visit, alone, says whether it was the page's own doing
        async with self._all_slots():
            return await self._try_visit(visit, errand)

    @asynccontextmanager
    async def _all_slots(self) -> AsyncIterator[None]:
        """Waits until no page is open, and keeps others from being opened."""
        taken = 0
        async with self._alone:
            try:
                for _ in range(PAGES_AT_ONCE):
                    await self._slots.acquire()
                    taken += 1
                yield
            finally:
                for _ in range(taken):
                    self._slots.release()

    async def _try_visit(self, visit: _Visit, errand: Callable[[BrowserPage], Awaitable[T]]) -> T:
        from playwright.async_api import Error

        from agent.proofing.chromium_page import ChromiumPage, PageLimits
        from agent.proofing.traffic import Traffic

        process = await self._running()
        self._open_visits += 1
        self._all_visits += 1
        try:
            # Service workers do as they will: blocked ones answer with nothing, and a page that
            # reads what `register` gave would throw. Their requests are answered like the page's.
            context = await process.browser.new_context(
                service_workers="allow",
                accept_downloads=False,
                locale="en-US",
                viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
            )
        except Error as error:
            self._open_visits -= 1
            raise PageGone(f"the browser ended: {error.message}") from error
        try:
            traffic = Traffic(Site(visit.files), self._fetch, visit.deadline)
            if visit.kind is VisitKind.STAND_INS:
                traffic.use_stand_ins(visit.files)
            limits = PageLimits(self._load_seconds, await self._processor_clock(process))
            page = await ChromiumPage.make(context, traffic, limits)
            return await asyncio.wait_for(errand(page), VISIT_SECONDS)
        except TimeoutError as error:
            raise PageSlow(f"the page was not done within {VISIT_SECONDS:.0f} s") from error
        except Error as error:
            raise PageGone(f"the page ended: {error.message[:300]}") from error
        finally:
            self._open_visits -= 1
            await _close(context, process)

    async def _processor_clock(
        self, process: ChromiumProcess
    ) -> Callable[[], Awaitable[float | None]]:
        """Tells the processor time used since now by pages; None where it was not one page's."""
        visits, is_only, before = self._all_visits, self._open_visits == 1, None
        before = await process.processor_seconds() if is_only else 0.0

        async def used() -> float | None:
            if not is_only or self._all_visits != visits:
                return None
            return await process.processor_seconds() - before

        return used


async def _close(context: "BrowserContext", process: ChromiumProcess) -> None:
    """Close the context; where it does not give way, the whole browser is killed."""
    from playwright.async_api import Error

    try:
        await asyncio.wait_for(context.close(), CLOSE_SECONDS)
    except (TimeoutError, Error):
        process.kill()
