"""The chat-completions format that OpenAI made and many servers speak."""

from collections.abc import Sequence
from typing import Any

from tests.models.providers.dialect import data, events, refusing
from tests.openai_server import Sends


def chunk(delta: object, finish: str | None = None, **more: object) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**_ENVELOPE, "choices": [choice], **more}


def stream(pieces: Sequence[str], finish: str) -> str:
    body = data(*(chunk({"role": "assistant", "content": piece}) for piece in pieces))
    if not finish:
        return body
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    ending = data(chunk({}, finish), {**_ENVELOPE, "choices": [], "usage": usage})
    return body + ending + "data: [DONE]\n\n"


def blocked(*pieces: str) -> Sends:
    return events(stream(pieces, "content_filter"))


def empty() -> Sends:
    return refusing(200, {**_ENVELOPE, "object": "chat.completion", "choices": []})


_ENVELOPE = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
