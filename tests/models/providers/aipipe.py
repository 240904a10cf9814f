"""AI Pipe, which passes on to OpenAI and OpenRouter, and has refusals of its own before that."""

from dataclasses import replace

from tests.models.providers.dialect import refusing
from tests.models.providers.openai import OPENAI
from tests.models.providers.openrouter import OPENROUTER
from tests.openai_server import Asked, Sends


def _refused(asked: Asked) -> Sends:
    reason = "JWSInvalid: Invalid Compact JWS"
    return refusing(401, {"message": f"Bearer {asked.key} is invalid: {reason}"})


_SPENT = refusing(429, {"message": "Usage $0.1012 / $0.1 in 7 days"})

AIPIPE = (
    replace(
        OPENAI,
        provider="AI Pipe (OpenAI)",
        base="/openai/v1",
        path="/openai/v1/chat/completions",
        refused=_refused,
        spent=_SPENT,
    ),
    replace(
        OPENROUTER,
        provider="AI Pipe (OpenRouter)",
        base="/openrouter/v1",
        path="/openrouter/v1/chat/completions",
        refused=_refused,
        spent=_SPENT,
    ),
)
