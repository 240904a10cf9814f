"""How the checks of a proof went, in numbers and with what was observed of those that failed."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check, verbatim, and what the browser observed instead."""

    check: str
    observed: str


@dataclass(frozen=True, slots=True)
class ProofCounts:
    """How many checks passed and how many could not be decided, and those that failed."""

    passed: int
    unproved: int
    failing: tuple[FailedCheck, ...]

    @property
    def failed(self) -> int:
        return len(self.failing)

    @property
    def as_json(self) -> dict[str, Any]:
        return {"passed": self.passed, "failed": self.failed, "unproved": self.unproved} | {
            "failing": [asdict(each) for each in self.failing]
        }
