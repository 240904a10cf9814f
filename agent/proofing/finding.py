"""What was found out about a check: the outcome and what was observed, without the check."""

from dataclasses import dataclass

from agent.values import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict without its check."""

    outcome: Outcome
    observed: str


def passed(observed: str) -> Finding:
    return Finding(Outcome.PASSED, observed)


def failed(observed: str) -> Finding:
    return Finding(Outcome.FAILED, observed)


def unproved(observed: str) -> Finding:
    return Finding(Outcome.UNPROVED, observed)


def excused(finding: Finding, excuse: str) -> Finding:
    """A failure that may come from what could not be reached is not proved."""
    if finding.outcome is Outcome.FAILED and excuse:
        return unproved(f"{finding.observed}; but {excuse}")
    return finding
