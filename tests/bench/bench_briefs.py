"""Measures the small-model strategy: the plain request against the whole loop, and its parts.

python -m tests.bench.bench_briefs [--parts] [--set seen|held_out|all] [--only NAME …]
    [--keep FOLDER] [--json]

The single shot is the loop's own first attempt, so both stand on the same answer. With `--parts`
every brief is also run with parts of the strategy left out; an answer to the same prompt,
temperature and seed is used again, with the tokens and seconds that it took. `held_out` are the
briefs whose answers were not looked at while the strategy was built. Each part's row goes to stdout
as soon as it is measured, then the single shot against the whole loop; progress goes to stderr.
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
from tests.bench.answer_cache import AnswerCache
from tests.bench.brief_runs import BriefRun, brief_of
from tests.bench.parts import COMPARED, PARTS, SINGLE_SHOT, WHOLE_LOOP, Part
from tests.bench.tally import HEAD, HELD_OUT, Measured, Tally, described, summary

BRIEFS = Path(__file__).parent / "briefs"
SETS = ("seen", HELD_OUT)
SECONDS = 486.0  # what a job on this machine has for drafting: 0.9 of 540


@dataclass(frozen=True)
class Bench:
    """The briefs, the model that answers and the prover."""

    paths: Sequence[Path]
    model: Model
    prover: Prover

    def tallies(self, parts: Mapping[str, Part]) -> Iterator[Tally]:
        """Every brief with one part after the other."""
        for name, part in parts.items():
            yield Tally(name, tuple(self._measured(name, part)))

    def _measured(self, name: str, part: Part) -> Iterator[Measured]:
        for path in self.paths:
            writer = part.writer(self.model)
            run = BriefRun(brief_of(path), writer, self.prover).run(SECONDS)
            print(f"{name}: {described(run)}", *run.steps, sep="\n    ", file=sys.stderr)
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
            bench = Bench(paths, AnswerCache(embedded, options.keep), Prover(browser))
            report(bench, parts, options.json)
    finally:
        embedded.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
