"""What a job costs besides model and browser, against the git commands that leave the same refs.

The process is warm, the model scripted, forge and host are local, and there is no browser.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from agent.build import Galley
from agent.intake.request import Request
from agent.settings import Settings
from agent.web.app import application, site_routes
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, in_background
from tests.bench.git_alone import git_alone
from tests.bench.rows import Row, row

_PAGE = "index.html\n```html\n<!doctype html>\n<title>{0}</title>\n<h1>{0}</h1>\n</html>\n```\n"
_CSV = {"name": "data.csv", "url": "data:text/csv,a%2Cb%0A1%2C2%0A"}
_WARM = 3
_ROUNDS_OF_A_TASK = 50
FLOOR = "git alone"


@dataclass(frozen=True, slots=True)
class JobCost:
    """Processor seconds with all children, processes started, seconds until it is done."""

    cpu: float
    processes: int
    seconds: float


class _Started:
    """Counts the processes that this one starts."""

    def __init__(self) -> None:
        self.number = 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.number += event == "subprocess.Popen"


_STARTED = _Started()


def measure(folder: Path, samples: int, many: int) -> Iterator[Row]:
    """`many` more jobs show whether memory grows."""
    floors = [git_alone() for _ in range(samples)]
    git_cpu = row("", [cpu for cpu, _ in floors], "").measured
    with _galley(folder, _WARM + samples + many + _ROUNDS_OF_A_TASK) as galley:
        costs = [_job(galley, f"task{number}") for number in range(_WARM + samples)][_WARM:]
        yield row("a job", [each.cpu for each in costs], "CPU-s", (git_cpu, FLOOR))
        processes = [each.processes for each in costs]
        yield row("processes of a job", processes, "", (floors[0][1], FLOOR))
        yield from _one_task(galley, folder / "workspace" / "repos" / "long")
        if not many:
            return
        before = _mib()
        late = [_job(galley, f"more{number}") for number in range(many)][-samples:]
        yield row(f"a job after {many} others", [each.cpu for each in late], "CPU-s")
        yield row(f"memory added by {many} jobs", [_mib() - before], "MiB")


def _one_task(galley: Galley, repository: Path) -> Iterator[Row]:
    """Round after round of the same task, each of which changes one line of its page."""
    costs, sizes = [], []
    for number in range(1, _ROUNDS_OF_A_TASK + 1):
        costs.append(_job(galley, "long", number).cpu)
        sizes.append(_kib(repository))
    yield row("rounds 2 to 6 of a task", costs[1:6], "CPU-s")
    yield row(f"rounds {len(costs) - 4} to {len(costs)}", costs[-5:], "CPU-s")
    growth = [after - before for before, after in pairwise(sizes)]
    yield row("growth of its repository with a round", growth, "KiB")


@contextmanager
def _galley(folder: Path, answers_needed: int) -> Iterator[Galley]:
    workspace, answers = folder / "workspace", folder / "answers"
    answers.mkdir(parents=True)
    for number in range(1, answers_needed + 1):
        (answers / f"{number}.md").write_text(_PAGE.format(f"Round {number}"))
    settings = Settings.read({"WORKSPACE": str(workspace), "MODEL": f"scripted:{answers}"})
    listener = bound("127.0.0.1", 0)
    pages = application(site_routes(LocalPages(workspace / "forge")), 1024)
    with in_background(pages, listener):
        no_browser = {"PATH": str(folder)}
        with Galley(settings, no_browser, address_of(listener), lambda *_: None) as galley:
            yield galley


def _job(galley: Galley, task: str, round_: int = 1) -> JobCost:
    """A brief that is accepted and carried to its end."""
    fields: dict[str, Any] = {"task": task, "round": round_, "brief": f"Round {round_}."}
    request = Request.read({**fields, "attachments": [_CSV]})
    before, began, started = _cpu(), time.monotonic(), _STARTED.number
    galley.validate(request)
    job = galley.jobs.submit(request).id
    while not galley.jobs.are_final([job]):
        time.sleep(0.05)  # a look at the journal costs, too
    record = galley.jobs.find(job)
    assert record is not None
    assert record.publication, record.failure
    return JobCost(_cpu() - before, _STARTED.number - started, time.monotonic() - began)


def _cpu() -> float:
    """Processor seconds of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _kib(folder: Path) -> float:
    return sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) / 2


def _mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
