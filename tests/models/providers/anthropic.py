"""Anthropic's server, which names its events."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.models.providers.dialect import Dialect, events, refusing
from tests.openai_server import Sends


def _event(kind: str, **more: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n"


def _start() -> str:
    usage = {"input_tokens": 11, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude"}
    begun: dict[str, Any] = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    return _event("message_start", message=begun)


def _stream(pieces: Sequence[str], finish: str) -> str:
    body = _start() + _event("ping")
    if pieces:
        block = {"type": "text", "text": ""}
        body += _event("content_block_start", index=0, content_block=block)
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        body += _event("content_block_delta", index=0, delta=delta)
    if not finish:
        return body
    if pieces:
        body += _event("content_block_stop", index=0)
    ending = {"stop_reason": finish, "stop_sequence": None}
    body += _event("message_delta", delta=ending, usage={"output_tokens": 7})
    return body + _event("message_stop")


def _error(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return refusing(status, body, headers)


def _limited(headers: Mapping[str, str]) -> Sends:
    words = "This request would exceed your organization's rate limit of 30,000 input tokens."
    return _error(429, "rate_limit_error", words, headers)


ANTHROPIC = Dialect(
    provider="Anthropic",
    model="anthropic/claude-sonnet-4-5",
    path="/v1/messages",
    stream=_stream,
    done="end_turn",
    full="max_tokens",
    refused=_error(401, "authentication_error", "invalid x-api-key"),
    limited=_limited,
    overloaded=_error(529, "overloaded_error", "Overloaded"),
    blocked=(events(_stream(("No",), "refusal")), events(_stream((), "refusal"))),
    empty=events(_stream((), "end_turn")),
    broken=_event("error", error={"type": "overloaded_error", "message": "Overloaded"}),
    spent=_error(
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please purchase credits.",
    ),
    base="",
)
