"""Servers that people run themselves and that speak chat completions, each with its own errors."""

from collections.abc import Mapping
from dataclasses import replace

from tests.models.providers import chat
from tests.models.providers.dialect import Dialect, data, refusing
from tests.models.providers.openai import OPENAI
from tests.openai_server import Sends


def _ollama(status: int, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    error = {"message": message, "type": "api_error", "param": None, "code": None}
    return refusing(status, {"error": error}, headers)


def _vllm(status: int, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    error = {"message": message, "type": "BadRequestError", "param": None, "code": status}
    return refusing(status, {"error": error}, headers)


def _old_vllm(status: int, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    """As before its version 0.10."""
    body = {"object": "error", "message": message, "type": "BadRequestError", "param": None}
    return refusing(status, {**body, "code": status}, headers)


def _lm_studio(status: int, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    return refusing(status, {"error": message}, headers)


def _llama_cpp(status: int, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    error = {"code": status, "message": message, "type": "unavailable_error"}
    return refusing(status, {"error": error}, headers)


_OWN = replace(OPENAI, model="openai/qwen3-coder", blocked=(chat.blocked("No"),), spent=None)

OLLAMA = replace(
    _OWN,
    provider="Ollama",
    refused=_ollama(401, "unauthorized"),
    limited=lambda headers: _ollama(429, "too many concurrent requests", headers),
    overloaded=_ollama(503, "server busy, please try again. maximum pending requests exceeded"),
    broken=data({"error": {"message": "llama runner process has terminated", "type": "api_error"}}),
    unloaded=_ollama(404, 'model "qwen3-coder" not found, try pulling it first'),
)

VLLM = replace(
    _OWN,
    provider="vLLM",
    refused=refusing(401, {"error": "Unauthorized"}),
    limited=lambda headers: _vllm(429, "Too many requests", headers),
    overloaded=_vllm(503, "EngineDeadError"),
    broken=data({"error": {"message": "EngineCore has died", "type": "Error", "code": 500}}),
    unloaded=_vllm(404, "The model `qwen3-coder` does not exist."),
)

OLD_VLLM = replace(
    VLLM,
    provider="vLLM before 0.10",
    limited=lambda headers: _old_vllm(429, "Too many requests", headers),
    overloaded=_old_vllm(503, "EngineDeadError"),
    broken=data({"object": "error", "message": "EngineCore has died", "code": 500}),
    unloaded=_old_vllm(404, "The model `qwen3-coder` does not exist."),
)

LM_STUDIO = replace(
    _OWN,
    provider="LM Studio",
    refused=_lm_studio(401, "An LM Studio API token is required"),
    limited=lambda headers: _lm_studio(429, "Too many requests", headers),
    overloaded=_lm_studio(500, "Model is unloaded."),
    broken="event: error\n" + data({"error": {"message": "The model has crashed"}}),
    unloaded=_lm_studio(404, "No models loaded. Please load a model in the developer page."),
)

LLAMA_CPP = replace(
    _OWN,
    provider="llama.cpp",
    refused=refusing(
        401,
        {"error": {"code": 401, "message": "Invalid API Key", "type": "authentication_error"}},
    ),
    limited=lambda headers: _llama_cpp(429, "no slot available", headers),
    overloaded=_llama_cpp(503, "Loading model"),
    broken="error: " + data({"code": 500, "message": "Failed to decode"}).removeprefix("data: "),
)

OWN_SERVERS: tuple[Dialect, ...] = (OLLAMA, VLLM, OLD_VLLM, LM_STUDIO, LLAMA_CPP)
