"""`make load`: how many jobs the server takes and carries, and what that costs.

    python -m tests.load [--jobs 200] [--long 100] [--flat 1000] [--postgres]

The model and the forge take 100 ms a call; then `--long` jobs whose model takes 10 s run 50 at a
time. Exits with 1 when an answer took too long, a job failed, or the server's memory, threads or
open files grew.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import requests

from agent.jobs import State
from tests.crash.scene import Scene, evaluating
from tests.jobs.postgres import postgres

_ACCEPTED_P99 = 0.1
_LONG_SECONDS = 10.0
_AT_ONCE = 50
_SLOWER_THAN_IDEAL = 1.5


@dataclass(frozen=True)
class Usage:
    """What the server has: resident memory in MiB, threads, open files."""

    memory: int
    threads: int
    files: int

    @classmethod
    def of(cls, process: int) -> "Usage":
        status = Path(f"/proc/{process}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        files = len(list(Path(f"/proc/{process}/fd").iterdir()))
        return cls(int(fields["VmRSS"].split()[0]) // 1024, int(fields["Threads"]), files)

    def __str__(self) -> str:
        return f"{self.memory} MiB, {self.threads} threads, {self.files} files"


def _cpu_seconds(process: int) -> float:
    """Processor time of the server and of every git it has run (proc(5), stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make load")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--long", type=int, default=100)
    parser.add_argument("--flat", type=int, default=0, help="as many more jobs, for growth")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--postgres", action="store_true", help="the journal is in PostgreSQL")
    given = parser.parse_args()
    with postgres() if given.postgres else nullcontext() as cluster:
        return 0 if loaded(given, {"DATABASE_URL": cluster.url} if cluster else {}) else 1


def loaded(given: argparse.Namespace, settings: dict[str, str]) -> bool:
    """Whether all went well, with the journal that the settings name."""
    root = Path(tempfile.mkdtemp(prefix="galley-load-"))
    settings = {
        **settings,
        "CONCURRENCY": str(given.concurrency),
        "MODEL_SECONDS": "0.1",
        "FORGE_SECONDS": "0.1",
        "DEADLINE_SECONDS": "3600",
    }
    fine = many(given.jobs, given.flat, root / "many", settings)
    if given.long:
        long = {**settings, "CONCURRENCY": str(_AT_ONCE), "MODEL_SECONDS": str(_LONG_SECONDS)}
        fine &= slow(given.long, root / "slow", long)
    return fine


def many(jobs: int, more: int, root: Path, settings: dict[str, str]) -> bool:
    """Jobs as fast as they are taken; then `more`, during which nothing is to grow."""
    with evaluating() as evaluator:
        scene = Scene(root, evaluator, settings)
        process = scene.start()
        scene.until_ready()
        began = time.monotonic()
        times = _submit(scene, "load", jobs)
        peak = _watch(scene, process.pid)
        seconds = time.monotonic() - began
        print(f"{_cpu_seconds(process.pid) / jobs:.2f} CPU seconds a job", flush=True)
        fine = _tell_many(scene, jobs, times, seconds, peak)
        if more:
            before = Usage.of(process.pid)
            _submit(scene, "more", more)
            _watch(scene, process.pid)
            after = Usage.of(process.pid)
            print(f"{more} more jobs: before {before}; after {after}", flush=True)
            fine &= after.threads <= before.threads + 5 and after.files <= before.files + 10
            fine &= after.memory <= before.memory * 1.2
        scene.stop()
        return fine


def slow(jobs: int, root: Path, settings: dict[str, str]) -> bool:
    """Jobs that mostly wait for their model, many at a time."""
    with evaluating() as evaluator:
        scene = Scene(root, evaluator, settings)
        process = scene.start()
        scene.until_ready()
        began = time.monotonic()
        _submit(scene, "slow", jobs)
        peak = _watch(scene, process.pid)
        seconds = time.monotonic() - began
        scene.stop()
        ideal = -(-jobs // _AT_ONCE) * _LONG_SECONDS
        print(f"{jobs} jobs of a {_LONG_SECONDS:.0f} s model, {_AT_ONCE} at once: {seconds:.1f} s")
        print(f"ideal {ideal:.0f} s, {seconds / ideal:.2f} times that; peak {peak}", flush=True)
        return _all_done(scene) and seconds < _SLOWER_THAN_IDEAL * ideal


def _submit(scene: Scene, prefix: str, jobs: int) -> list[float]:
    """How long each acceptance took, in seconds."""

    def accept(number: int) -> float:
        body = scene.body(f"{prefix}-{number}", 1)
        began = time.monotonic()
        answer = requests.post(
            f"{scene.url}/api-endpoint",
            json=body,
            headers={"Prefer": "respond-async"},
            timeout=60,
        )
        took = time.monotonic() - began
        assert answer.status_code == 202, answer.text
        scene.accepted.add(answer.json()["job"])
        return took

    with ThreadPoolExecutor(4) as callers:
        return list(callers.map(accept, range(jobs)))


def _watch(scene: Scene, process: int) -> Usage:
    """The most of each that was seen until all jobs had ended."""
    peak = Usage.of(process)
    with scene.jobs() as jobs:
        while jobs.are_final(list(scene.accepted)) != scene.accepted:
            now = Usage.of(process)
            peak = Usage(
                max(peak.memory, now.memory),
                max(peak.threads, now.threads),
                max(peak.files, now.files),
            )
            time.sleep(0.2)
    return peak


def _tell_many(scene: Scene, jobs: int, times: list[float], seconds: float, peak: Usage) -> bool:
    percentiles = statistics.quantiles(times, n=100)
    fine = _all_done(scene)
    print(f"{jobs} jobs in {seconds:.1f} s: {jobs / seconds:.2f} a second; peak {peak}")
    print(
        f"accepted in {percentiles[49] * 1000:.0f} ms (p50), {percentiles[98] * 1000:.0f} ms (p99)"
    )
    return fine and percentiles[98] < _ACCEPTED_P99


def _all_done(scene: Scene) -> bool:
    with scene.jobs() as jobs:
        records = [jobs.find(job) for job in scene.accepted]
    done = sum(record is not None and record.state is State.DONE for record in records)
    print(f"{done} of {len(records)} done, {len(records) - done} errors", flush=True)
    return done == len(records)


if __name__ == "__main__":
    sys.exit(main())
