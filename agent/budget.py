"""What a job may spend on models, and what its attempts have spent by the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent import evidence
from agent.loaded_job import LoadedJob
from agent.usage import ModelUsage, Usage


@dataclass(frozen=True, slots=True)
class Budget:
    """Most US dollars and most tokens of a job; None: no limit.

    It is looked at between attempts, so that the attempt in hand may go beyond it. Answers of
    unknown price cost nothing here.
    """

    cost: float | None = None
    tokens: int | None = None

    def excess(self, usages: Iterable[Usage]) -> str:
        """Which limit is reached, and by how much was spent; empty while none is."""
        spent = tuple(usages)
        cost = sum(usage.cost or 0.0 for usage in spent)
        tokens = sum(usage.prompt_tokens + usage.completion_tokens for usage in spent)
        if self.cost is not None and cost >= self.cost:
            return f"MAX_COST_USD={self.cost:g} is reached: ${cost:.4f} were spent"
        if self.tokens is not None and tokens >= self.tokens:
            return f"MAX_TOKENS={self.tokens} is reached: {tokens} were used"
        return ""


NO_LIMITS = Budget()


def spent(loaded: LoadedJob, attempts: Iterable[int]) -> list[ModelUsage]:
    """What the models of this round were used for so far: its tests, and attempts by number."""
    paths = [*evidence.PLAN_USAGES, *(evidence.usage_path(number) for number in attempts)]
    return [usage for path in paths for usage in evidence.usages_of(loaded.evidence(path))]


def all_spent(loaded: LoadedJob) -> tuple[ModelUsage, ...]:
    """What the models of this round were used for so far: tests, attempts and their reviews."""
    records = [loaded.evidence(path) for path in evidence.PLAN_USAGES]
    number = 1
    while (record := loaded.evidence(evidence.usage_path(number))) is not None:
        records += [record, loaded.evidence(evidence.review_usage_path(number))]
        number += 1
    return tuple(usage for record in records for usage in evidence.usages_of(record))
