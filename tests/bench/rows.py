"""Rows of the benchmark: what was measured, beside a floor measured in the same run."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A median and, where there is one, the floor that it is compared with."""

    what: str
    measured: float
    unit: str
    floor: float | None = None
    floor_is: str = ""
    samples: int = 1

    @property
    def ratio(self) -> float | None:
        return self.measured / self.floor if self.floor else None

    @property
    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}

    def __str__(self) -> str:
        floor = f"{_short(self.floor)} ({self.floor_is})" if self.floor else ""
        ratio = f"{self.ratio:.1f} ×" if self.ratio else ""
        return f"| {self.what} | {_short(self.measured)} {self.unit} | {floor} | {ratio} |"


def row(what: str, samples: Sequence[float], unit: str, floor: tuple[float, str] = (0, "")) -> Row:
    """The median of the samples."""
    value, name = floor
    return Row(what, statistics.median(samples), unit, value or None, name, len(samples))


def table(rows: Iterable[Row]) -> str:
    head = "| what | median | floor | ratio |\n|---|---:|---:|---:|"
    return "\n".join((head, *map(str, rows)))


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"
