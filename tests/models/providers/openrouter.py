"""OpenRouter: chat completions of many providers, with codes that are numbers."""

from collections.abc import Mapping, Sequence

from tests.models.providers import chat
from tests.models.providers.dialect import Dialect, data, refusing
from tests.openai_server import Sends


def _stream(pieces: Sequence[str], finish: str) -> str:
    return ": OPENROUTER PROCESSING\n\n" + chat.stream(pieces, finish)


def error(
    status: int, message: str, headers: Mapping[str, str] | None = None, **metadata: object
) -> Sends:
    body = {"code": status, "message": message, **({"metadata": metadata} if metadata else {})}
    return refusing(status, {"error": body, "user_id": "user_1"}, headers)


def _limited(headers: Mapping[str, str]) -> Sends:
    raw = "anthropic/claude-sonnet-4.5 is temporarily rate-limited upstream."
    return error(429, "Provider returned error", headers, raw=raw, provider_name="Anthropic")


OPENROUTER = Dialect(
    provider="OpenRouter",
    model="openrouter/anthropic/claude-sonnet-4.5",
    path="/v1/chat/completions",
    stream=_stream,
    done="stop",
    full="length",
    refused=error(401, "User not found."),
    limited=_limited,
    overloaded=error(503, "No available model provider meets your routing requirements."),
    blocked=(
        chat.blocked("No"),
        error(
            403,
            "anthropic/claude-sonnet-4.5 requires moderation. Your input was flagged",
            reasons=["violence"],
            flagged_input="…",
            provider_name="Anthropic",
        ),
    ),
    empty=chat.empty(),
    broken=data(
        chat.chunk(
            {"content": ""}, "error", error={"code": 502, "message": "Provider disconnected"}
        )
    ),
    spent=error(402, "Insufficient credits. Add more and retry the request."),
)
