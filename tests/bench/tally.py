"""Results of a part over many briefs, and their reports as tables and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from tests.bench.brief_runs import RunResult

HELD_OUT = "held_out"
HEAD = """\
| Part | Briefs passed | Checks passed | Tokens a brief | Seconds a brief |
|---|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A run, and the set that its brief is of."""

    set: str
    run: RunResult


@dataclass(frozen=True, slots=True)
class Tally:
    """The runs of one part; an average over no briefs is 0."""

    part: str
    runs: tuple[Measured, ...]

    def of(self, set_: str) -> "Tally":
        """The same for the briefs of one set."""
        return Tally(self.part, tuple(each for each in self.runs if each.set == set_))

    @property
    def done(self) -> int:
        """Briefs of which every check passed, and the page had no fault."""
        return sum(each.run.is_done for each in self.runs)

    @property
    def row(self) -> str:
        """A line under `HEAD`."""
        passed = sum(each.run.passed for each in self.runs)
        checks = sum(each.run.checks for each in self.runs)
        tokens = sum(each.run.tokens for each in self.runs) / max(1, len(self.runs))
        seconds = sum(each.run.seconds for each in self.runs) / max(1, len(self.runs))
        briefs = f"{self.done} of {len(self.runs)}"
        return f"| {self.part} | {briefs} | {passed} of {checks} | {tokens:.0f} | {seconds:.0f} |"

    @property
    def as_json(self) -> str:
        runs = [{"set": each.set, **asdict(each.run)} for each in self.runs]
        return json.dumps({"part": self.part, "runs": runs})


def described(run: RunResult) -> str:
    """A run in one line."""
    done = "passes" if run.is_done else "fails"
    return (
        f"{run.brief} {done}, {run.passed}/{run.checks} checks, {run.attempts} attempts,"
        f" {run.tokens} tokens, {run.seconds:.0f} s"
    )


def summary(single: Tally, loop: Tally) -> str:
    """The single shot against the whole loop: for the held-out briefs, then for all."""
    return "\n\n".join(_compared(single, loop))


def _compared(single: Tally, loop: Tally) -> Iterator[str]:
    held_out = single.of(HELD_OUT), loop.of(HELD_OUT)
    if held_out[0].runs:
        yield _table("Held-out briefs", held_out)
    if len(held_out[0].runs) < len(single.runs):
        yield _table("All measured briefs", (single, loop))


def _table(title: str, tallies: Sequence[Tally]) -> str:
    rows = "\n".join(tally.row for tally in tallies)
    return f"{title}: the whole loop passes {_times(*tallies)}\n\n{HEAD}\n{rows}"


def _times(single: Tally, loop: Tally) -> str:
    if not single.done:
        return f"{loop.done}, the single shot none"
    return f"{loop.done / single.done:.1f} times as many as the single shot"
