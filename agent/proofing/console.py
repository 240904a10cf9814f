"""Evaluates text in a page, over the DevTools protocol, as the page's own console would.

The protocol and not `page.evaluate`: it breaks off a loop in the text, can refuse side effects,
and a page's Content-Security-Policy does not apply to it.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.browsing import Ending, Evaluation, PageSlow
from agent.errors import ProofingError
from agent.ports import SendCommand
from agent.proofing.assets import asset

PEEK_SECONDS = 2.0
LONGEST_SHOWN = 160

Answered = Mapping[str, Any]
"""An answer of the protocol (with a Runtime.RemoteObject and its like), as decoded JSON."""

_SOURCE = "galley:check"
_MARK = f"\n//# sourceURL={_SOURCE}"
_IS_FUNCTION = re.compile(r"\s*(?:async\s+)?function\b")
_AWAIT = re.compile(r"\bawait\b")
_CALLED = "(value => typeof value === 'function' ? value() : value)"
_PRIMITIVE = (str, int, float, bool, type(None))
_SIDE_EFFECT = "Possible side-effect"


class CommandRefused(ProofingError):
    """The protocol gave an error instead of an answer."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A text as the protocol can run it; `pure` is the form that the engine can guard."""

    parameters: Answered
    pure: str = ""


class Console:
    """A page's console."""

    def __init__(self, send: SendCommand, check_alive: Callable[[], Awaitable[None]]) -> None:
        self._send = send
        self._check_alive = check_alive
        self._forms: dict[str, _Form | Evaluation] = {}
        self._is_counting = False

    async def evaluate(self, text: str, seconds: float) -> Evaluation:
        """As an evaluator's `page.evaluate` would take it, and as its author may have meant it.

        A function is called and a promise awaited. Raises the page errors.
        """
        form = await self._form_of(text)
        return form if isinstance(form, Evaluation) else await self._run(form.parameters, seconds)

    async def peek(self, text: str) -> Evaluation:
        """The value of an expression, as it is and at once; refused if it would change anything."""
        return await self._run({"expression": text, "throwOnSideEffect": True}, PEEK_SECONDS)

    async def ask(self, text: str, seconds: float) -> Evaluation:
        """The same as `evaluate`, refused by the engine if it would change anything."""
        form = await self._form_of(text)
        if isinstance(form, Evaluation):
            return form
        if not form.pure:
            return Evaluation(Ending.REFUSED, "is not one expression")
        return await self._run({"expression": form.pure, "throwOnSideEffect": True}, seconds)

    async def evaluate_watched(self, text: str, seconds: float) -> tuple[Evaluation, bool]:
        """The same as `evaluate`, and whether it ran the page's own code or changed the page."""
        if not self._is_counting:
            self._is_counting = True
            await self._send("Profiler.enable", {}, seconds)
            counting = {"callCount": True, "detailed": False}
            await self._send("Profiler.startPreciseCoverage", counting, seconds)
        before = await self._state(seconds)
        await self._page_code_ran(seconds)
        seen = await self.evaluate(text, seconds)
        has_run = await self._page_code_ran(seconds)
        return seen, has_run or before != await self._state(seconds)

    async def _page_code_ran(self, seconds: float) -> bool:
        """Whether functions other than those of checks were called since the last time."""
        answer = await self._send("Profiler.takePreciseCoverage", {}, seconds)
        return any(
            counted["count"]
            for script in answer["result"]
            if script["url"] != _SOURCE
            for function in script["functions"]
            for counted in function["ranges"][:1]
        )

    async def _state(self, seconds: float) -> str:
        parameters = {"expression": asset("page_state.js") + _MARK, "returnByValue": True}
        answer = await self._send("Runtime.evaluate", parameters, seconds)
        return str(answer["result"].get("value"))

    async def _form_of(self, text: str) -> _Form | Evaluation:
        if text not in self._forms:
            self._forms[text] = await self._find_form(text)
        return self._forms[text]

    async def _find_form(self, text: str) -> _Form | Evaluation:
        """How the text can be run: as an expression, as a script, as a body that returns.

        What a script declares by let, const or class is its own: `eval` keeps it from the page's
        names and from those of the next check.
        """
        whole = f"(\n{text.rstrip().rstrip(';')}\n)"
        if not await self._complaint(whole):
            called = f"{_CALLED}({whole}){_MARK}"
            return _Form({"expression": called}, called)
        error = await self._complaint(text)
        if not error:
            return _Form({"expression": f"{_CALLED}((0, eval)({json.dumps(text + _MARK)})){_MARK}"})
        return await self._find_awaiting_form(text, whole) or Evaluation(Ending.INVALID, error)

    async def _find_awaiting_form(self, text: str, whole: str) -> _Form | None:
        expression, body = f"(async () => {whole})()", f"(async () => {{\n{text}\n}})()"
        if not await self._complaint(expression):
            return _Form({"expression": expression + _MARK})
        if await self._complaint(body):
            return None
        if "Illegal return" not in await self._complaint(_AWAIT.sub("void", text)):
            return _Form({"expression": f"{{\n{text}\n}}{_MARK}", "replMode": True})
        plain = f"(() => {{\n{text}\n}})(){_MARK}"
        return _Form({"expression": body + _MARK}, "" if await self._complaint(plain) else plain)

    async def _complaint(self, text: str) -> str:
        """The syntax error in a script, or an empty text."""
        parameters = {"expression": text, "sourceURL": "", "persistScript": False}
        answer = await self._send("Runtime.compileScript", parameters, PEEK_SECONDS)
        return _thrown(answer["exceptionDetails"]) if "exceptionDetails" in answer else ""

    async def _run(self, form: Answered, seconds: float) -> Evaluation:
        parameters = {**form, "awaitPromise": True, "timeout": seconds * 1000}
        try:
            answer = await self._send("Runtime.evaluate", parameters, seconds + 0.5)
            if form.get("replMode") and answer["result"].get("subtype") == "promise":
                promise = {"promiseObjectId": answer["result"]["objectId"]}
                answer = await self._send("Runtime.awaitPromise", promise, seconds)
        except PageSlow:
            await self._check_alive()
            return Evaluation(Ending.TIMED_OUT, f"did not finish within {seconds:.0f} s")
        except CommandRefused as refused:
            if "Internal error" in str(refused):  # the message of a loop that was broken off
                return Evaluation(Ending.TIMED_OUT, f"did not finish within {seconds:.0f} s")
            return Evaluation(Ending.THREW, str(refused))
        return _evaluation(answer)


def _evaluation(answer: Answered) -> Evaluation:
    if "exceptionDetails" in answer:
        told = _thrown(answer["exceptionDetails"])
        return Evaluation(Ending.REFUSED if _SIDE_EFFECT in told else Ending.THREW, told)
    result = answer["result"]
    kind = str(result.get("subtype") if result.get("subtype") == "null" else result["type"])
    value = result.get("value") if isinstance(result.get("value"), _PRIMITIVE) else None
    return Evaluation(Ending.VALUE, _shown(result), kind, _is_truthy(result), value)


def _is_truthy(result: Answered) -> bool:
    if result["type"] == "undefined" or result.get("subtype") == "null":
        return False
    if "unserializableValue" in result:
        return result["unserializableValue"] not in ("NaN", "-0", "0n")
    if result["type"] in ("string", "number", "boolean"):
        return bool(result["value"])
    return True


def _shown(result: Answered) -> str:
    if result["type"] == "undefined" or result.get("subtype") == "null":
        return str(result.get("subtype") or "undefined")
    if result["type"] == "string":
        return shortened(json.dumps(result["value"], ensure_ascii=False))
    return shortened(str(result.get("description") or json.dumps(result.get("value"))))


def _thrown(details: Answered) -> str:
    """The first line of the error: its stack names frames of the console only."""
    exception = details.get("exception", {})
    told = exception.get("description") or exception.get("value") or details.get("text", "error")
    return shortened(str(told).splitlines()[0])


def shortened(text: str) -> str:
    """On one line, and no longer than a repair needs to see."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_SHOWN else f"{flat[: LONGEST_SHOWN - 1]}…"
