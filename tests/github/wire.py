"""HTTP/1.1 on a loopback socket, down to the ways in which a connection can go wrong."""

import json
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SHUTDOWN_POLL_SECONDS = 0.02
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """One request as it came in, its body complete and its chunks joined."""

    method: str
    target: str
    headers: Message
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path with its percent escapes undone."""
        return unquote(urlsplit(self.target).path)

    @property
    def raw_query(self) -> str:
        """The query string as it was sent, without the question mark."""
        return urlsplit(self.target).query

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that is repeated, the last."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))


class Delivery(Enum):
    """How an answer reaches the client, if it does."""

    WHOLE = "whole"
    CUT_OFF = "half of the body, then the connection ends"
    HANG_UP = "the connection ends before a first byte"
    RESET = "the connection is reset before a first byte"


@dataclass
class Response:
    """One answer: `hold` seconds pass before it is delivered in the given way."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = Delivery.WHOLE
    hold: float = 0.0


def json_response(status: int, value: Any, headers: dict[str, str] | None = None) -> Response:
    """The value as GitHub sends JSON; `None` with a 204 is an empty body."""
    if status == 204:
        return Response(status, dict(headers or {}))
    merged = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Response(status, merged, json.dumps(value).encode())


def text_response(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    """The text as plain UTF-8."""
    merged = {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}
    return Response(status, merged, text.encode())


class Listener:
    """A loopback port that gives every request to one function, each connection on a thread.

    `report` is told of every exception that the function lets out; that connection then ends.
    """

    def __init__(
        self, answer: Callable[[Request], Response], report: Callable[[str], None], port: int = 0
    ) -> None:
        self._server = _Server(answer, report, port)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(SHUTDOWN_POLL_SECONDS,), daemon=True
        )

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()

    def stop(self) -> None:
        """Accept nothing more, end what is open or held back, and wait for every thread."""
        self._server.stopping.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """The threading server that knows its open connections, so that it can end them."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(
        self, answer: Callable[[Request], Response], report: Callable[[str], None], port: int
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self.report = report
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what broke, unless it is only a client that went away."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.report("".join(traceback.format_exception(error)))

    def end_connections(self) -> None:
        """Shut down every open socket; the threads reading from them see the end and leave."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was faster
                    continue


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off one connection and writes the answers, or what a fault leaves of them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        request = Request(self.command, self.path, self.headers, self._read_body())
        response = self.server.answer(request)
        if response.hold:
            self.server.stopping.wait(response.hold)
        try:
            self._deliver(response)
        except ConnectionError:  # the client did not wait for the answer
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _deliver(self, response: Response) -> None:
        if response.delivery is Delivery.RESET:
            self._reset()
        elif response.delivery is Delivery.HANG_UP:
            self.close_connection = True
        else:
            self._write(response)

    def _write(self, response: Response) -> None:
        self.send_response_only(response.status)
        headers = {"Date": self.date_time_string(), **response.headers}
        if response.status not in (204, 304):
            headers.setdefault("Content-Length", str(len(response.body)))
        for name, value in headers.items():
            self.send_header(name, value)
        cut = response.delivery is Delivery.CUT_OFF
        if cut:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if cut else response.body)

    def _reset(self) -> None:
        """Close without a farewell: with no time to linger the kernel sends RST, not FIN.

        The socket is only closed once the file that reads from it is.
        """
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.rfile.close()
        self.connection.close()

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._read_chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _read_chunk(self) -> bytes:
        """The next chunk; the last one is empty."""
        size = int(self.rfile.readline().split(b";")[0] or b"0", 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the log of calls is kept elsewhere."""
