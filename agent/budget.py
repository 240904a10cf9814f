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
    """What the models of this round were used for so far: its tests and the opinions on them,
    attempts by number and their reviews."""
    paths = list(evidence.PLAN_USAGES)
    for number in attempts:
        paths += [evidence.usage_path(number), evidence.review_usage_path(number)]
    records = [*map(loaded.evidence, paths), *opinions(loaded)]
    return [usage for record in records for usage in evidence.usages_of(record)]


def all_spent(loaded: LoadedJob) -> tuple[ModelUsage, ...]:
    """The same, with every attempt that is on record."""
    last = 0
    while loaded.evidence(evidence.usage_path(last + 1)) is not None:
        last += 1
    return tuple(spent(loaded, range(1, last + 1)))


def opinions(loaded: LoadedJob) -> list[bytes]:
    """The usage of each second opinion of this round, oldest first."""
    found: list[bytes] = []
    while record := loaded.evidence(f"{evidence.opinion_folder(len(found) + 1)}/usage.json"):
        found.append(record)
    return found
