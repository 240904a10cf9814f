"""What a server costs that has nothing to do, and how soon it begins a job after that."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from agent.values import Job
from tests.bench.processes import Server, environment, serving
from tests.bench.rows import Row, row
from tests.jobs.toy import ToyLine, brief, finish, working

_SETTLED_SECONDS = 8.0
"""After that a server has stopped to ask its journal often."""


def measure(
    folder: Path, settings: dict[str, str], databases: dict[str, str], seconds: float, rounds: int
) -> Iterator[Row]:
    """`databases` are URLs by the name of their kind; an empty one is a journal file."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for kind, url in databases.items():
            variables = environment(
                folder / kind, settings | ({"DATABASE_URL": url} if url else {})
            )
            servers[kind] = stack.enter_context(serving(variables))
        time.sleep(_SETTLED_SECONDS)
        shares = _shares(servers, seconds / rounds, rounds)
        for kind, server in servers.items():
            yield row(f"idle server, {kind}", shares[kind], "% of a core")
            yield row(f"idle server, {kind}, memory", [server.mib], "MiB")
    for kind, url in databases.items():
        delays = _reactions(folder / f"{kind} reaction", url, rounds)
        yield row(f"accepted job begins on an idle server, {kind}", delays, "ms")


def _shares(servers: dict[str, Server], seconds: float, rounds: int) -> dict[str, list[float]]:
    """Percent of a core in each of so many stretches, side by side: they are idle."""
    found: dict[str, list[float]] = {kind: [] for kind in servers}
    for _ in range(rounds):
        before = {kind: server.scheduled for kind, server in servers.items()}
        began = time.monotonic()
        time.sleep(seconds)
        passed = time.monotonic() - began
        for kind, server in servers.items():
            found[kind].append(100 * (server.scheduled - before[kind]) / passed)
    return found


def _reactions(folder: Path, url: str, rounds: int) -> list[float]:
    """Milliseconds from accepting a job to its first step."""
    folder.mkdir(parents=True)
    delays: list[float] = []

    def note(job: Job) -> None:
        delays.append(1000 * (time.time() - job.accepted_at))

    with working(folder, ToyLine({"open": note}), url=url) as jobs:
        for number in range(rounds):
            time.sleep(_SETTLED_SECONDS)
            finish(jobs, jobs.submit(brief(task=f"task{number}")).id)
    return delays
