"""What an alignment of a hunk does to a file, at what cost, and the lines that come of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.drafting.edits.file_lines import FileLines

EffectNumber = int
"""An effect by its number in `Effects`; 0 is the one where nothing is changed yet."""

Pairs = tuple["Pairs", int, int] | None
"""A linked list of (old line, file line), newest first, so that states share what they can."""


@dataclass(frozen=True, slots=True)
class PartialAlignment:
    """The cheapest way to one effect so far."""

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


class Effects:
    """Numbers for effects: each is an earlier one and one more change, or a doubt."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[EffectNumber, str, int, int], EffectNumber] = {}
        self._steps: list[tuple[EffectNumber, str, int, int]] = [(0, "", 0, 0)]

    def then(
        self, before: EffectNumber, kind: str, first: int = 0, second: int = 0
    ) -> EffectNumber:
        """The effect with one more step: "+" boundary line, "-" line, or "?" for doubt."""
        step = (before, kind, first, second)
        number = self._numbers.get(step)
        if number is None:
            number = self._numbers[step] = len(self._steps)
            self._steps.append(step)
        return number

    def steps(self, effect: EffectNumber) -> list[tuple[str, int, int]]:
        """The steps of an effect, first to last."""
        found = []
        while effect:
            effect, kind, first, second = self._steps[effect]
            found.append((kind, first, second))
        return found[::-1]


def alignment_of(steps: list[tuple[str, int, int]], partial: PartialAlignment) -> Alignment:
    """The result that the steps to an effect and the way there amount to."""
    pairs: list[tuple[int, int]] = []
    trail = partial.pairs
    while trail is not None:
        trail, old, line = trail
        pairs.append((old, line))
    return Alignment(
        tuple(first for kind, first, _ in steps if kind == "-"),
        tuple((first, second) for kind, first, second in steps if kind == "+"),
        tuple(reversed(pairs)),
        partial.cost,
        partial.faults,
        any(kind == "?" for kind, _, _ in steps),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A hunk's change to a file: lines to remove, and lines to add by slot.

    A slot is (index of a file line, 0 in front of it or 1 behind it). `unended` tells whether the
    hunk says the file's last line has no line end: None if it says nothing.
    """

    removed: frozenset[int]
    added: tuple[tuple[tuple[int, int], tuple[str, ...]], ...]
    unended: bool | None
    first: int
    last: int


def merged(file: FileLines, changes: Sequence[Placed]) -> tuple[list[str], list[int | None]]:
    """The file's lines after the changes, and for each the old index it kept (None: added)."""
    removed = frozenset[int]().union(*(change.removed for change in changes))
    added = {slot: lines for change in changes for slot, lines in change.added}
    lines: list[str] = []
    origins: list[int | None] = []
    previous = 0
    stops = sorted({index for index, _ in added} | removed)
    for stop in [*stops, len(file.lines)]:
        stretch = range(previous, stop)
        lines.extend(file.lines[previous:stop])
        origins.extend(stretch)
        previous = stop
        if stop == len(file.lines):
            break
        for line, origin in _merged_line(file, stop, stop in removed, added):
            lines.append(line)
            origins.append(origin)
        previous = stop + 1
    tail = added.get((len(file.lines), 0), ())
    lines.extend(tail)
    origins.extend([None] * len(tail))
    return lines, origins


def _merged_line(
    file: FileLines,
    index: int,
    is_removed: bool,
    added: Mapping[tuple[int, int], tuple[str, ...]],
) -> Iterator[tuple[str, int | None]]:
    """What stands where the old line was, each line with the old index that it kept."""
    yield from ((line, None) for line in added.get((index, 0), ()))
    if not is_removed:
        yield file.lines[index], index
    yield from ((line, None) for line in added.get((index, 1), ()))
