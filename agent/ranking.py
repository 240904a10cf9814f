"""Ranks proved drafts: the best is published, and is what a repair starts from."""

from agent.values import Outcome, Proof, ProvedDraft


def best(proved: tuple[ProvedDraft, ...]) -> ProvedDraft:
    """Earlier rounds unharmed counts first, then checks passed, then fewest faults.

    The earlier one where two are as good.
    """
    return max(proved, key=lambda each: (*_merit(each.proof), -each.draft.number))


def _merit(proof: Proof) -> tuple[int, int, int]:
    latest = max((verdict.check.round for verdict in proof.verdicts), default=1)
    broken = sum(v.outcome is Outcome.FAILED and v.check.round < latest for v in proof.verdicts)
    return -broken, proof.count(Outcome.PASSED), -len(proof.faults)
