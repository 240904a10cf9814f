"""Uvicorn on a socket that is bound before anything else starts, so its port is known early."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from agent.errors import ConfigurationError

_BACKLOG = 512
_GRACE_SECONDS = 30


def bound(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"cannot listen on {address}:{port} ({error.strerror}): set PORT or BIND"
        ) from None
    listener.listen(_BACKLOG)
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL a browser on this machine can use."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{local}:{port}"


def server(application: Starlette) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


@contextmanager
def in_background(application: Starlette, listener: socket.socket) -> Iterator[None]:
    """Serve on another thread for as long as the block lasts."""
    running = server(application)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, name="web")
    thread.start()
    try:
        yield
    finally:
        running.should_exit = True
        thread.join()
