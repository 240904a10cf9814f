"""What the road for small models is worth: the plain request against the whole loop, and its parts.

python -m tests.bench.bench_briefs [--parts] [--set seen|held_out|all] [--only NAME …] [--json]

The single shot is the loop's own first attempt, so both stand on the same answer. With `--parts`
every brief is also carried through the road with parts left out; an answer that was given before
to the same prompt, temperature and seed is used again, and its tokens count again.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha1
from pathlib import Path

from agent.build import weights_of
from agent.choosing import choose
from agent.deadline import Deadline
from agent.drafting.asking import Asking
from agent.drafting.assignment import Assignment
from agent.drafting.policy import permitted
from agent.drafting.small.moves import FIRST_ROUND, Kind, Move
from agent.drafting.small.road import MOST_ATTEMPTS, SmallRoad
from agent.drafting.writing import Attempting, Tried
from agent.errors import DraftRefused, ModelError
from agent.intake.attachments import Limits, decode
from agent.intake.request import Request
from agent.models.embedded import Embedded
from agent.outbound import Fetched
from agent.ports import Listener, Model, Prompt
from agent.proofing.browser import Chromium
from agent.proofing.process import find_executable
from agent.proofing.prover import Prover
from agent.values import Answer, Attempt, Brief, Job, Order, Outcome, Remote, Trial, Usage

BRIEFS = Path(__file__).parent / "briefs"
SECONDS = 486.0  # what a job on this machine has for drafting: 0.9 of 540

_SCRIPTS = tuple(move for move in FIRST_ROUND if move.kind in (Kind.SCRIPT, Kind.BARE))
_PLAIN = Move(Kind.PAGE)

_SAMPLED = (_PLAIN, *(Move(Kind.PAGE, t / 10, t) for t in (3, 5, 7, 9)))


@dataclass(frozen=True, slots=True)
class Part:
    """A road with parts left out: its moves, whether code mends, and how many attempts it has."""

    moves: tuple[Move, ...]
    mends: bool
    most: int


PARTS: Mapping[str, Part] = {
    "whole loop": Part(FIRST_ROUND, True, MOST_ATTEMPTS),
    "single shot": Part((_PLAIN,), False, 1),
    "plain request sampled": Part(_SAMPLED, False, len(_SAMPLED)),
    "single shot, mended": Part((_PLAIN,), True, 2),
    "skeleton once": Part((_PLAIN, *_SCRIPTS[:1]), False, 2),
    "skeleton sampled": Part((_PLAIN, *_SCRIPTS), False, 1 + len(_SCRIPTS)),
    "skeleton sampled, mended": Part((_PLAIN, *_SCRIPTS), True, MOST_ATTEMPTS),
    "skeleton sampled, named changes": Part(FIRST_ROUND, False, len(FIRST_ROUND)),
}


@dataclass
class Remembering:
    """A model that is not asked twice for the same; the time of an answer is kept with it."""

    model: Model
    folder: Path | None = None
    name: str = field(init=False)
    _known: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.model.name

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        key = sha1(repr(prompt).encode()).hexdigest()
        if key not in self._known:
            self._known[key] = self._kept(key) or self.model.answer(prompt, deadline, listen)
            self._keep(key)
        else:
            listen(self._known[key].text)
        return self._known[key]

    def _kept(self, key: str) -> Answer | None:
        path = self.folder and self.folder / f"{key}.json"
        if not path or not path.exists():
            return None
        record = json.loads(path.read_text())
        return Answer(record["text"], record["model"], Usage(**record["usage"]))

    def _keep(self, key: str) -> None:
        if self.folder:
            record = json.dumps(asdict(self._known[key]))
            (self.folder / f"{key}.json").write_text(record)


@dataclass(frozen=True)
class Run:
    """A brief through one road: checks passed of the published draft, and what it took."""

    brief: str
    checks: int
    passed: int
    is_done: bool
    attempts: int
    tokens: int
    seconds: float
    steps: tuple[str, ...]


def assignment_of(path: Path) -> Assignment:
    request = Request.read(json.loads(path.read_text()))
    attachments = decode(request.attachments, Limits(), _no_fetch, Deadline.within(60), {})
    brief = Brief(
        request.task, 1, request.brief, request.nonce, request.parsed_checks(), attachments
    )
    job = Job(path.stem, request.task, 1, time.time(), time.time() + SECONDS)
    order = Order(job, Remote(request.task, "", ""))
    return Assignment(order, brief, (), {each.name: each.content for each in attachments})


def carry(assignment: Assignment, road: SmallRoad, prover: Prover, seconds: float) -> Run:
    """Draft and prove until the road says that it is enough, as the pipeline does."""
    tried: tuple[Tried, ...] = ()
    steps: list[str] = []
    began, tokens, spent, number = time.monotonic(), 0, 0.0, 0
    while True:
        number += 1
        deadline = Deadline.within(max(0.0, seconds - spent))
        trials = tuple(each.trial for each in tried)
        if road.enough(trials, number, deadline):
            break
        attempting = Attempting(assignment, number, tried, deadline, _nobody, _permit)
        proof_began = time.monotonic()
        try:
            files = road.write(attempting).files
        except (DraftRefused, ModelError) as refusal:
            steps.append(f"{number}: {refusal}")
        else:
            proof_began = time.monotonic()
            brief = assignment.brief
            proof = prover.prove(files, brief.checks, {}, brief.attachments, Deadline.within(120))
            sha = sha1(repr(sorted(files.items())).encode()).hexdigest()
            trial = Trial(
                Attempt(number, sha, sha, "", road.model.name), replace(proof, screenshots={})
            )
            tried += (Tried(trial, files),)
            asked = attempting.turns[-1][0].temperature if attempting.turns else "mended"
            steps.append(f"{number} ({asked}): {proof.summary}{', faults' if proof.faults else ''}")
        tokens += sum(answer.usage.completion_tokens for _, answer in attempting.turns)
        spent += sum(answer.usage.seconds for _, answer in attempting.turns)
        spent += time.monotonic() - proof_began if attempting.turns else 0.0
    del began
    best = choose(tuple(each.trial for each in tried)).proof if tried else None
    return Run(
        brief=assignment.brief.task,
        checks=len(assignment.brief.checks),
        passed=best.count(Outcome.PASSED) if best else 0,
        is_done=bool(best and best.is_clean and best.count(Outcome.PASSED) == len(best.verdicts)),
        attempts=number - 1,
        tokens=tokens,
        seconds=spent,
        steps=tuple(steps),
    )


def runs(model: Model, prover: Prover, paths: Sequence[Path], part: str) -> Iterator[Run]:
    chosen, asking = PARTS[part], Asking(model, "whole", 3)
    road = SmallRoad(model, asking, chosen.moves, mends=chosen.mends, most_attempts=chosen.most)
    for path in paths:
        yield carry(assignment_of(path), road, prover, SECONDS)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--set", choices=["seen", "held_out", "all"], default="all")
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--parts", action="store_true")
    options.add_argument("--keep", type=Path, help="a folder to keep answers in between runs")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    executable = find_executable("", os.environ)
    if executable is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    folders = ["seen", "held_out"] if chosen.set == "all" else [chosen.set]
    paths = [p for folder in folders for p in sorted((BRIEFS / folder).glob("*.json"))]
    paths = [path for path in paths if not chosen.only or path.stem in chosen.only]
    embedded = Embedded(weights_of(os.environ).get(lambda done, total: None))
    try:
        with Chromium(executable) as browser:
            model = Remembering(embedded, chosen.keep)
            report(
                model,
                Prover(browser),
                paths,
                list(PARTS)[: None if chosen.parts else 2],
                chosen.json,
            )
    finally:
        embedded.close()
    return 0


def report(
    model: Model, prover: Prover, paths: Sequence[Path], parts: Sequence[str], as_json: bool
) -> None:
    for part in parts:
        found = []
        for run in runs(model, prover, paths, part):
            found.append(run)
            mark = "passes" if run.is_done else "      "
            told = f"{part}: {run.brief:16} {mark} {run.passed}/{run.checks}"
            print(
                f"{told} in {run.attempts} attempts, {run.tokens} tokens, {run.seconds:.0f} s",
                file=sys.stderr,
            )
            for step in run.steps:
                print(f"    {step}", file=sys.stderr)
        if as_json:
            print(json.dumps({"part": part, "runs": [asdict(run) for run in found]}))
        else:
            print(_row(part, found), flush=True)


def _row(part: str, found: Sequence[Run]) -> str:
    done, passed = sum(run.is_done for run in found), sum(run.passed for run in found)
    checks, tokens = sum(run.checks for run in found), sum(run.tokens for run in found)
    seconds = sum(run.seconds for run in found)
    per = len(found) or 1
    return (
        f"| {part} | {done}/{len(found)} | {passed}/{checks} | {tokens / per:.0f}"
        f" | {seconds / per:.0f} s |"
    )


def _nobody(piece: str) -> None:
    return None


def _permit(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    return permitted(before, after, allow_workflows=False)


def _no_fetch(url: str, cap: int, deadline: Deadline) -> Fetched:
    raise AssertionError(f"{url}: the briefs of the benchmark bring their attachments along")


if __name__ == "__main__":
    sys.exit(main())
