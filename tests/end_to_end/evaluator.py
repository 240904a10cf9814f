"""An evaluation endpoint on loopback that looks at the page in the moment it is notified."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

_SECONDS = 10.0


@dataclass(frozen=True)
class Notification:
    """What was told when (`time.monotonic`), and the page's bytes as served at that moment."""

    at: float
    payload: dict[str, Any]
    page: bytes


@dataclass
class Evaluator:
    """The endpoint's URL and what it was told."""

    url: str
    notifications: list[Notification] = field(default_factory=list)

    def of(self, task: str, round_: int) -> list[Notification]:
        return [
            told
            for told in self.notifications
            if (told.payload["task"], told.payload["round"]) == (task, round_)
        ]


@contextmanager
def evaluator() -> Iterator[Evaluator]:
    """Takes every notification with 200."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            at = time.monotonic()
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            page = _seen(f"{payload['pages_url']}index.html?evaluator={time.time_ns()}")
            endpoint.notifications.append(Notification(at, payload, page))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what counts is kept."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint = Evaluator(f"http://127.0.0.1:{server.server_port}/evaluate")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _seen(url: str) -> bytes:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=_SECONDS).content
