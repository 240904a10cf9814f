"""Evaluating text in a page, over the DevTools protocol, as the page's own console would.

The protocol and not `page.evaluate`: it breaks off a loop in the text, can refuse side effects,
and a page's Content-Security-Policy does not apply to it.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from agent.errors import ProofingError
from agent.proofing.page import Ending, Evaluation, PageStuck

PEEK_SECONDS = 0.5
LONGEST_SHOWN = 160

Remote = Mapping[str, Any]
"""An object of the protocol (Runtime.RemoteObject and its like), as decoded JSON."""

_IS_FUNCTION = re.compile(r"\s*(?:async\s+)?function\b")
_AWAIT = re.compile(r"\bawait\b")
_CALLED = "(value => typeof value === 'function' ? value() : value)"
_PRIMITIVE = (str, int, float, bool, type(None))


class Refused(ProofingError):
    """The protocol gave an error instead of an answer."""


class Send(Protocol):
    """One protocol call; raises Refused, PageStuck when no answer came in time, PageGone."""

    async def __call__(self, method: str, parameters: Mapping[str, Any], seconds: float) -> Remote:
        """The answer's fields."""
        ...


class Console:
    """A page's console."""

    def __init__(self, send: Send, check_alive: Callable[[], Awaitable[None]]) -> None:
        self._send = send
        self._check_alive = check_alive

    async def evaluate(self, text: str, seconds: float) -> Evaluation:
        """As an evaluator's `page.evaluate` would take it, and as its author may have meant it.

        A function is called and a promise awaited. Raises PageStuck, PageGone.
        """
        form = await self._form_of(text)
        return form if isinstance(form, Evaluation) else await self._run(form, seconds)

    async def peek(self, text: str) -> Evaluation:
        """For a moment, and refused by the engine if it would change anything."""
        return await self._run({"expression": text, "throwOnSideEffect": True}, PEEK_SECONDS)

    async def _form_of(self, text: str) -> Remote | Evaluation:
        """How the text can be run: as a script, as an expression, as a body that returns.

        What a script declares by let, const or class is its own: `eval` keeps it from the page's
        names and from those of the next poll.
        """
        whole = f"(\n{text}\n)"
        if _IS_FUNCTION.match(text) and not await self._complaint(whole):
            return {"expression": f"{_CALLED}{whole}"}
        error = await self._complaint(text)
        if not error:
            return {"expression": f"{_CALLED}((0, eval)({json.dumps(text)}))"}
        expression, body = f"(async () => {whole})()", f"(async () => {{\n{text}\n}})()"
        if not await self._complaint(expression):
            return {"expression": expression}
        if not await self._complaint(body):
            if "Illegal return" in await self._complaint(_AWAIT.sub("void", text)):
                return {"expression": body}
            return {"expression": f"{{\n{text}\n}}", "replMode": True}
        return Evaluation(Ending.INVALID, error)

    async def _complaint(self, text: str) -> str:
        """The syntax error in a script, or an empty text."""
        parameters = {"expression": text, "sourceURL": "", "persistScript": False}
        answer = await self._send("Runtime.compileScript", parameters, PEEK_SECONDS + 2)
        return _thrown(answer["exceptionDetails"]) if "exceptionDetails" in answer else ""

    async def _run(self, form: Remote, seconds: float) -> Evaluation:
        parameters = {**form, "awaitPromise": True, "timeout": seconds * 1000}
        try:
            answer = await self._send("Runtime.evaluate", parameters, seconds + 0.5)
            if form.get("replMode") and answer["result"].get("subtype") == "promise":
                promise = {"promiseObjectId": answer["result"]["objectId"]}
                answer = await self._send("Runtime.awaitPromise", promise, seconds)
        except PageStuck:
            await self._check_alive()
            return Evaluation(Ending.TIMED_OUT, f"did not finish within {seconds:g} s")
        except Refused as refused:
            if "Internal error" in str(refused):  # what the timeout of a busy loop reads like
                return Evaluation(Ending.TIMED_OUT, f"did not finish within {seconds:g} s")
            return Evaluation(Ending.THREW, str(refused))
        return _evaluation(answer)


def _evaluation(answer: Remote) -> Evaluation:
    if "exceptionDetails" in answer:
        return Evaluation(Ending.THREW, _thrown(answer["exceptionDetails"]))
    result = answer["result"]
    kind = str(result.get("subtype") if result.get("subtype") == "null" else result["type"])
    value = result.get("value") if isinstance(result.get("value"), _PRIMITIVE) else None
    return Evaluation(Ending.VALUE, _shown(result), kind, _is_truthy(result), value)


def _is_truthy(result: Remote) -> bool:
    if result["type"] == "undefined" or result.get("subtype") == "null":
        return False
    if "unserializableValue" in result:
        return result["unserializableValue"] not in ("NaN", "-0", "0n")
    if result["type"] in ("string", "number", "boolean"):
        return bool(result["value"])
    return True


def _shown(result: Remote) -> str:
    if result["type"] == "undefined" or result.get("subtype") == "null":
        return str(result.get("subtype") or "undefined")
    if result["type"] == "string":
        return shortened(json.dumps(result["value"], ensure_ascii=False))
    return shortened(str(result.get("description") or json.dumps(result.get("value"))))


def _thrown(details: Remote) -> str:
    """The first line of the error: its stack names our own frames only."""
    exception = details.get("exception", {})
    told = exception.get("description") or exception.get("value") or details.get("text", "error")
    return shortened(str(told).splitlines()[0])


def shortened(text: str) -> str:
    """On one line, and no longer than a repair needs to see."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_SHOWN else f"{flat[: LONGEST_SHOWN - 1]}…"
