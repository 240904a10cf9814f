"""The warm browser: one thread that owns one Chromium, and gives each visit a context of its own.

Playwright's objects belong to the thread that made them; callers on any thread hand over errands.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import wait
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from playwright.async_api import BrowserContext, Error

from agent.deadline import Deadline
from agent.errors import GalleyError
from agent.proofing.browser_page import ChromiumPage
from agent.proofing.page import Page, PageGone, PageStuck
from agent.proofing.process import Process, start
from agent.proofing.site import Site
from agent.proofing.traffic import Fetch, Traffic

PAGES_AT_ONCE = 2
VISIT_SECONDS = 90.0
LOAD_SECONDS = 20.0  # an endless script costs it whole; a starved machine must not look like one
CLOSE_SECONDS = 5.0
STOP_SECONDS = 30.0

T = TypeVar("T")


class Chromium:
    """A browser for drafts, started by the first visit and again after it was killed.

    `fetch` brings what pages load from CDNs; with None those requests count as not reachable.
    """

    def __init__(
        self, executable: Path, fetch: Fetch | None = None, load_seconds: float = LOAD_SECONDS
    ) -> None:
        self._executable = executable
        self._load_seconds = load_seconds
        self._fetch = fetch
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()
        self._slots = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._process: Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def group(self) -> int | None:
        """The process group of the running Chromium."""
        return self._process.group if self._process else None

    def visit(
        self,
        files: Mapping[str, bytes],
        errand: Callable[[Page], Awaitable[T]],
        deadline: Deadline,
    ) -> T:
        """See `page.Browser`; at most two pages are open at a time, others wait their turn."""
        return self._run(self._visit(files, errand, deadline), deadline)

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

    async def _running(self) -> Process:
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

    async def _visit(
        self,
        files: Mapping[str, bytes],
        errand: Callable[[Page], Awaitable[T]],
        deadline: Deadline,
    ) -> T:
        async with self._slots:
            try:
                return await self._try_visit(files, errand, deadline)
            except PageGone:
                if self._process is not None and self._process.is_alive:
                    raise
                # The browser was killed, perhaps for the neighbour's sake: once more, alone.
                return await self._try_visit(files, errand, deadline)

    async def _try_visit(
        self,
        files: Mapping[str, bytes],
        errand: Callable[[Page], Awaitable[T]],
        deadline: Deadline,
    ) -> T:
        process = await self._running()
        try:
            # Service workers do as they will: blocked ones answer with nothing, and a page that
            # reads what `register` gave would throw. Their requests are answered like the page's.
            context = await process.browser.new_context(
                service_workers="allow", accept_downloads=False, locale="en-US"
            )
        except Error as error:
            raise PageGone(f"the browser ended: {error.message}") from error
        try:
            traffic = Traffic(Site(files), self._fetch, deadline)
            page = await ChromiumPage.make(context, traffic, self._load_seconds)
            return await asyncio.wait_for(errand(page), VISIT_SECONDS)
        except TimeoutError as error:
            raise PageStuck(f"the page was not done within {VISIT_SECONDS:.0f} s") from error
        except Error as error:
            raise PageGone(f"the page ended: {error.message[:300]}") from error
        finally:
            await _close(context, process)


async def _close(context: BrowserContext, process: Process) -> None:
    """Close the context; where it does not give way, the whole browser is killed."""
    try:
        await asyncio.wait_for(context.close(), CLOSE_SECONDS)
    except (TimeoutError, Error):
        process.kill()
