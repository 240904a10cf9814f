"""Uvicorn on a socket that is bound before anything else starts, so its port is known early."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from agent.errors import ConfigurationError
from agent.web.connections import ACCEPTED_AT_ONCE, Connections, most_connections
from agent.web.request_ids import RequestIds

_GRACE_SECONDS = 5
_TICK_SECONDS = 1.0  # the age that the Date header of an answer may have


def bound(address: str, port: int, setting: str = "PORT") -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"cannot listen on {address}:{port} ({error.strerror}): set {setting} or BIND"
        ) from None
    listener.listen(ACCEPTED_AT_ONCE)
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL a browser on this machine can use."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{local}:{port}"


class Server(uvicorn.Server):
    """Uvicorn, but a signal first has `wind_down` done, while callers are answered still.

    A second signal ends at once, as uvicorn does it.
    """

    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(
        self, application: ASGIApp, wind_down: Callable[[], None], most: int | None = None
    ) -> None:
        """`most` connections are held, by default as many as the open files allow."""
        self._ending = asyncio.Event()
        super().__init__(
            uvicorn.Config(
                RequestIds(application),
                http=Connections(most or most_connections()).protocol,  # type: ignore[arg-type]
                ws="none",
                backlog=ACCEPTED_AT_ONCE,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self.is_stopping = False
        self._wind_down = wind_down

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.is_stopping:
            super().handle_exit(sig, frame)
            return
        self.is_stopping = True
        threading.Thread(target=self._end, name="stop").start()

    @property
    def should_exit(self) -> bool:
        return self._should_exit

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self._should_exit = value
        if value and self._loop:
            self._loop.call_soon_threadsafe(self._ending.set)

    async def main_loop(self) -> None:
        """Uvicorn's asks ten times a second whether to end; this one is woken."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _TICK_SECONDS)

    def _end(self) -> None:
        try:
            self._wind_down()
        finally:
            self.should_exit = True


def server(application: ASGIApp, wind_down: Callable[[], None] = lambda: None) -> Server:
    return Server(application, wind_down)


@contextmanager
def in_background(
    application: ASGIApp, listener: socket.socket, most: int | None = None
) -> Iterator[None]:
    """Serve on another thread for as long as the block lasts."""
    running = Server(application, lambda: None, most)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, name="web")
    thread.start()
    try:
        yield
    finally:
        running.should_exit = True
        thread.join()
