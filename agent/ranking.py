"""Ranks proved drafts: the best is published, and is what a repair starts from."""

from agent.values import Outcome, Proof, ProvedDraft


def best(proved: tuple[ProvedDraft, ...]) -> ProvedDraft:
    """The one with the fewest failed checks, then with most of the newest round's passed.

    After that count all checks passed, the fewest faults, the own tests, and the fewest hints; the
    earlier of two that are as good.
    """
    return max(proved, key=lambda each: (*_merit(each.proof), -each.draft.number))


def _merit(proof: Proof) -> tuple[int, ...]:
    newest = max((verdict.check.round for verdict in proof.verdicts), default=1)
    of_newest = sum(
        verdict.outcome is Outcome.PASSED and verdict.check.round == newest
        for verdict in proof.verdicts
    )
    failed, passed = proof.count(Outcome.FAILED), proof.count(Outcome.PASSED)
    own_failed, own_passed = proof.count_own(Outcome.FAILED), proof.count_own(Outcome.PASSED)
    of_own = (-own_failed, own_passed)
    return -failed, of_newest, passed, -len(proof.faults), *of_own, -len(proof.hints)
