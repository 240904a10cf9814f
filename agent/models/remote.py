"""Models that answer over the network, through litellm: the only file that names it.

litellm is imported at the first question, by a server before it (3 CPU-seconds, 125 MiB). It
neither retries nor reports here: retries are `FirstThatAnswers`', and its own price map is used
instead of a download.
"""

import functools
import logging
import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.models.chat_messages import continued, messages_of
from agent.models.continuation import join
from agent.models.error_messages import ModelBusy, model_error
from agent.models.redaction import Redactor
from agent.models.stream_endings import GeminiStream, PlainChunks, kind_of_end
from agent.models.stream_timeout import Stalled, items_in_time
from agent.ports import Listener, Prompt
from agent.usage import Usage
from agent.values import Answer

_log = logging.getLogger("galley.models")

_CONTINUATIONS = 3
_CONNECT_SECONDS = 10.0
_UNSTREAMED = 3
"""How many times longer an answer may be silent that comes all at once."""

_NO_KEY = "none"
"""Sent where none is set: else the client sends whatever key it finds in the environment."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """What follows the last piece. No `finish`: the stream ended before the answer did."""

    finish: str | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One call: what was said in it, and how it ended."""

    text: str
    ending: _Ending


_Pieces = Generator[str | _Ending, None, None]


class LiteLLM:
    """One model of one provider, by its litellm name; `base_url` for an endpoint of one's own.

    `secrets` are taken out of every error besides the key. `stream_timeout` is how many seconds of
    silence may pass before and between the pieces of a streamed answer. With `sees` it is sent
    pictures also where litellm does not know that it takes any.
    """

    def __init__(
        self,
        name: str,
        api_key: str = "",
        base_url: str = "",
        secrets: Iterable[str] = (),
        stream_timeout: float = 120.0,
        *,
        sees: bool = False,
    ) -> None:
        self.name = name
        self._is_said_to_see = sees
        self._key = api_key or (_NO_KEY if base_url else None)
        self._base_url = base_url or None
        self._label = (
            f"{name} at {urlsplit(base_url).netloc.rpartition('@')[2]}" if base_url else name
        )
        self._redactor = Redactor((api_key, *secrets))
        self._stream_timeout = stream_timeout
        self._streams = True

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        """The whole answer, over as many calls as it takes up to a bound.

        `listen` hears each piece as it comes, so also the words that a continuation repeats and
        those of a stream that has to be asked for again.
        """
        began = time.monotonic()
        _vendor()  # its import is not the model's silence
        turns: list[_Turn] = []
        text = ""
        while not turns or self._is_cut_off(turns):
            turn = self._turn(self._request(prompt, text, deadline), deadline, listen)
            text = join(text, turn.text)
            turns.append(turn)
        return Answer(text, self.name, self._usage(turns, time.monotonic() - began))

    def _is_cut_off(self, turns: list[_Turn]) -> bool:
        """Whether the answer goes on after the last turn. Raises ModelError: it never will."""
        last = turns[-1]
        has_text = bool(last.text.strip())
        match kind_of_end(last.ending.finish):
            case "length" if not has_text:
                raise ModelError(
                    f"{self._label} used up its tokens ({last.ending.completion_tokens}) without a "
                    "word of its answer. Try a model that reasons less, or one with a larger limit"
                )
            case "length" if len(turns) > _CONTINUATIONS:
                raise ModelError(
                    f"{self._label} was cut off {len(turns)} times and still was not done. "
                    "Ask for less, or set MODEL to one with a larger output limit"
                )
            case "length":
                return True
            case "stop" if has_text or len(turns) > 1:
                return False
            case "stop":
                raise ModelBusy(
                    f"{self._label} gave an empty answer. Ask again, or try another MODEL"
                )
            case "interrupted":
                raise ModelBusy(
                    f"{self._label} broke off its answer ({last.ending.finish}). Ask again, or add "
                    "FALLBACK_MODELS"
                )
            case "content_filter":
                raise ModelError(
                    f"{self._label}'s content filter stopped the answer. Reword the brief"
                )
            case _:
                raise ModelError(
                    f"{self._label} called a tool, and was offered none. Set MODEL to another one"
                )

    def _turn(self, request: dict[str, Any], deadline: Deadline, listen: Listener) -> _Turn:
        """One call, streamed; and once more unstreamed where no stream came or it broke off.

        litellm gives a broken stream the finish reason `stop`: only the provider's own counts.
        A server that ignores `stream` shows as a stream without any pieces.
        """
        if self._streams:
            turn = self._hear(lambda: _streamed(request), deadline, self._stream_timeout, listen)
            if turn.ending.finish:
                return turn
        whole = self._hear(
            lambda: _whole(request), deadline, self._stream_timeout * _UNSTREAMED, listen
        )
        self._streams = self._streams and bool(turn.text)
        return whole

    def _hear(
        self,
        source: Callable[[], _Pieces],
        deadline: Deadline,
        seconds: float,
        listen: Listener,
    ) -> _Turn:
        said: list[str] = []
        failure: ModelError
        try:
            silence = min(seconds, deadline.patience)
            for piece in items_in_time(source, deadline, silence, (_root_error(),)):
                if isinstance(piece, _Ending):
                    return _Turn("".join(said), piece)
                if piece:
                    said.append(piece)
                    listen(piece)
            failure = ModelBusy(f"{self._label} ended without an end")
        except Stalled as stalled:
            failure = ModelBusy(
                f"{self._label} hangs: {stalled}. Try again, or add FALLBACK_MODELS"
            )
        except _root_error() as error:
            failure = self._translate(error)
        # Raised outside of the handlers: the vendor's error may carry the key, and must not be
        # found in `__context__` by whoever logs this one.
        raise failure

    def _translate(self, error: Exception) -> ModelError:
        """The vendor's error in our words; litellm keeps the response's headers in odd places."""
        original = getattr(error, "original_exception", None) or error
        headers = getattr(original, "litellm_response_headers", None)
        status = int(getattr(error, "status_code", None) or 500)
        body = getattr(error, "body", None)
        code = body.get("code") if isinstance(body, dict) else None
        said = f"{error} ({code})" if isinstance(code, str) else str(error)
        return model_error(self._label, status, self._redactor.redact(said), headers)

    def _request(self, prompt: Prompt, text: str, deadline: Deadline) -> dict[str, Any]:
        """The arguments of litellm's `completion`; `text` is what was said before a cut."""
        messages = messages_of(prompt, self.name, sees=self._sees(prompt))
        wished = {
            "temperature": prompt.temperature,
            "seed": prompt.seed,
            "max_tokens": prompt.max_tokens,
        }
        return {
            "model": self.name,
            "messages": continued(messages, text) if text else messages,
            "api_key": self._key,
            "base_url": self._base_url,
            "timeout": _timeout(min(self._stream_timeout * _UNSTREAMED, deadline.remaining)),
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,  # reasoning models refuse a temperature
            **{name: value for name, value in wished.items() if value is not None},
        }

    def _sees(self, prompt: Prompt) -> bool:
        """Whether the model is sent the prompt's pictures. Raises ModelError where they are all
        that it is asked about."""
        if not any(message.images for message in prompt.messages):
            return False
        if self._is_said_to_see or _vendor().supports_vision(model=self.name):
            return True
        if prompt.is_optional:
            raise ModelError(
                f"{self._label} is not known to take pictures. If it does, set REVIEW=true"
            )
        return False

    def _usage(self, turns: list[_Turn], seconds: float) -> Usage:
        endings = [turn.ending for turn in turns]
        costs = [ending.cost for ending in endings if ending.cost is not None]
        return Usage(
            sum(ending.prompt_tokens for ending in endings),
            sum(ending.completion_tokens for ending in endings),
            sum(costs) if costs else None,
            seconds,
        )


def _streamed(request: dict[str, Any]) -> _Pieces:
    """A piece for each chunk, empty where the model only thinks: that, too, is a sign of life."""
    stream = _vendor().completion(**request, stream=True, stream_options={"include_usage": True})
    chunks = PlainChunks(stream.completion_stream)
    gemini = None
    if stream.completion_stream is not None:
        stream.completion_stream = chunks
    elif request["model"].startswith("gemini/"):  # its stream is opened at the first chunk
        stream.make_call = gemini = GeminiStream(stream.make_call)
    usage = None
    try:
        for chunk in stream:
            usage = getattr(chunk, "usage", None) or usage
            yield (chunk.choices[0].delta.content or "") if chunk.choices else ""
    finally:
        _hang_up(stream)
    finish = stream.received_finish_reason or stream.intermittent_finish_reason
    if gemini and not gemini.has_end:
        finish = None
    yield _ending(request["model"], chunks.refusal or finish or chunks.empty_finish, usage)


def _hang_up(stream: Any) -> None:
    """End the connection of a stream that is left early, so that no more tokens are paid for.

    litellm's wrapper has no `close`, and is in a cycle that keeps the connection open.
    """
    if close := getattr(stream.completion_stream, "close", None):  # Gemini's ends by itself
        close()


def _whole(request: dict[str, Any]) -> _Pieces:
    response = _vendor().completion(**request)
    choice = response.choices[0] if response.choices else None
    yield (choice.message.content or "") if choice else ""
    refusal = "refusal" if choice and getattr(choice.message, "refusal", None) else None
    finish = choice.finish_reason if choice else None
    yield _ending(request["model"], refusal or finish, getattr(response, "usage", None))


def _ending(model: str, finish: str | None, usage: Any) -> _Ending:
    if usage is None:
        return _Ending(finish)
    return _Ending(
        finish, usage.prompt_tokens or 0, usage.completion_tokens or 0, _cost(model, usage)
    )


def _cost(model: str, usage: Any) -> float | None:
    """US dollars by litellm's price map, what is kept at its own price; None: no price is known.

    For some models that are not in its map litellm says 0 instead of raising.
    """
    vendor = _vendor()
    try:
        return sum(vendor.cost_per_token(model=model, usage_object=usage)) or None
    except vendor.exceptions.ModelNotMappedError:
        return None


def _timeout(silence: float) -> Any:
    """The socket's time-outs, beyond ours: they only end a thread that nobody waits for."""
    import httpx

    return httpx.Timeout(silence + _CONNECT_SECONDS, connect=_CONNECT_SECONDS)


def load_library() -> None:
    """Import litellm now, so that the first question does not wait for it."""
    began = time.monotonic()
    _vendor()
    _root_error()
    seconds = round(time.monotonic() - began, 3)
    _log.info("litellm is loaded", extra={"seconds": seconds})


def provide(variables: Mapping[str, str]) -> None:
    """Let litellm find providers' keys and addresses where it looks for them; what is set stays."""
    for name, value in variables.items():
        os.environ.setdefault(name, value)


def window_of(name: str) -> int | None:
    """How many tokens a model takes in, where its vendor's price list says so. Imports litellm."""
    listed: Mapping[str, Mapping[str, Any]] = _vendor().model_cost
    found = listed.get(name) or listed.get(name.partition("/")[2]) or {}
    window = found.get("max_input_tokens")
    return window if isinstance(window, int) else None


def why_unusable(name: str) -> str:
    """Why a model cannot be asked without a key of ours; empty where it can. Imports litellm."""
    vendor = _vendor()
    try:
        vendor.get_llm_provider(model=name)
    except vendor.exceptions.BadRequestError:
        return f"no provider is known for the model {name}"
    missing = vendor.validate_environment(model=name)["missing_keys"]
    keys = [key for key in missing if key.endswith("_API_KEY")]
    return f"the model {name} needs {' or '.join(keys)}" if keys else ""


def _root_error() -> type[Exception]:
    """The root of litellm's errors, which is its vendored client's."""
    import openai

    return openai.OpenAIError


@functools.cache
def _vendor() -> ModuleType:
    """litellm, made quiet before and after its import."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its records repeat vendors' words
    for name in ("httpx", "openai"):
        logging.getLogger(name).setLevel(logging.WARNING)  # theirs have URLs and headers in them
    return litellm
