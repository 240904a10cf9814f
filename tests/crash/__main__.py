"""`make crash`: kill -9 at every step boundary and at random moments, and count what was lost.

python -m tests.crash [--reduced] [--kills N] [--jobs N] [--seed N] [--database URL]
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path

from agent.pipeline import Line
from tests.crash.scene import Findings, Scene, evaluating, findings
from tests.jobs.postgres import postgres

_ELSEWHERE = {"polish", "prove_polished", "choose", "mirror"}
"""Not reached without a browser and other hosts: see `test_polish.py` and `test_hosts.py`."""

STAGES = [field.name for field in fields(Line) if field.name not in _ELSEWHERE]
PLACES = [f"{stage}:{side}" for stage in STAGES for side in ("before", "after")]
_WITH_WORKERS = [
    "draft:after",
    "prove:before",
    "prove:after",
    "commit:after",
    "push:after",
    "notify:after",
]
_REDUCED = ["draft:after", "commit:before", "commit:after", "push:after", "notify:after"]


def at_boundary(place: str, root: Path) -> Findings:
    """Two rounds of a task and another task; the server dies at the place, in each round."""
    with evaluating() as evaluator:
        scene = Scene(root, evaluator)
        scene.start(crash_at=place)
        scene.until_ready()
        scene.submit("app", 1)
        scene.submit("other", 1)
        scene.wait_for_death()
        scene.start(crash_at=place)
        scene.wait_for_death()
        scene.start()
        scene.until_ready()
        scene.submit("app", 2)
        scene.until_final()
        scene.stop()
        return findings(scene)


def stopped_at_boundary(place: str, number: signal.Signals, root: Path) -> Findings:
    """Two rounds of a task; the signal reaches the server and its children at the place."""
    with evaluating() as evaluator:
        scene = Scene(root, evaluator)
        for round_ in (1, 2):
            scene.start(crash_at=place, STOP_WITH=str(int(number)))
            scene.until_ready()
            scene.submit("app", round_)
            scene.wait_for_stop()
            scene.start()
            scene.until_ready()
            scene.until_final()
            scene.stop()
        return findings(scene)


def at_random(kills: int, jobs: int, seed: int, root: Path) -> Findings:
    """Kill at random moments, also while the last kill is being recovered from."""
    chance = random.Random(seed)
    wanted = [(f"task-{n // 2}", n % 2 + 1) for n in range(jobs)]
    with evaluating() as evaluator:
        scene = Scene(root, evaluator, {"DEADLINE_SECONDS": "3600", "MODEL_SECONDS": "0.3"})
        for kill in range(kills):
            scene.start()
            scene.until_ready()
            dies_at = time.monotonic() + chance.uniform(0.0, 2.0)
            due = (kill + 1) * jobs / kills  # so that there is always something in flight
            while wanted and len(scene.accepted) < due and scene.submit(*wanted[0]):
                wanted.pop(0)
            time.sleep(max(0.0, dies_at - time.monotonic()))
            scene.kill()
        scene.start()
        scene.until_ready()
        for task, round_ in wanted:
            scene.submit(task, round_)
        scene.until_final(600)
        scene.stop()
        return findings(scene)


def with_workers(place: str, root: Path, url: str) -> Findings:
    """Two workers with workspaces of their own; one dies at the place and stays dead."""
    with evaluating() as evaluator:
        forge = root / "workspace" / "forge"
        settings = {"DATABASE_URL": url, "FORGE_FOLDER": str(forge), "CONCURRENCY": "2"}
        scene = Scene(root, evaluator, settings)
        scene.start(EXECUTE="false")
        scene.until_ready()
        tasks = [f"{place.replace(':', '-')}-{number}" for number in range(4)]
        pages = {"PUBLIC_URL": scene.url}
        doomed = scene.start(place, "worker", WORKSPACE=str(root / "doomed"), **pages)
        for task in tasks:
            scene.submit(task, 1)
        if doomed.wait(60) == -signal.SIGKILL:
            scene.crashes += 1
        survivor = scene.start("", "worker", WORKSPACE=str(root / "survivor"), **pages)
        for task in tasks:
            scene.submit(task, 2)
        began = time.monotonic()
        scene.until_final(240)
        print(
            f"     the survivor had all {len(scene.accepted)} done after "
            f"{time.monotonic() - began:.1f} s",
            flush=True,
        )
        survivor.terminate()
        survivor.wait(60)
        scene.stop()
        return findings(scene)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make crash")
    parser.add_argument("--reduced", action="store_true")
    parser.add_argument("--kills", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    kills = given.kills if given.kills is not None else 4 if given.reduced else 200
    jobs = given.jobs if given.jobs is not None else 4 if given.reduced else 50
    total, root = Findings(), Path(tempfile.mkdtemp(prefix="galley-crash-"))
    for number, place in enumerate(_REDUCED if given.reduced else PLACES):
        found = at_boundary(place, root / str(number))
        _tell(place, found)
        total.add(found)
    for number, place in enumerate([] if given.reduced else PLACES):
        for sent in (signal.SIGTERM, signal.SIGINT):
            found = stopped_at_boundary(place, sent, root / f"{sent.name}-{number}")
            _tell(f"{sent.name} to the process group at {place}", found)
            total.add(found)
    if kills:
        found = at_random(kills, jobs, given.seed, root / "random")
        _tell(f"{kills} random moments, {jobs} jobs, seed {given.seed}", found)
        total.add(found)
    with postgres() as cluster:
        for number, place in enumerate(["push:after"] if given.reduced else _WITH_WORKERS):
            found = with_workers(place, root / f"workers-{number}", cluster.url)
            _tell(f"PostgreSQL, one of two workers dies at {place} for good", found)
            total.add(found)
    _tell("total", total)
    if total.is_fine:
        shutil.rmtree(root)
        return 0
    print(f"see {root}", file=sys.stderr)
    return 1


def _tell(what: str, found: Findings) -> None:
    print(f"{'ok  ' if found.is_fine else 'FAIL'} {what}: {found}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
