"""Which attempt is the best: the one that is published, gone on from, and to be improved on."""

from agent.values import Outcome, Proof, Trial


def choose(trials: tuple[Trial, ...]) -> Trial:
    """Earlier rounds unharmed counts first, then checks passed, then fewest faults.

    The earlier one where two are as good.
    """
    return max(trials, key=lambda trial: (*_merit(trial.proof), -trial.attempt.number))


def _merit(proof: Proof) -> tuple[int, int, int]:
    latest = max((verdict.check.round for verdict in proof.verdicts), default=1)
    broken = sum(v.outcome is Outcome.FAILED and v.check.round < latest for v in proof.verdicts)
    return -broken, proof.count(Outcome.PASSED), -len(proof.faults)
