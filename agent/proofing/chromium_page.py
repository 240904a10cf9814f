"""One open page in Chromium, through playwright: loading, evaluating, acting, and logging."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.async_api import (
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Dialog,
    Error,
)
from playwright.async_api import Page as PlaywrightPage

from agent.browsing import (
    ActionImpossible,
    Evaluation,
    PageAction,
    PageGone,
    PageLog,
    PageSlow,
    PageStuck,
)
from agent.proofing.assets import asset
from agent.proofing.console import Answered, CommandRefused, Console
from agent.proofing.site import BASE
from agent.proofing.traffic import Traffic

QUIET_SECONDS = 0.25
MOST_QUIET_SECONDS = 4.0
PING_SECONDS = 10.0
INTERRUPT_SECONDS = 2.0
STUCK_SIGHTINGS = 3
"""A page whose layout has just ended may answer an interruption before what was asked earlier; in a
script that never ends it does so again and again."""

PICTURE_SECONDS = 8.0
TALLEST_PICTURE = 6000
FIRST_SECONDS = 2.6
"""How long after the load a page's timers are waited for."""

USUAL_SECONDS_TO_OPEN = 0.25
"""What an empty page takes to be opened on a machine that has nothing else to do."""

MOST_PACE = 4.0
STUCK_SHARE = 0.8
MOST_WAITS = 3
"""A page that is given s seconds is stuck once it used up most of s on the processor; one that is
kept from the processor by others is waited for three times as long, and then it is slow."""

_REFUSALS = frozenset({"NotAllowedError", "AbortError", "SecurityError"})
_MOST_NOTES = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Seconds for the load, and the processor time that pages used so far; None: other pages are
    open too, so the time cannot be told apart."""

    load_seconds: float
    processor_seconds: Callable[[], Awaitable[float | None]]


class ChromiumPage:
    """See `ports.BrowserPage`."""

    def __init__(
        self, page: PlaywrightPage, session: CDPSession, log: PageLog, limits: PageLimits
    ) -> None:
        self.log = log
        self.pace = 1.0
        self._limits = limits
        self._page = page
        self._session = session
        self._crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._console = Console(self._send, self._check_alive)
        self._in_flight = 0
        self._moved = time.monotonic()
        self._loaded = self._timers_due = 0.0
        self._used_to_load = 0.0

    @classmethod
    async def make(
        cls, context: BrowserContext, traffic: Traffic, limits: PageLimits
    ) -> "ChromiumPage":
        """Raises PageGone."""
        began = time.monotonic()
        try:
            await context.route("**/*", traffic.answer)
            for script in (*traffic.scripts, asset("watch_timers.js")):
                await context.add_init_script(script)
            page = await context.new_page()
            session = await context.new_cdp_session(page)
            await session.send("Runtime.enable")
            await session.send("Runtime.addBinding", {"name": "galleyTimer"})
        except Error as error:
            raise PageGone(f"the browser ended: {error.message}") from error
        made = cls(page, session, traffic.log, limits)
        made.pace = _pace(time.monotonic() - began)
        made._listen()
        return made

    def _listen(self) -> None:
        page, log = self._page, self.log
        page.on("crash", self._mark_crashed)
        page.on("pageerror", lambda error: _note(log.errors, _told(error)))
        page.on("console", self._hear)
        page.on("dialog", self._accept)
        page.on("popup", _shut)
        page.on("request", lambda _: self._count(1))
        page.on("requestfinished", lambda _: self._count(-1))
        page.on("requestfailed", lambda _: self._count(-1))
        self._session.on("Runtime.bindingCalled", self._note_timer)

    def _mark_crashed(self, _: PlaywrightPage) -> None:
        if not self._crashed.done():
            self._crashed.set_result(None)

    def _hear(self, message: ConsoleMessage) -> None:
        _note(self.log.console, f"{message.type}: {message.text[:500]}")

    async def _accept(self, dialog: Dialog) -> None:
        """As a person who presses OK: a question is answered with its default."""
        _note(self.log.console, f"{dialog.type}: {dialog.message[:500]}")
        try:
            await dialog.accept(dialog.default_value)
        except Error:
            return  # it went away with its page

    def _count(self, change: int) -> None:
        self._in_flight += change
        self._moved = time.monotonic()

    def _note_timer(self, called: Mapping[str, Any]) -> None:
        due = time.monotonic() + float(called["payload"]) / 1000
        self._timers_due = max(self._timers_due, due)

    async def open(self, query: str = "") -> int:
        """Load the front page and wait until nothing is under way; the HTTP status."""
        self._in_flight = 0
        seconds = self._limits.load_seconds
        loading = self._page.goto(BASE + query, timeout=0)
        try:
            response = await self._waited_for(loading, seconds)
        except Error as error:
            raise PageGone(f"the page could not be opened: {error.message[:300]}") from error
        self._loaded = time.monotonic()
        self._used_to_load = await self._limits.processor_seconds() or 0.0
        await self._settle()
        return response.status if response else 0

    async def _settle(self) -> None:
        give_up = time.monotonic() + MOST_QUIET_SECONDS * self.pace
        while time.monotonic() < give_up:
            await self._check_alive()
            if self._in_flight <= 0 and time.monotonic() - self._moved >= QUIET_SECONDS:
                return
            await asyncio.sleep(0.05)

    async def settle_timers(self) -> None:
        """See `ports.BrowserPage`; a timer that sets the next one is waited for as well."""
        last = self._loaded + FIRST_SECONDS
        while time.monotonic() < min(self._timers_due + 0.1, last):
            await asyncio.sleep(0.05)
        await self._check_alive()

    async def evaluate(self, text: str, seconds: float) -> Evaluation:
        """See `ports.BrowserPage`; a loop in the text itself is broken off and does no harm."""
        return await self._console.evaluate(text, seconds)

    async def ask(self, text: str, seconds: float) -> Evaluation:
        """See `ports.BrowserPage`."""
        return await self._console.ask(text, seconds)

    async def peek(self, text: str) -> Evaluation:
        """See `ports.BrowserPage`."""
        return await self._console.peek(text)

    async def evaluate_watched(self, text: str, seconds: float) -> tuple[Evaluation, bool]:
        """See `ports.BrowserPage`."""
        return await self._console.evaluate_watched(text, seconds)

    async def act(self, action: PageAction, seconds: float) -> None:
        """See `ports.BrowserPage`; on the first element that the selector finds."""
        try:
            await self._bounded(self._perform(action, seconds * 1000), seconds + PING_SECONDS)
        except Error as error:
            await self._check_alive()
            told = error.message.splitlines()[0]
            raise ActionImpossible(f"{action.verb} {action.selector}: {told}") from error

    async def _perform(self, action: PageAction, milliseconds: float) -> None:
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

    async def picture(self, width: int, height: int) -> bytes:
        """See `ports.BrowserPage`; of a page taller than `TALLEST_PICTURE` the first window."""
        try:
            await self.resize(width, height)
            tall = await self.peek("document.documentElement.scrollHeight")
            is_whole = isinstance(tall.value, int | float) and tall.value <= TALLEST_PICTURE
            shot = self._page.screenshot(
                full_page=is_whole, animations="disabled", timeout=PICTURE_SECONDS * 1000
            )
            return await self._bounded(shot, PICTURE_SECONDS + 1)
        except (Error, PageSlow):
            return b""  # too heavy to be drawn; that is no fault, and there is no picture of it

    async def resize(self, width: int, height: int) -> None:
        """See `ports.BrowserPage`."""
        if self._page.viewport_size != {"width": width, "height": height}:
            resizing = self._page.set_viewport_size({"width": width, "height": height})
            await self._bounded(resizing, PICTURE_SECONDS)

    async def measure(self, script: str, seconds: float) -> str:
        """See `ports.BrowserPage`."""
        try:
            tree = await self._send("Page.getFrameTree", {}, seconds)
            frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "galley"}
            world = await self._send("Page.createIsolatedWorld", frame, seconds)
            form = {
                "expression": script,
                "contextId": world["executionContextId"],
                "awaitPromise": True,
                "returnByValue": True,
            }
            answer = await self._send("Runtime.evaluate", form, seconds)
        except (CommandRefused, PageSlow):
            return ""
        value = answer["result"].get("value")
        return value if isinstance(value, str) and "exceptionDetails" not in answer else ""

    async def _send(self, method: str, parameters: Mapping[str, Any], seconds: float) -> Answered:
        try:
            answer: Answered = await self._bounded(
                self._session.send(method, dict(parameters)), seconds
            )
        except Error as error:
            raise CommandRefused(error.message) from error
        return answer

    async def _check_alive(self) -> None:
        """Raises PageStuck or PageSlow when the page evaluates nothing at all."""
        ping = self._session.send("Runtime.evaluate", {"expression": "1"})
        try:
            await self._waited_for(ping, PING_SECONDS)
        except Error as error:
            raise PageGone(f"the page ended: {error.message[:300]}") from error

    async def _bounded(self, work: Awaitable[T], seconds: float) -> T:
        """Raises PageGone when the page crashes meanwhile, PageSlow when the time is up."""
        task = asyncio.ensure_future(work)
        try:
            await self._finish(task, seconds)
            if task.done():
                return task.result()
        finally:
            if not task.done():
                task.cancel()
        raise PageSlow(f"the page did not answer within {seconds:.0f} s")

    async def _waited_for(self, work: Awaitable[T], seconds: float) -> T:
        """The same, but as long as the page is kept from the processor it has more time, as has one
        that is being laid out; raises PageStuck when a script had its seconds on the processor."""
        task = asyncio.ensure_future(work)
        waited, in_a_script = seconds, 0
        try:
            await self._finish(task, seconds)
            while not task.done():
                used = await self._limits.processor_seconds()
                most = STUCK_SHARE * min(seconds, self._limits.load_seconds)
                had_its_time = used is not None and used - self._used_to_load >= most
                in_a_script += 1 if had_its_time and await self._is_in_a_script() else 0
                if in_a_script == STUCK_SIGHTINGS and not task.done():
                    raise PageStuck("the page stopped answering: a script of it never ends")
                if used is None or waited >= seconds * MOST_WAITS:
                    raise PageSlow(f"the page did not answer within {waited:.0f} s")
                await self._finish(task, 1.0)
                waited += 1.0
            return task.result()
        finally:
            if not task.done():
                task.cancel()

    async def _is_in_a_script(self) -> bool:
        """Whether a page that answers nothing is held up by a script. Only a running script can be
        interrupted for `Performance.getMetrics` (Blink's `DevToolsSession`); layout cannot."""
        try:
            await self._bounded(self._session.send("Performance.getMetrics"), INTERRUPT_SECONDS)
        except PageSlow:
            return False
        return True

    async def _finish(self, task: "asyncio.Future[T]", seconds: float) -> None:
        """Wait for the task; raises PageGone when the page crashes meanwhile."""
        await asyncio.wait(
            (task, self._crashed), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if self._crashed.done() or self._page.is_closed():
            raise PageGone("the page's process died; it asked for too much memory or crashed")


def _pace(seconds_to_open: float) -> float:
    return min(MOST_PACE, max(1.0, seconds_to_open / USUAL_SECONDS_TO_OPEN))


def _told(error: Error) -> str:
    """The message of an uncaught error, after its name where that is the browser's refusal."""
    name = error.name or ""
    return f"{name}: {error.message}" if name in _REFUSALS else error.message


async def _shut(popup: PlaywrightPage) -> None:
    try:
        await popup.close()
    except Error:
        return  # already gone


def _note(notes: list[str], text: str) -> None:
    if len(notes) < _MOST_NOTES:
        notes.append(text)
