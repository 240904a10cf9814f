"""`make load-attacked`: the two attacks that once ended a server, while it works on many jobs.

    python -m tests.load.attacks [--seconds 60]

Bodies of 12.9 million lists come without the secret, some of them held open, and 1,100 sockets are
silent or send half a header. Exits with 1 when `/health` took a second or more (p99), went
unanswered, or the server's memory is more than 20 MiB above its start afterwards.
"""

import argparse
import http.client
import multiprocessing
import resource
import socket
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import requests

from agent.jobs import State
from tests.crash.scene import Scene, evaluating
from tests.load.__main__ import Usage

_SECONDS: Final = 60.0
_HEALTH_P99: Final = 1.0
_GROWTH_MIB: Final = 20
_SETTLE_SECONDS: Final = 90.0
_LISTS: Final = b'{"a":[' + b"[]," * 12_900_000 + b"[]]}"
_SOCKETS: Final = 1_100
_HELD_BODIES: Final = 25
_LOOK_SECONDS: Final = 0.05
_WARM_JOBS: Final = 20
_HEAD: Final = (
    "POST /api-endpoint HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(_LISTS)}\r\n\r\n"
).encode()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make load-attacked")
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    seconds = parser.parse_args().seconds
    settings = {"CONCURRENCY": "2", "MODEL_SECONDS": "0.1", "FORGE_SECONDS": "0.1"}
    with evaluating() as evaluator:
        scene = Scene(Path(tempfile.mkdtemp(prefix="galley-attacked-")), evaluator, settings)
        process = scene.start()
        scene.until_ready()
        _work(scene, "warm", _WARM_JOBS)
        before = Usage.of(process.pid)
        times, unanswered, peak = _attacked(scene, process.pid, seconds)
        after = _settled(process.pid, before)
        failed = _failed(scene)
        scene.stop()
    p99 = statistics.quantiles(times, n=100)[98] if len(times) > 1 else float("inf")
    print(f"before {before}; peak {peak} MiB; after {after}")
    print(
        f"/health {len(times)} times: {statistics.median(times) * 1000:.0f} ms (p50), "
        f"{p99 * 1000:.0f} ms (p99), {max(times) * 1000:.0f} ms at most, {unanswered} unanswered"
    )
    print(f"{len(scene.accepted)} jobs accepted meanwhile, {failed} failed")
    is_back = after.memory <= before.memory + _GROWTH_MIB
    return 0 if p99 < _HEALTH_P99 and not unanswered and is_back and not failed else 1


def _attacked(scene: Scene, process: int, seconds: float) -> tuple[list[float], int, int]:
    """How long `/health` took each time, how often it did not answer, and the most memory."""
    times: list[float] = []
    unanswered, peak, end = 0, 0, time.monotonic() + seconds
    context = multiprocessing.get_context("spawn")
    attackers = [
        context.Process(target=attack, args=(scene.port, seconds))
        for attack in (send_bodies, hold_bodies, hold_sockets)
    ]
    for attacker in attackers:
        attacker.start()
    loading = threading.Thread(target=_load, args=(scene, end))
    loading.start()
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            requests.get(f"{scene.url}/health", timeout=10).raise_for_status()
            times.append(time.monotonic() - began)
        except requests.RequestException:
            unanswered += 1
        peak = max(peak, Usage.of(process).memory)
        time.sleep(_LOOK_SECONDS)
    loading.join()
    for attacker in attackers:
        attacker.join(timeout=60)
        attacker.kill()
    return times, unanswered, peak


def _load(scene: Scene, end: float) -> None:
    """Jobs, a few at a time, until the end."""
    number = 0
    while time.monotonic() < end:
        _work(scene, f"load-{number}", 4)
        number += 1


def _work(scene: Scene, prefix: str, jobs: int) -> None:
    """So many jobs, until they have ended; the secret goes ahead of each body, in a header."""
    headers = {"Prefer": "respond-async", "Authorization": f"Bearer {scene.body('x', 1)['secret']}"}
    accepted = set()
    for number in range(jobs):
        body = scene.body(f"{prefix}-{number}", 1)
        with suppress(requests.RequestException):
            answer = requests.post(
                f"{scene.url}/api-endpoint", json=body, headers=headers, timeout=60
            )
            accepted.add(answer.json()["job"])
    scene.accepted |= accepted
    with scene.jobs() as known:
        while known.are_final(list(accepted)) != accepted:
            time.sleep(0.2)


def _settled(process: int, before: Usage) -> Usage:
    """What the server has once its memory is back, or after a while."""
    end = time.monotonic() + _SETTLE_SECONDS
    now = Usage.of(process)
    while time.monotonic() < end and now.memory > before.memory + _GROWTH_MIB:
        time.sleep(1)
        now = Usage.of(process)
    return now


def _failed(scene: Scene) -> int:
    with scene.jobs() as jobs:
        records = [jobs.find(job) for job in scene.accepted]
    return sum(record is None or record.state is not State.DONE for record in records)


def send_bodies(port: int, seconds: float) -> None:
    """The body again and again, by two callers."""

    def send() -> None:
        while time.monotonic() < end:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            with suppress(OSError, http.client.HTTPException):
                connection.request("POST", "/api-endpoint", _LISTS)
                connection.getresponse().read()
            connection.close()

    end = time.monotonic() + seconds
    callers = [threading.Thread(target=send) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()


def hold_bodies(port: int, seconds: float) -> None:
    """Bodies of which the last byte never comes; those that are refused are begun again."""
    _hold(port, seconds, _HELD_BODIES, (_HEAD + _LISTS[:-1],))


def hold_sockets(port: int, seconds: float) -> None:
    """Half of them silent, half with the beginning of a head."""
    _hold(port, seconds, _SOCKETS, (b"", b"GET / HTTP/1.1\r\nHost: loc"))


def _hold(port: int, seconds: float, count: int, beginnings: tuple[bytes, ...]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, hard), hard))
    end = time.monotonic() + seconds
    with ExitStack() as closing:
        held: list[socket.socket] = []
        while time.monotonic() < end:
            held = [each for each in held if not _is_closed(each)]
            while len(held) < count and time.monotonic() < end:
                connection = closing.enter_context(socket.socket())
                connection.settimeout(5)
                with suppress(OSError):
                    connection.connect(("127.0.0.1", port))
                    connection.sendall(beginnings[len(held) % len(beginnings)])
                held.append(connection)
            time.sleep(0.5)


def _is_closed(connection: socket.socket) -> bool:
    """Whether the server has hung up; then this side does as well."""
    connection.setblocking(False)
    try:
        is_open = connection.recv(65_536) != b""
    except BlockingIOError:
        return False
    except OSError:
        is_open = False
    if not is_open:
        connection.close()
    return not is_open


if __name__ == "__main__":
    sys.exit(main())
