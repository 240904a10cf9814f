"""The ways in which providers end a streamed answer, and write its text, as one way."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

_TEXT_PARTS = ("text", "output_text", None)
"""Types of the parts of a message that are its text."""

_GEMINI_ENDS = ('"finishReason"', '"blockReason"')

_KINDS_OF_END = {
    **dict.fromkeys(
        ("length", "max_tokens", "max_output_tokens", "max_length", "model_length"), "length"
    ),
    **dict.fromkeys(
        ("content_filter", "safety", "refusal", "recitation", "blocklist", "prohibited_content"),
        "content_filter",
    ),
    **dict.fromkeys(("tool_calls", "function_call", "tool_use"), "tool_calls"),
    **dict.fromkeys(
        ("error", "network_error", "abort", "aborted", "cancelled", "timeout"), "interrupted"
    ),
}
"""Providers' finish reasons that are not the end of an answer, in lower case."""


def kind_of_end(finish: str | None) -> str:
    """What a provider's finish reason means; an unknown one is an end, and the text is proved."""
    return _KINDS_OF_END.get((finish or "").lower(), "stop")


class PlainChunks:
    """A vendor's chunks before litellm reads them, with what litellm drops made plain.

    litellm drops text that comes as a list of parts, and the finish reason "". `empty_finish` is
    "stop" where the last chunk with a choice has that reason and no text. `refusal` is "refusal"
    where the model said why it refuses: its finish reason is then an ordinary one.
    """

    def __init__(self, chunks: Any) -> None:
        self.empty_finish: str | None = None
        self.refusal: str | None = None
        self._chunks = chunks

    def __iter__(self) -> "PlainChunks":
        return self

    def __next__(self) -> Any:
        chunk = next(self._chunks)
        for choice in getattr(chunk, "choices", None) or ():
            delta = getattr(choice, "delta", None)
            if isinstance(content := getattr(delta, "content", None), list):
                choice.delta.content = content = _text_of(content)
            if getattr(delta, "refusal", None):
                self.refusal = "refusal"
            is_end = getattr(choice, "finish_reason", None) == "" and not content
            self.empty_finish = "stop" if is_end else None
        return chunk

    def close(self) -> None:
        """End the connection; most providers have only the lines of their answer to end."""
        lines = getattr(self._chunks, "streaming_response", None)
        (lines or self._chunks).close()


class GeminiStream:
    """Opens a stream of Gemini's and reads along: litellm takes each of its pieces for the last.

    `has_end` where the stream gave the reason of its end, so that it was not cut off.
    """

    def __init__(self, opening: Callable[..., Any]) -> None:
        self.has_end = False
        self._opening = opening

    def __call__(self, **given: Any) -> Any:
        stream = self._opening(**given)
        stream.streaming_response = self._read(stream.streaming_response)
        return stream

    def _read(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            # Quotes within a text are escaped, so that no answer can hold these words.
            self.has_end = self.has_end or any(name in line for name in _GEMINI_ENDS)
            yield line


def _text_of(parts: Iterable[Any]) -> str:
    """The text parts of a message, without the parts that a model thinks in."""
    texts = (part for part in parts if isinstance(part, dict) and part.get("type") in _TEXT_PARTS)
    return "".join(str(part.get("text") or "") for part in texts)
