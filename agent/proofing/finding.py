"""What became of a check: the outcome and what was observed, before it is tied to its check."""

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
