"""One open page, through playwright: loading, evaluating, acting, and noting what it does."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from playwright.async_api import (
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Dialog,
    Error,
)
from playwright.async_api import Page as PlaywrightPage
from playwright.async_api import TimeoutError as PlaywrightTimeout

from agent.proofing.console import Console, Refused, Remote
from agent.proofing.page import (
    Action,
    ActionImpossible,
    Evaluation,
    PageGone,
    PageStuck,
    Sightings,
)
from agent.proofing.site import BASE
from agent.proofing.traffic import Traffic

QUIET_SECONDS = 0.25
MOST_QUIET_SECONDS = 4.0
PING_SECONDS = 10.0
PICTURE_SECONDS = 8.0
TALLEST_PICTURE = 6000

_MOST_NOTES = 100
T = TypeVar("T")


class ChromiumPage:
    """See `page.Page`."""

    def __init__(
        self,
        page: PlaywrightPage,
        session: CDPSession,
        sightings: Sightings,
        load_seconds: float,
    ) -> None:
        self._load_seconds = load_seconds
        self.sightings = sightings
        self._page = page
        self._session = session
        self._crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._console = Console(self._send, self._check_alive)
        self._in_flight = 0
        self._moved = time.monotonic()

    @classmethod
    async def make(
        cls, context: BrowserContext, traffic: Traffic, load_seconds: float
    ) -> "ChromiumPage":
        """Raises PageGone."""
        try:
            await context.route("**/*", traffic.answer)
            page = await context.new_page()
            session = await context.new_cdp_session(page)
            await session.send("Runtime.enable")
        except Error as error:
            raise PageGone(f"the browser ended: {error.message}") from error
        made = cls(page, session, traffic.sightings, load_seconds)
        made._listen()
        return made

    def _listen(self) -> None:
        page, notes = self._page, self.sightings
        page.on("crash", self._mark_crashed)
        page.on("pageerror", lambda error: _note(notes.errors, error.message))
        page.on("console", self._hear)
        page.on("dialog", self._accept)
        page.on("popup", _shut)
        page.on("request", lambda _: self._count(1))
        page.on("requestfinished", lambda _: self._count(-1))
        page.on("requestfailed", lambda _: self._count(-1))

    def _mark_crashed(self, _: PlaywrightPage) -> None:
        if not self._crashed.done():
            self._crashed.set_result(None)

    def _hear(self, message: ConsoleMessage) -> None:
        _note(self.sightings.console, f"{message.type}: {message.text[:500]}")

    async def _accept(self, dialog: Dialog) -> None:
        _note(self.sightings.console, f"{dialog.type}: {dialog.message[:500]}")
        try:
            await dialog.accept()
        except Error:
            return  # it went away with its page

    def _count(self, change: int) -> None:
        self._in_flight += change
        self._moved = time.monotonic()

    async def open(self, query: str = "") -> int:
        """Load the front page and wait until nothing is under way; the HTTP status."""
        self._in_flight = 0
        try:
            response = await self._bounded(
                self._page.goto(BASE + query, timeout=self._load_seconds * 1000),
                self._load_seconds + 2,
            )
        except PlaywrightTimeout as error:
            raise PageStuck(
                f"the page did not finish loading within {self._load_seconds:.0f} s: "
                "a script of it never ends"
            ) from error
        except Error as error:
            raise PageGone(f"the page could not be opened: {error.message[:300]}") from error
        await self._settle()
        return response.status if response else 0

    async def _settle(self) -> None:
        give_up = time.monotonic() + MOST_QUIET_SECONDS
        while time.monotonic() < give_up:
            await self._check_alive()
            if self._in_flight <= 0 and time.monotonic() - self._moved >= QUIET_SECONDS:
                return
            await asyncio.sleep(0.05)

    async def evaluate(self, text: str, seconds: float) -> Evaluation:
        """See `page.Page`; a loop in the text itself is broken off and leaves the page well."""
        return await self._console.evaluate(text, seconds)

    async def peek(self, text: str) -> Evaluation:
        """See `page.Page`."""
        return await self._console.peek(text)

    async def act(self, action: Action, seconds: float) -> None:
        """See `page.Page`; on the first element that the selector finds."""
        try:
            await self._bounded(self._perform(action, seconds * 1000), seconds + PING_SECONDS)
        except Error as error:
            await self._check_alive()
            told = error.message.splitlines()[0]
            raise ActionImpossible(f"{action.verb} {action.selector}: {told}") from error

    async def _perform(self, action: Action, milliseconds: float) -> None:
        target = self._page.locator(action.selector).first
        match action.verb:
            case "fill":
                await target.fill(action.value, timeout=milliseconds)
            case "click":
                await target.click(timeout=milliseconds)
            case "select":
                await target.select_option(action.value, timeout=milliseconds)
            case "hover":
                await target.hover(timeout=milliseconds)
            case "check" | "uncheck":
                await target.set_checked(action.verb == "check", timeout=milliseconds)
            case "press" if not action.selector:
                await self._page.keyboard.press(action.value)
            case "press":
                await target.press(action.value, timeout=milliseconds)
            case "back":
                await self._page.go_back(timeout=milliseconds)

    async def resize(self, width: int, height: int) -> None:
        """See `page.Page`."""
        resizing = self._page.set_viewport_size({"width": width, "height": height})
        await self._bounded(resizing, PICTURE_SECONDS)

    async def picture(self, width: int, height: int) -> bytes:
        """See `page.Page`; of a page taller than `TALLEST_PICTURE` only the first window."""
        try:
            await self.resize(width, height)
            tall = await self.peek("document.documentElement.scrollHeight")
            is_whole = isinstance(tall.value, int | float) and tall.value <= TALLEST_PICTURE
            shot = self._page.screenshot(
                full_page=is_whole, animations="disabled", timeout=PICTURE_SECONDS * 1000
            )
            return await self._bounded(shot, PICTURE_SECONDS + 1)
        except Error:
            return b""  # too heavy to be drawn; that is no fault, and there is no picture of it

    async def _send(self, method: str, parameters: Mapping[str, Any], seconds: float) -> Remote:
        try:
            answer: Remote = await self._bounded(
                self._session.send(method, dict(parameters)), seconds
            )
        except Error as error:
            raise Refused(error.message) from error
        return answer

    async def _check_alive(self) -> None:
        """Raises PageStuck when the page's script keeps even a trifle from being evaluated."""
        await self._send("Runtime.evaluate", {"expression": "1"}, PING_SECONDS)

    async def _bounded(self, work: Awaitable[T], seconds: float) -> T:
        """Raises PageGone when the page crashes meanwhile, PageStuck when the time is up."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait(
                (task, self._crashed),
                timeout=seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if self._crashed.done() or self._page.is_closed():
                raise PageGone("the page's process died; it asked for too much memory or crashed")
            if task.done():
                return task.result()
        finally:
            if not task.done():
                task.cancel()
        raise PageStuck("the page stopped answering: its script never ends, or it is far too heavy")


async def _shut(popup: PlaywrightPage) -> None:
    try:
        await popup.close()
    except Error:
        return  # already gone


def _note(notes: list[str], text: str) -> None:
    if len(notes) < _MOST_NOTES:
        notes.append(text)
