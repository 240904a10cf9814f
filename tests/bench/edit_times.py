"""How long the edit engine takes for large files and for lines that all look the same."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

from agent.drafting.edits import EditRefused, apply
from tests.bench.rows import Row, row
from tests.drafting.edits.answer_forms import ALL
from tests.drafting.edits.cases import PLACED, REFUSED

_LONG, _EQUAL = 20_000, 900


def measure(rounds: int) -> Iterator[Row]:
    cases = [_milliseconds(case.before, case.answer) for case in (*PLACED, *REFUSED, *ALL)]
    yield row("placing an answer of the fixtures", cases, "ms")
    yield Row("the slowest of them", max(cases), "ms", samples=len(cases))
    long = [f"line {number} of the page" for number in range(_LONG)]
    yield row(f"one edit of {_LONG:,} lines", _times(long, rounds), "ms")
    half = row("", _times(["<br>"] * (_EQUAL // 2), rounds), "").measured
    whole = _times(["<br>"] * _EQUAL, rounds)
    yield row(f"one edit of {_EQUAL} equal lines", whole, "ms", (half, "half as many lines"))


def _times(lines: list[str], rounds: int) -> list[float]:
    """For an edit of the line in the middle, named by the lines around it."""
    middle = len(lines) // 2
    around = [f" {line}" for line in lines[middle - 3 : middle]]
    after = [f" {line}" for line in lines[middle + 1 : middle + 4]]
    hunk = ["@@ @@", *around, f"-{lines[middle]}", "+changed", *after]
    answer = "\n".join(("```diff", "--- a/index.html", "+++ b/index.html", *hunk, "```", ""))
    files = {"index.html": "\n".join(lines) + "\n"}
    return [_milliseconds(files, answer) for _ in range(rounds)]


def _milliseconds(files: Mapping[str, str], answer: str) -> float:
    began = time.perf_counter()
    with suppress(EditRefused):
        apply(files, answer)
    return 1000 * (time.perf_counter() - began)
