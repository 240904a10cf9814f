"""Ranks proved drafts: the best is published, and is what a repair starts from."""

from agent.values import Check, Outcome, Proof, ProvedDraft, Verdict


def best(proved: tuple[ProvedDraft, ...]) -> ProvedDraft:
    """The one with the fewest failed checks, then with most of the newest round's passed.

    After that count all checks passed, the fewest faults, the own tests, and the fewest hints; the
    earlier of two that are as good.
    """
    return max(proved, key=lambda each: (*_merit(each.proof), -each.draft.number))


def is_as_good(before: Proof, after: Proof) -> bool:
    """Whether no check and no own test that passed does so no longer, and no fault or hint is new.

    Checks that failed or could not be decided before count as before.
    """
    is_worse = any(
        _outcomes(of_before)[text] is not now and now is not Outcome.PASSED
        for of_before, of_after in (
            (before.verdicts, after.verdicts),
            (before.own_tests, after.own_tests),
        )
        for text, now in _outcomes(of_after).items()
        if text in _outcomes(of_before)
    )
    return (
        not is_worse
        and len(after.faults) <= len(before.faults)
        and len(after.hints) <= len(before.hints)
    )


def _outcomes(verdicts: tuple[Verdict, ...]) -> dict[Check, Outcome]:
    return {verdict.check: verdict.outcome for verdict in verdicts}


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
