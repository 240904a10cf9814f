"""How the checks of a proof went, in numbers and with what was observed of those that failed."""

from dataclasses import asdict, dataclass
from typing import Any

from agent.recorded import restore


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check, verbatim, and what the browser observed instead."""

    check: str
    observed: str


@dataclass(frozen=True, slots=True)
class ProofCounts:
    """How many checks passed and how many could not be decided, and those that failed.

    `own_tests` counts the tests that nobody sent; None where there were none.
    """

    passed: int
    unproved: int
    failing: tuple[FailedCheck, ...]
    own_tests: "ProofCounts | None" = None

    __setstate__ = restore

    @property
    def failed(self) -> int:
        return len(self.failing)

    @property
    def as_json(self) -> dict[str, Any]:
        """The object `proof` of an answer; `own_tests` is there only where there were some."""
        own = {"own_tests": self.own_tests.as_json} if self.own_tests else {}
        return {
            "passed": self.passed,
            "failed": self.failed,
            "unproved": self.unproved,
            "failing": [asdict(each) for each in self.failing],
            **own,
        }
