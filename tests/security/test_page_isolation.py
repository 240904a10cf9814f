"""F1 of SECURITY.md: a page that reaches for loopback and the local network touches nothing.

Connections are counted by listeners that never answer: the kernel completes the handshake, so
even a connection that TLS or CORS would have refused later is a hit.
"""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.ports import BrowserPage, Served
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import find_executable

pytestmark = pytest.mark.browser


class Listener:
    """A TCP and a UDP socket on one port of an address, which count who came."""

    def __init__(self, address: str) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.tcp = socket.create_server((address, 0), family=family, backlog=100)
        self.port: int = self.tcp.getsockname()[1]
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.udp.bind((address, self.port))
        self.address = address
        for listening in (self.tcp, self.udp):
            listening.setblocking(False)

    @property
    def host(self) -> str:
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return f"{shown}:{self.port}"

    def hits(self) -> int:
        connections = _count(lambda: self.tcp.accept()[0].close())
        return connections + _count(lambda: self.udp.recv(2000))

    def close(self) -> None:
        self.tcp.close()
        self.udp.close()


def _count(take: Callable[[], object]) -> int:
    """How often something is there to be taken."""
    number = 0
    while True:
        try:
            take()
        except BlockingIOError:
            return number
        number += 1


def lan_address() -> str | None:
    """This machine's address towards others; a UDP socket sends nothing by connecting."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        try:
            out.connect(("203.0.113.1", 9))
        except OSError:
            return None
        address: str = out.getsockname()[0]
        return None if address.startswith("127.") else address


@pytest.fixture
def listeners() -> Iterator[Sequence[Listener]]:
    addresses = ["127.0.0.1", *([lan] if (lan := lan_address()) else [])]
    with ExitStack() as stack:
        made = [Listener(address) for address in addresses]
        for listener in made:
            stack.callback(listener.close)
        yield made


@pytest.fixture
def executable() -> Path:
    found = find_executable("", os.environ)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


WAYS = Path(__file__).with_name("reaching.js").read_text()
WORKER_WAYS = Path(__file__).with_name("reaching_worker.js").read_text()


def reaching_page(listener: Listener) -> dict[str, bytes]:
    names = [listener.host]
    if listener.address == "127.0.0.1":
        known = "localhost", "2130706433", "a.localhost", socket.gethostname()
        names += [f"{name}:{listener.port}" for name in known]
    scripts = "".join(f"<script>{{ const host = '{name}'; {WAYS} }}</script>" for name in names)
    return {"index.html": f"<!doctype html><title>Reach</title><body>{scripts}".encode()}


async def linger(page: BrowserPage) -> None:
    """Stay until everything that the page set off had its time."""
    await page.open()
    await page.evaluate("new Promise(done => setTimeout(done, 2000))", 4)


async def try_all(page: BrowserPage) -> bool:
    await linger(page)
    return (await page.evaluate("window.hasTriedAll", 4)).is_truthy and not page.log.errors


def test_a_page_that_reaches_for_loopback_and_the_network_touches_nothing(
    executable: Path, listeners: Sequence[Listener]
) -> None:
    def fetch(url: str, deadline: Deadline) -> Served:
        asked.append(url)
        return Served(200, b"")

    asked: list[str] = []
    with Chromium(executable, fetch) as browser:
        for listener in listeners:
            assert browser.visit(reaching_page(listener), try_all, Deadline.within(60))

    assert [listener.hits() for listener in listeners] == [0] * len(listeners)
    assert asked == []


@pytest.mark.parametrize(
    "way", ["location.href = url", "location.replace(url)", "open(url, '_self')"]
)
def test_a_page_that_navigates_to_loopback_does_not_arrive(
    executable: Path, listeners: Sequence[Listener], way: str
) -> None:
    with Chromium(executable) as browser:
        for listener in listeners:
            script = f"const url = 'https://{listener.host}/'; {way}"
            draft = f"<!doctype html><title>x</title><script>{script}</script>"
            browser.visit({"index.html": draft.encode()}, linger, Deadline.within(60))

    assert [listener.hits() for listener in listeners] == [0] * len(listeners)


async def activate(page: BrowserPage) -> bool:
    """Whether the page's service worker ran to its end."""
    await page.open()
    return (await page.evaluate("hasTriedAll", 10)).is_truthy and not page.log.errors


def test_a_service_worker_that_reaches_for_loopback_and_the_network_touches_nothing(
    executable: Path, listeners: Sequence[Listener]
) -> None:
    body = """<!doctype html><title>Reach</title><body><script>
      const workers = navigator.serviceWorker;
      const hasTriedAll = new Promise(done => workers.onmessage = said => done(said.data));
      workers.register("sw.js");
    </script>"""
    with Chromium(executable) as browser:
        for listener in listeners:
            worker = f"const host = '{listener.host}';\n{WORKER_WAYS}"
            files = {"index.html": body.encode(), "sw.js": worker.encode()}
            assert browser.visit(files, activate, Deadline.within(60))

    assert [listener.hits() for listener in listeners] == [0] * len(listeners)


def test_the_listeners_do_count(listeners: Sequence[Listener]) -> None:
    for listener in listeners:
        with socket.create_connection((listener.address, listener.port), timeout=5):
            listener.udp.sendto(b"x", (listener.address, listener.port))

            assert listener.hits() == 2
