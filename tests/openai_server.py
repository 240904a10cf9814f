"""A real OpenAI-compatible chat-completions server on loopback, with the faults real ones have.

    with OpenAIServer(["first answer", busy(retry_after=1), Says("second", pieces=5)]) as server:
        ... server.base_url, server.asked ...

A reply is text, `Says`, `Sends`, a `Fault`, or a function from the request to one of these. They
are used up in order; one function instead of a list answers every request.

`python -m tests.openai_server FOLDER` replays a folder of `Scripted` answers and prints its URL.
"""

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, cast

from agent.deadline import Deadline
from agent.models.scripted import Scripted
from agent.ports import Message, Prompt

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """The key as OpenAI, Gemini or Anthropic is sent it."""
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        own = (self.headers.get(name, "") for name in ("x-goog-api-key", "x-api-key"))
        return bearer or "".join(own)

    @property
    def text(self) -> str:
        """All the words of the conversation, joined."""
        return "\n".join(_words(message["content"]) for message in self.body["messages"])


@dataclass(frozen=True)
class Says:
    """An answer in so many `pieces`, `pause` seconds before each.

    `finish` "" ends the stream without a finish reason; `stalls` sends the first piece and then
    nothing more; `resets` sends the first piece and resets the connection.
    """

    text: str
    finish: str = "stop"
    pieces: int = 3
    pause: float = 0.0
    prompt_tokens: int = 11
    completion_tokens: int = 7
    stalls: bool = False
    resets: bool = False
    streams: bool = True


@dataclass(frozen=True)
class Sends:
    """An HTTP response byte for byte, `pause` seconds before each line of its body.

    `cut` closes the connection before the body is whole; `stalls` keeps it open and sends no more.
    """

    status: int
    body: str
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    cut: bool = False
    stalls: bool = False


class Fault(Enum):
    """No response at all."""

    HANG = "nothing is sent until the server stops"
    RESET = "the connection is reset before a first byte"


Reply = str | Says | Sends | Fault
Replies = Sequence["Reply | Callable[[Asked], Reply]"] | Callable[[Asked], Reply]


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Sends:
    """An error as OpenAI words it."""
    body = {"error": {"message": message, "type": "error", "param": None, "code": None}}
    return Sends(status, json.dumps(body), headers=headers or {})


def busy(retry_after: float | str) -> Sends:
    return refusal(429, "Rate limit reached", {"Retry-After": str(retry_after)})


def unknown_key(asked: Asked) -> Sends:
    """A 401 that echoes the key, as several real servers do."""
    return refusal(401, f"Incorrect API key provided: {asked.key}")


def html(status: int = 200) -> Sends:
    """What a wrong URL or a proxy answers."""
    return Sends(status, "<!doctype html><title>Welcome</title><h1>It works!</h1>", "text/html")


def no_choices() -> Sends:
    return Sends(200, json.dumps({"id": "1", "object": "chat.completion", "choices": []}))


def tool_call() -> Sends:
    """An answer that calls a tool nobody offered."""
    call = {"id": "c", "type": "function", "function": {"name": "write", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return Sends(200, json.dumps(_completion("any", message, "tool_calls", Says(""))))


def gemini(*pieces: str, finish: str = "STOP", pause: float = 0.0) -> Sends:
    """A streamed answer in Gemini's own protocol."""
    candidates = [{"content": {"parts": [{"text": piece}], "role": "model"}} for piece in pieces]
    ending = {"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": finish}
    events: list[dict[str, Any]] = [{"candidates": [each]} for each in (*candidates, ending)]
    events[-1] |= {"usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 7}}
    body = "".join(f"data: {json.dumps(event)}\r\n\r\n" for event in events)
    return Sends(200, body, "text/event-stream", pause=pause)


class OpenAIServer:
    """Serves `replies` on a free loopback port while the `with` block runs; `asked` records."""

    def __init__(self, replies: Replies) -> None:
        self.asked: list[Asked] = []
        self.is_left = threading.Event()
        """Set when a client was seen to go away in the middle of an answer."""
        self.stopping = threading.Event()
        self._replies = replies
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.script = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, asked: Asked) -> Reply:
        """The next reply; one that the client will not ask for again when there is none left."""
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
        if callable(self._replies):
            return self._replies(asked)
        if number > len(self._replies):
            return refusal(400, f"the test's script has no reply {number}")
        chosen = self._replies[number - 1]
        return chosen(asked) if callable(chosen) else chosen


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    script: OpenAIServer


class _Handler(BaseHTTPRequestHandler):
    """One request per connection: what a test sees is then never a reused connection's state."""

    @property
    def _script(self) -> OpenAIServer:
        return cast(_Server, self.server).script

    def do_POST(self) -> None:
        script = self._script
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, json.loads(raw))
        reply = script.reply(asked)
        try:
            self._deliver(Says(reply) if isinstance(reply, str) else reply, asked)
        except ConnectionError:
            script.is_left.set()

    def _deliver(self, reply: Says | Sends | Fault, asked: Asked) -> None:
        match reply:
            case Fault.HANG:
                self._hold()
            case Fault.RESET:
                self._reset()
            case Sends():
                self._send(reply)
            case Says() if asked.body.get("stream") and reply.streams:
                self._stream(reply, asked)
            case Says():
                message = {"role": "assistant", "content": reply.text}
                body = _completion(asked.body["model"], message, reply.finish, reply)
                self._send(Sends(200, json.dumps(body)))

    def _send(self, sends: Sends) -> None:
        content = sends.body.encode()
        self.send_response(sends.status)
        for name, value in sends.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", sends.media_type)
        self.send_header("Content-Length", str(len(content) + (sends.cut or sends.stalls)))
        self.end_headers()
        for line in content.splitlines(keepends=True):
            self._script.stopping.wait(sends.pause)
            self.wfile.write(line)
        if sends.stalls:
            self._hold()

    def _stream(self, says: Says, asked: Asked) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in _events(says, asked.body):
            self._script.stopping.wait(says.pause)
            self.wfile.write(f"data: {event}\n\n".encode())
            if says.stalls:
                self._hold()
                return
            if says.resets:
                self._reset()
                return

    def _hold(self) -> None:
        """Send nothing until the client or the test is done."""
        script = self._script
        self.connection.settimeout(0.02)
        while not script.stopping.is_set():
            try:
                if self.connection.recv(1) == b"":
                    script.is_left.set()
                    return
            except TimeoutError:
                continue

    def _reset(self) -> None:
        """Close with no time to linger: the kernel then sends RST instead of FIN."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.rfile.close()
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Say nothing: `asked` has it all."""


def _events(says: Says, body: Mapping[str, Any]) -> Iterator[str]:
    """The data of each server-sent event, as OpenAI sends them."""
    size = -(-len(says.text) // says.pieces) or 1
    for start in range(0, len(says.text), size):
        yield _chunk(body["model"], {"content": says.text[start : start + size]}, None)
    if says.finish:
        yield _chunk(body["model"], {}, says.finish)
        if body.get("stream_options", {}).get("include_usage"):
            yield json.dumps(_envelope(body["model"], "chat.completion.chunk") | _usage(says))
        yield "[DONE]"


def _envelope(model: str, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": model, "choices": []}


def _usage(says: Says) -> dict[str, Any]:
    spent = (says.prompt_tokens, says.completion_tokens)
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return {"usage": dict(zip(names, (*spent, sum(spent)), strict=True))}


def _chunk(model: str, delta: Mapping[str, str], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps(_envelope(model, "chat.completion.chunk") | {"choices": [choice]})


def _completion(model: str, message: object, finish: str, says: Says) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return _envelope(model, "chat.completion") | {"choices": [choice]} | _usage(says)


def _words(content: str | Sequence[Mapping[str, str]]) -> str:
    """A message's text, whether sent as a string or as parts."""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def replay(folder: Path) -> Callable[[Asked], Reply]:
    """Every request is answered by the scripted model of that folder."""
    model = Scripted(folder)

    def reply(asked: Asked) -> Reply:
        prompt = Prompt((Message("user", asked.text),))
        return model.answer(prompt, Deadline.within(60), lambda piece: None).text

    return reply


if __name__ == "__main__":
    with OpenAIServer(replay(Path(sys.argv[1]))) as running:
        print(running.base_url, flush=True)
        threading.Event().wait()
