"""Why a model did not answer, as an error of ours: who, what came back, what to do next."""

import html
import re
from collections.abc import Mapping

from agent.errors import ModelError
from agent.retry_after import retry_after

_LONGEST = 300
"""Characters of a vendor's words that are worth repeating."""

_TRANSIENT = frozenset({408, 409, 425, 429})

_NEXT = {
    400: "The model refuses this request: try a shorter brief or another MODEL",
    401: "Check the key that is set for this model",
    402: "The account behind the key has no credit left, or no quota for today",
    403: "Check that the key is allowed to use this model",
    404: "Check MODEL and OPENAI_BASE_URL",
    413: "The request is too large for this model: try a shorter brief or another MODEL",
    429: "Wait, or name another model in FALLBACK_MODELS",
}
_REWORD = "Reword the brief"
_OTHERWISE = "Try again later, or name another model in FALLBACK_MODELS"

# litellm's own words around the vendor's.
_FRAMING = re.compile(
    r"^(?:(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)|Error code: \d+)(?::| -) *)+"
)
_AFTERWORDS = re.compile(
    r"[\s,]*(?:Original exception:|Traceback \(most recent|Received response - <).*",
    re.DOTALL,
)
_NO_ENDPOINT = re.compile(
    r"Empty or invalid response from LLM endpoint\. Received: (.*)\. Check the rev",
    re.DOTALL,
)
_UNREACHABLE = "Connection error"
_SPENT = re.compile(
    r"\binsufficient_quota\b|credit balance is too low"
    r"|\bUsage \$[\d.]+ / \$"  # AI Pipe's
    r"|\w+PerDayPerProject"  # Google's, with a wait for a minute's limit beside it
)
_UNSAFE = re.compile(r"requires moderation|flagged_input|content_policy_violation|content_filter")
_WORDS_IN_JSON = re.compile(r"""(["'])(?:message|raw|error)\1:\s*(["'])((?:(?!\2)[^\\]|\\.)+)\2""")
_RETRY_DELAY = re.compile(r'"retryDelay":\s*"(\d+(?:\.\d+)?)s"')


class ModelBusy(ModelError):
    """A failure that may pass, so that asking again makes sense.

    `retry_after` is the wait in seconds that the model asked for, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        # keyword only: an exception with two positional arguments does not unpickle
        super().__init__(message)
        self.retry_after = retry_after


def model_error(
    model: str, status: int, said: str, headers: Mapping[str, str] | None = None
) -> ModelError:
    """The error for a status and the vendor's words; a ModelBusy where it may pass.

    `headers` are the response's; None: there was no whole response, and the status is made up.
    `said` has no secrets left in it.
    """
    if found := _NO_ENDPOINT.search(said):
        received = in_short(found[1].strip("'"))
        return ModelError(f"{model} is no chat endpoint, it sent: {received}. {_NEXT[404]}")
    if _UNREACHABLE in said:
        return ModelBusy(f"{model} could not be reached. Check OPENAI_BASE_URL and the network")
    what = "failed" if headers is None and status == 500 else f"answered {status}"
    next_ = _next_action(status, said)
    text = f"{model} {what}: {in_short(said) or 'no explanation'}. {next_}"
    if next_ in (_NEXT[402], _REWORD) or not (status in _TRANSIENT or status >= 500):
        return ModelError(text)
    wait = retry_after(headers or {})
    return ModelBusy(text, retry_after=_delay(said) if wait is None else wait)


def _next_action(status: int, said: str) -> str:
    """Providers say with several statuses that credit is used up, or that the words are unsafe."""
    if _SPENT.search(said):
        return _NEXT[402]
    if status in (400, 403) and _UNSAFE.search(said):
        return _REWORD
    return _NEXT.get(status, _OTHERWISE)


def in_short(said: str) -> str:
    """A vendor's words on one short line, without markup and without litellm's framing."""
    said = _AFTERWORDS.sub("", _FRAMING.sub("", said))
    if said.lstrip("b'").startswith(("{", "[")):
        words = dict.fromkeys(found[3] for found in _WORDS_IN_JSON.finditer(said))
        said = ": ".join(word.rstrip(".") for word in words).replace("\\'", "'") or said
    if re.search(r"<(?:!doctype|html|head|body)\b", said, re.IGNORECASE):
        said = "an HTML page: " + html.unescape(re.sub(r"<[^>]*>?", " ", said))
    said = " ".join(said.split()).rstrip(".")
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"


def _delay(said: str) -> float | None:
    """Google states the wait in the body instead."""
    found = _RETRY_DELAY.search(said)
    return float(found[1]) if found else None
