"""What the road for small models is worth: the plain request against the whole loop, and its parts.

python -m tests.bench.bench_briefs [--parts] [--set seen|held_out|all] [--only NAME …]
    [--keep FOLDER] [--json]

The single shot is the loop's own first attempt, so both stand on the same answer. With `--parts`
every brief is also carried along roads with parts left out; what was asked before with the same
prompt, temperature and seed is not asked again, and counts again. `held_out` are the briefs that
nobody looked at while the road was built. A row for each part goes to stdout as soon as there is
one, and in the end the single shot against the whole loop; what happened meanwhile to stderr.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.build import weights_of
from agent.models.embedded import Embedded
from agent.ports import Model
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import find_executable
from agent.proofing.prover import Prover
from tests.bench.carrying import Carrying, assignment_of
from tests.bench.parts import COMPARED, PARTS, SINGLE_SHOT, WHOLE_LOOP, Part
from tests.bench.remembering import Remembering
from tests.bench.tally import HEAD, HELD_OUT, Measured, Tally, summary, told

BRIEFS = Path(__file__).parent / "briefs"
SETS = ("seen", HELD_OUT)
SECONDS = 486.0  # what a job on this machine has for drafting: 0.9 of 540


@dataclass(frozen=True)
class Bench:
    """The briefs, and who answers and proves."""

    paths: Sequence[Path]
    model: Model
    prover: Prover

    def tallies(self, parts: Mapping[str, Part]) -> Iterator[Tally]:
        """Every brief along one road after the other."""
        for name, part in parts.items():
            yield Tally(name, tuple(self._measured(name, part)))

    def _measured(self, name: str, part: Part) -> Iterator[Measured]:
        for path in self.paths:
            road = part.road(self.model)
            run = Carrying(assignment_of(path), road, self.prover).run(SECONDS)
            print(f"{name}: {told(run)}", *run.steps, sep="\n    ", file=sys.stderr)
            yield Measured(path.parent.name, run)


def report(bench: Bench, parts: Mapping[str, Part], as_json: bool) -> None:
    found: dict[str, Tally] = {}
    if not as_json:
        print(HEAD)
    for tally in bench.tallies(parts):
        found[tally.part] = tally
        print(tally.as_json if as_json else tally.row, flush=True)
    if not as_json:
        print(f"\n{summary(found[SINGLE_SHOT], found[WHOLE_LOOP])}")


def chosen() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--set", choices=[*SETS, "all"], default="all")
    options.add_argument("--only", nargs="+", metavar="NAME")
    options.add_argument("--parts", action="store_true")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the answers there")
    options.add_argument("--json", action="store_true")
    return options.parse_args()


def briefs_of(set_: str, only: Sequence[str] | None) -> list[Path]:
    folders = SETS if set_ == "all" else (set_,)
    paths = [path for folder in folders for path in sorted((BRIEFS / folder).glob("*.json"))]
    return [path for path in paths if not only or path.stem in only]


def main() -> int:
    options = chosen()
    executable = find_executable("", os.environ)
    if executable is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    paths = briefs_of(options.set, options.only)
    parts = {**COMPARED, **PARTS} if options.parts else COMPARED
    embedded = Embedded(weights_of(os.environ).get(lambda done, total: None))
    try:
        with Chromium(executable) as browser:
            bench = Bench(paths, Remembering(embedded, options.keep), Prover(browser))
            report(bench, parts, options.json)
    finally:
        embedded.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
