"""One defect that a file shows by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts from 1 and is None where the whole file is meant; readers know no `path`."""

    line: int | None
    message: str
    path: str = ""

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{place}: {self.message}"
