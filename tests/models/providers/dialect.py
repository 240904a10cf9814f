"""What a provider's server says on the wire, the good and the bad, in the provider's own words."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.openai_server import Asked, Fault, Reply, Sends

KEY = "sk-canary-0123456789abcdefABCDEF"
PIECES = ("Hello ", "wor", "ld")

Said = Reply | Callable[[Asked], Reply]


@dataclass(frozen=True)
class Dialect:
    """One provider's server: where it is asked, and how it says what happens to every provider.

    `stream` writes the events of a streamed answer that ends for a reason; without one, that breaks
    off. `limited` is a 429 with more headers. `blocked` are its ways to refuse for safety, `empty`
    an answer without any choice, `broken` an error in the middle of a stream, and `spent` says that
    there is no credit left.
    """

    provider: str
    model: str
    path: str
    stream: Callable[[Sequence[str], str], str]
    done: str
    full: str
    refused: Said
    limited: Callable[[Mapping[str, str]], Sends]
    overloaded: Said
    blocked: tuple[Said, ...]
    empty: Said
    broken: str = ""
    spent: Said | None = None
    unloaded: Said | None = None
    base: str = "/v1"

    def __str__(self) -> str:
        return self.provider

    @property
    def answer(self) -> Sends:
        return events(self.stream(PIECES, self.done))

    @property
    def cut(self) -> Sends:
        """The connection ends in the middle of the answer."""
        return replace(self.ended, cut=True)

    @property
    def ended(self) -> Sends:
        """The stream ends properly, the answer does not."""
        return events(self.stream(PIECES[:1], ""))

    @property
    def stalled(self) -> Sends:
        return replace(self.ended, stalls=True)

    @property
    def silent(self) -> Fault:
        return Fault.HANG


def events(body: str) -> Sends:
    return Sends(200, body, "text/event-stream")


def data(*payloads: object) -> str:
    """Server-sent events without names."""
    return "".join(f"data: {json.dumps(payload)}\n\n" for payload in payloads)


def refusing(status: int, body: object, headers: Mapping[str, str] | None = None) -> Sends:
    return Sends(status, json.dumps(body), headers=headers or {})
