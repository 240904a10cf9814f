"""What the road for small models is worth: the plain request against the whole loop, and its parts.

python -m tests.bench.bench_briefs [--parts] [--set seen|held_out|all] [--only NAME …]
    [--keep FOLDER] [--json]

The single shot is the loop's own first attempt, so both stand on the same answer. With `--parts`
every brief is also carried along roads with parts left out; what was asked before with the same
prompt, temperature and seed is not asked again, and counts again. `held_out` are the briefs that
nobody looked at while the road was built.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from agent.build import weights_of
from agent.drafting.asking import Asking
from agent.drafting.small.moves import FIRST_ROUND, Kind, Move
from agent.drafting.small.road import MOST_ATTEMPTS, SmallRoad
from agent.models.embedded import Embedded
from agent.ports import Model
from agent.proofing.browser import Chromium
from agent.proofing.process import find_executable
from agent.proofing.prover import Prover
from tests.bench.carrying import Carrying, Run, assignment_of
from tests.bench.remembering import Remembering

BRIEFS = Path(__file__).parent / "briefs"
SECONDS = 486.0  # what a job on this machine has for drafting: 0.9 of 540

_PLAIN = Move(Kind.PAGE)
_SCRIPTS = tuple(move for move in FIRST_ROUND if move.kind in (Kind.SCRIPT, Kind.BARE))
_SAMPLED = (_PLAIN, *(Move(Kind.PAGE, seed / 10, seed) for seed in (3, 5, 7, 9)))


@dataclass(frozen=True, slots=True)
class Part:
    """A road with parts left out: its moves, whether code mends, and how many attempts it has."""

    moves: tuple[Move, ...]
    mends: bool
    most: int

    def road(self, model: Model) -> SmallRoad:
        otherwise = Asking(model, "whole", 0)
        return SmallRoad(model, otherwise, self.moves, mends=self.mends, most_attempts=self.most)


COMPARED: Mapping[str, Part] = {
    "single shot": Part((_PLAIN,), False, 1),
    "whole loop": Part(FIRST_ROUND, True, MOST_ATTEMPTS),
}
PARTS: Mapping[str, Part] = {
    "plain request sampled": Part(_SAMPLED, False, len(_SAMPLED)),
    "single shot, mended": Part((_PLAIN,), True, 2),
    "skeleton once": Part((_PLAIN, *_SCRIPTS[:1]), False, 2),
    "skeleton sampled": Part((_PLAIN, *_SCRIPTS), False, 1 + len(_SCRIPTS)),
    "skeleton sampled, mended": Part((_PLAIN, *_SCRIPTS), True, 1 + 2 * len(_SCRIPTS)),
    "skeleton sampled, named changes": Part(FIRST_ROUND, False, len(FIRST_ROUND)),
}


@dataclass(frozen=True)
class Bench:
    """The briefs, and who answers and proves."""

    paths: Sequence[Path]
    model: Model
    prover: Prover

    def runs(self, part: Part) -> Iterator[Run]:
        for path in self.paths:
            yield Carrying(assignment_of(path), part.road(self.model), self.prover).run(SECONDS)

    def report(self, parts: Mapping[str, Part], row: Callable[[str, Sequence[Run]], str]) -> None:
        """The rows to stdout, what happened meanwhile to stderr."""
        for name, part in parts.items():
            found = []
            for run in self.runs(part):
                found.append(run)
                print(f"{name}: {told(run)}", *run.steps, sep="\n    ", file=sys.stderr)
            print(row(name, found), flush=True)


def told(run: Run) -> str:
    done = "passes" if run.is_done else "fails"
    return (
        f"{run.brief} {done}, {run.passed}/{run.checks} checks, {run.attempts} attempts,"
        f" {run.tokens} tokens, {run.seconds:.0f} s"
    )


def as_table_row(name: str, found: Sequence[Run]) -> str:
    """Briefs and checks passed, then tokens and seconds of a brief on average."""
    done, briefs = sum(run.is_done for run in found), len(found)
    passed, checks = sum(run.passed for run in found), sum(run.checks for run in found)
    tokens = sum(run.tokens for run in found) / briefs
    seconds = sum(run.seconds for run in found) / briefs
    return f"| {name} | {done}/{briefs} | {passed}/{checks} | {tokens:.0f} | {seconds:.0f} s |"


def as_json(name: str, found: Sequence[Run]) -> str:
    return json.dumps({"part": name, "runs": [asdict(run) for run in found]})


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--set", choices=["seen", "held_out", "all"], default="all")
    options.add_argument("--only", nargs="+", metavar="NAME")
    options.add_argument("--parts", action="store_true")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the answers there")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    executable = find_executable("", os.environ)
    if executable is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    folders = ["seen", "held_out"] if chosen.set == "all" else [chosen.set]
    paths = [path for folder in folders for path in sorted((BRIEFS / folder).glob("*.json"))]
    paths = [path for path in paths if not chosen.only or path.stem in chosen.only]
    parts = {**COMPARED, **PARTS} if chosen.parts else COMPARED
    embedded = Embedded(weights_of(os.environ).get(lambda done, total: None))
    try:
        with Chromium(executable) as browser:
            bench = Bench(paths, Remembering(embedded, chosen.keep), Prover(browser))
            bench.report(parts, as_json if chosen.json else as_table_row)
    finally:
        embedded.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
