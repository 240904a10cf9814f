"""Owns what an alignment results in: which lines go, where lines are added, at what cost."""

from dataclasses import dataclass

Outcome = int
"""An outcome by its number in `Outcomes`; 0 is the one where nothing is changed yet."""

Pairs = tuple["Pairs", int, int] | None
"""A linked list of (old line, file line), newest first, so that states share what they can."""


@dataclass(frozen=True, slots=True)
class Way:
    """The cheapest way to one outcome so far."""

    cost: float
    faults: float
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Alignment:
    """A result that the hunk may mean.

    `removed` are indices of file lines, `added` maps a boundary of the hunk to the index of the
    file line in front of which its lines go, `pairs` are (old line, file line), and `is_doubtful`
    says that the hunk contradicts itself there, as when a "+" was forgotten.
    """

    removed: tuple[int, ...]
    added: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[int, int], ...]
    cost: float
    faults: float
    is_doubtful: bool

    @property
    def start(self) -> int:
        """The number, counted from 1, of the file line where the hunk's first line belongs."""
        old, line = self.pairs[0]
        return line - old + 1


class Outcomes:
    """Numbers for outcomes: each is an earlier one and one more change, or a doubt."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Outcome, str, int, int], Outcome] = {}
        self._steps: list[tuple[Outcome, str, int, int]] = [(0, "", 0, 0)]

    def then(self, before: Outcome, kind: str, first: int = 0, second: int = 0) -> Outcome:
        """The outcome with one more step: "+" boundary line, "-" line, or "?" for doubt."""
        step = (before, kind, first, second)
        number = self._numbers.get(step)
        if number is None:
            number = self._numbers[step] = len(self._steps)
            self._steps.append(step)
        return number

    def steps(self, outcome: Outcome) -> list[tuple[str, int, int]]:
        """The steps of an outcome, first to last."""
        found = []
        while outcome:
            outcome, kind, first, second = self._steps[outcome]
            found.append((kind, first, second))
        return found[::-1]


def alignment_of(steps: list[tuple[str, int, int]], way: Way) -> Alignment:
    """The result that the steps to an outcome and the way there amount to."""
    pairs: list[tuple[int, int]] = []
    trail = way.pairs
    while trail is not None:
        trail, old, line = trail
        pairs.append((old, line))
    return Alignment(
        tuple(first for kind, first, _ in steps if kind == "-"),
        tuple((first, second) for kind, first, second in steps if kind == "+"),
        tuple(reversed(pairs)),
        way.cost,
        way.faults,
        any(kind == "?" for kind, _, _ in steps),
    )
