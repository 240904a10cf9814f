"""The stop step: decides whether another draft is worth making."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from agent import evidence
from agent.budget import NO_LIMITS, Budget, all_spent, spent
from agent.loaded_job import LoadedJob
from agent.ports import Writer
from agent.values import Decision, ProvedDraft, RefusedDraft


@dataclass(frozen=True)
class Stopping:
    """What counts depends on the writer: small models are asked more often."""

    writer: Writer
    budget: Budget = NO_LIMITS

    def stop(self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft]) -> Decision:
        """Attempts that came to nothing before the job was retried do not count."""
        spent_so_far = all_spent(loaded) if tried else ()
        return replace(self._decide(loaded, tried), spent=spent_so_far)

    def _decide(self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft]) -> Decision:
        proved = tuple(each for each in tried if isinstance(each, ProvedDraft))
        refused = [each for each in tried if _is_refused_in(each, loaded.deadlines.whole.at)]
        if refused and refused[-1] is tried[-1] and refused[-1].is_final:
            return Decision(True, refused[-1].reason)
        if tried and (excess := self._excess(loaded, tried)):
            return Decision(True, excess)
        attempts = len(proved) + len(refused)
        reason = self.writer.reason_to_stop(proved, attempts, loaded.deadlines.drafting)
        if reason and refused and refused[-1] is tried[-1]:
            reason = f"{reason}: {refused[-1].reason}"
        return Decision(bool(reason), reason)

    def _excess(self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft]) -> str:
        """Which limit of the budget is reached; on record, as a later step tells the sender."""
        numbers = [
            each.draft.number if isinstance(each, ProvedDraft) else each.number for each in tried
        ]
        used = spent(loaded, numbers)
        excess = self.budget.excess(each.usage for each in used)
        if excess:
            loaded.record(evidence.of_budget(excess))
        return excess


def _is_refused_in(each: ProvedDraft | RefusedDraft, deadline: float) -> TypeGuard[RefusedDraft]:
    """Whether it is an attempt of the run with this deadline that came to nothing."""
    return isinstance(each, RefusedDraft) and each.deadline >= deadline
