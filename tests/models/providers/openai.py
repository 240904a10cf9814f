"""OpenAI's own server."""

from collections.abc import Mapping

from tests.models.providers import chat
from tests.models.providers.dialect import Dialect, data, events, refusing
from tests.openai_server import Asked, Sends


def _error(status: int, message: str, type_: str, code: str | None, **headers: str) -> Sends:
    error = {"message": message, "type": type_, "param": None, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusing(status, {"error": error}, {"x-request-id": "req_1", **named})


def _refused(asked: Asked) -> Sends:
    words = f"Incorrect API key provided: {asked.key}. You can find your API key in your account."
    return _error(401, words, "invalid_request_error", "invalid_api_key")


def _limited(headers: Mapping[str, str]) -> Sends:
    words = "Rate limit reached for gpt-5.6-luna on tokens per min (TPM): Limit 30000, Used 29000."
    sent = _error(429, words, "tokens", "rate_limit_exceeded")
    return Sends(429, sent.body, headers={**sent.headers, **headers})


_FAILED = "The server had an error while processing your request. Sorry about that!"
_SPENT = "You exceeded your current quota, please check your plan and billing details."

OPENAI = Dialect(
    provider="OpenAI",
    model="openai/gpt-5.6-luna",
    path="/v1/chat/completions",
    stream=chat.stream,
    done="stop",
    full="length",
    refused=_refused,
    limited=_limited,
    overloaded=_error(
        503, "The engine is currently overloaded, please try again later", "server_error", None
    ),
    blocked=(
        chat.blocked("No"),
        events(
            data(chat.chunk({"role": "assistant", "refusal": "I can't help with that."}))
            + data(chat.chunk({}, "stop"))
            + "data: [DONE]\n\n"
        ),
    ),
    empty=chat.empty(),
    broken=data({"error": {"message": _FAILED, "type": "server_error", "code": None}}),
    spent=_error(429, _SPENT, "insufficient_quota", "insufficient_quota"),
)
