"""`make bench`: what Galley costs, as ratios to floors that are measured in the same run.

    python -m tests.bench [--json] [--parts starts,idle] [--rounds 5] [--idle 60] [--jobs 300]

Nothing else is to run meanwhile. It takes seven minutes; a thousand `--jobs`, four more.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from agent.proofing.chromium_process import find_executable
from tests.bench import edit_times, idle, kept_jobs, line, proofs, starts
from tests.bench.rows import Row, table
from tests.jobs.postgres import postgres

_KEPT_JOBS = 10_000


@dataclass(frozen=True)
class Bench:
    """What is asked for, and a folder for it."""

    folder: Path
    rounds: int
    idle_seconds: float
    jobs: int

    @property
    def settings(self) -> dict[str, str]:
        answers = self.folder / "answers"
        answers.mkdir(exist_ok=True)
        (answers / "1.md").write_text("nothing is asked")
        return {"SECRET": "bench", "MODEL": f"scripted:{answers}"}

    def starts(self) -> Iterator[Row]:
        yield from starts.measure(self.folder / "starts", self.settings, self.rounds)

    def idle(self) -> Iterator[Row]:
        with ExitStack() as stack:
            databases = {"SQLite": ""}
            if shutil.which("postgres") or Path("/usr/lib/postgresql").is_dir():
                databases["PostgreSQL"] = stack.enter_context(postgres()).url
            folder = self.folder / "idle"
            yield from idle.measure(
                folder, self.settings, databases, self.idle_seconds, self.rounds
            )

    def line(self) -> Iterator[Row]:
        yield from line.measure(self.folder / "line", 2 * self.rounds, self.jobs)

    def kept(self) -> Iterator[Row]:
        yield from kept_jobs.measure(self.folder / "kept", _KEPT_JOBS, 3 * self.rounds)

    def proofs(self) -> Iterator[Row]:
        if executable := find_executable("", os.environ):
            yield from proofs.measure(executable, 2 * self.rounds)

    def edits(self) -> Iterator[Row]:
        yield from edit_times.measure(self.rounds)

    @property
    def parts(self) -> dict[str, Callable[[], Iterator[Row]]]:
        return {
            "starts": self.starts,
            "idle": self.idle,
            "line": self.line,
            "kept": self.kept,
            "proofs": self.proofs,
            "edits": self.edits,
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--parts", default="", help="some of them, with commas between")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds")
    parser.add_argument("--jobs", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="galley-bench-", ignore_cleanup_errors=True) as name:
        bench = Bench(Path(name), given.rounds, given.idle, given.jobs)
        chosen = given.parts.split(",") if given.parts else list(bench.parts)
        rows: list[Row] = []
        for part in chosen:
            print(f"{part} …", file=sys.stderr, flush=True)
            rows.extend(bench.parts[part]())
    if given.json:
        print(json.dumps({**_machine(), "rows": [each.as_json for each in rows]}, indent=1))
    else:
        print(" · ".join(_machine().values()), table(rows), sep="\n\n")
    return 0


def _machine() -> dict[str, str]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "python": f"Python {platform.python_version()}",
    }


if __name__ == "__main__":
    sys.exit(main())
