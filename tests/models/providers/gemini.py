"""Google's server for Gemini."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.models.providers.dialect import Dialect, data, events, refusing
from tests.openai_server import Sends

_GOOGLE = "type.googleapis.com/google.rpc"


def _candidate(text: str, finish: str = "") -> dict[str, Any]:
    said = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    return {"candidates": [{**said, "finishReason": finish} if finish else said]}


def _stream(pieces: Sequence[str], finish: str) -> str:
    body = data(*map(_candidate, pieces))
    usage = {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}
    return body + (data({**_candidate("", finish), "usageMetadata": usage}) if finish else "")


def _error(status: int, message: str, name: str, *details: object) -> Sends:
    error = {"code": status, "message": message, "status": name, "details": list(details)}
    return refusing(status, {"error": error})


def _limit(headers: Mapping[str, str], unit: str = "Minute") -> Sends:
    words = "You exceeded your current quota, please check your plan and billing details."
    violation = {"quotaId": f"GenerateRequestsPer{unit}PerProjectPerModel-FreeTier"}
    details: list[object] = [{"@type": f"{_GOOGLE}.QuotaFailure", "violations": [violation]}]
    if wait := headers.get("retry-after"):  # Google has it in the body instead
        details.append({"@type": f"{_GOOGLE}.RetryInfo", "retryDelay": f"{wait}s"})
    return _error(429, words, "RESOURCE_EXHAUSTED", *details)


def _blocked(finish: str) -> Sends:
    rating = {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH"}
    candidate = {"finishReason": finish, "index": 0, "safetyRatings": [rating]}
    return events(data({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 11}}))


GEMINI = Dialect(
    provider="Gemini",
    model="gemini/gemini-3.8-flash",
    path="/v1/models/gemini-3.8-flash:streamGenerateContent",
    stream=_stream,
    done="STOP",
    full="MAX_TOKENS",
    refused=_error(
        400,
        "API key not valid. Please pass a valid API key.",
        "INVALID_ARGUMENT",
        {"@type": f"{_GOOGLE}.ErrorInfo", "reason": "API_KEY_INVALID"},
    ),
    spent=_limit({"retry-after": "7"}, "Day"),
    limited=_limit,
    overloaded=_error(503, "The model is overloaded. Please try again later.", "UNAVAILABLE"),
    blocked=(
        _blocked("SAFETY"),
        _blocked("PROHIBITED_CONTENT"),
        events(data({"promptFeedback": {"blockReason": "SAFETY"}})),
    ),
    empty=Sends(200, json.dumps({"usageMetadata": {"promptTokenCount": 11}})),
    broken=data({"error": {"code": 503, "message": "It is overloaded.", "status": "UNAVAILABLE"}}),
)
