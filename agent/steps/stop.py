"""The stop step: decides whether another draft is worth making."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from agent import evidence
from agent.budget import NO_LIMITS, Budget, spent
from agent.loaded_job import LoadedJob
from agent.ports import Writer
from agent.values import Decision, ModelUsage, ProvedDraft, RefusedDraft


@dataclass(frozen=True)
class Stopping:
    """What counts depends on the writer: small models are asked more often."""

    writer: Writer
    budget: Budget = NO_LIMITS

    def stop(self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft]) -> Decision:
        """Attempts that came to nothing before the job was retried do not count."""
        used = spent(loaded, map(_number, tried)) if tried else []
        return replace(self._decide(loaded, tried, used), spent=tuple(used))

    def _decide(
        self,
        loaded: LoadedJob,
        tried: Sequence[ProvedDraft | RefusedDraft],
        used: Sequence[ModelUsage],
    ) -> Decision:
        proved = tuple(each for each in tried if isinstance(each, ProvedDraft))
        refused = [each for each in tried if _is_refused_in(each, loaded.deadlines.whole.at)]
        if refused and refused[-1] is tried[-1] and refused[-1].is_final:
            return Decision(True, refused[-1].reason)
        if tried and (excess := self._excess(loaded, used)):
            return Decision(True, excess)
        attempts = len(proved) + len(refused)
        reason = self.writer.reason_to_stop(proved, attempts, loaded.deadlines.drafting)
        if reason and refused and refused[-1] is tried[-1]:
            reason = f"{reason}: {refused[-1].reason}"
        return Decision(bool(reason), reason)

    def _excess(self, loaded: LoadedJob, used: Sequence[ModelUsage]) -> str:
        """Which limit of the budget is reached; on record, as a later step tells the sender."""
        excess = self.budget.excess(each.usage for each in used)
        if excess:
            loaded.record(evidence.of_budget(excess))
        return excess


def _number(tried: ProvedDraft | RefusedDraft) -> int:
    return tried.draft.number if isinstance(tried, ProvedDraft) else tried.number


def _is_refused_in(each: ProvedDraft | RefusedDraft, deadline: float) -> TypeGuard[RefusedDraft]:
    """Whether it is an attempt of the run with this deadline that came to nothing."""
    return isinstance(each, RefusedDraft) and each.deadline >= deadline
