"""An HTTP server on loopback that a test can make fail at a call of its choice."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Call:
    """A request as it arrived; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer; `content` that is no bytes is sent as JSON."""

    status: int
    content: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Wrong(Exception):
    """The request is not what the real API takes."""


Answer = Callable[[Call], Reply]


@dataclass
class Fault:
    """For the next call whose name matches: this reply instead of the work, or, without one, the
    work and then no answer at all."""

    name: str
    reply: Reply | None


def ignore(call: Call) -> None:
    return


@dataclass
class Wire:
    """Every call that came, and the faults that still wait for theirs."""

    answer: Answer
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    url: str = ""
    heard: Callable[[Call], None] = ignore
    """Hears each call once its work is done, before it is answered."""

    def fail(self, name: str, reply: Reply, times: int = 1) -> None:
        self.faults += [Fault(name, reply)] * times

    def lose_answer(self, name: str) -> None:
        """Do the next such call's work and hang up."""
        self.faults.append(Fault(name, None))

    def names(self, method: str = "") -> list[str]:
        return [call.name for call in self.calls if call.method.startswith(method)]

    def reply(self, call: Call) -> Reply | None:
        with self.lock:
            self.calls.append(call)
            fault = next((each for each in self.faults if re.search(each.name, call.name)), None)
            if fault:
                self.faults.remove(fault)
                if fault.reply:
                    return fault.reply
            try:
                reply = self.answer(call)
            except (Wrong, KeyError, ValueError) as error:
                reply = Reply(400, {"error": {"code": "bad_request", "message": repr(error)}})
            self.heard(call)
            return None if fault else reply


@contextmanager
def listening(answer: Answer) -> Iterator[Wire]:
    """The server, on a free port, until the block is left."""
    wire = Wire(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wire))
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def only(fields: Mapping[str, Any], *names: str) -> None:
    """Raises Wrong for a field that is none of `names`."""
    if strange := set(fields) - set(names):
        raise Wrong(f"unknown fields {sorted(strange)}")


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            reply = wire.reply(self._call())
            if reply is None:
                self.close_connection = True
                self.connection.close()
                return
            is_bytes = isinstance(reply.content, bytes)
            content = reply.content if is_bytes else json.dumps(reply.content).encode()
            self.send_response(reply.status)
            kind = "application/octet-stream" if is_bytes else "application/json"
            headers = {"Content-Type": kind, **reply.headers, "Content-Length": str(len(content))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            return

        def _call(self) -> Call:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            return Call(self.command, unquote(parts.path), query, headers, self._body(headers))

        def _body(self, headers: Mapping[str, str]) -> bytes:
            if headers.get("transfer-encoding") != "chunked":
                return self.rfile.read(int(headers.get("content-length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

    return Handler
