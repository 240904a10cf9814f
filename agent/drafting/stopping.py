"""When no further attempt is made: all is well, nothing new comes, or the time or number is up."""

from agent.deadline import Deadline
from agent.values import Outcome, Trial


def enough(trials: tuple[Trial, ...], max_repairs: int, deadline: Deadline) -> str | None:
    """Why to stop drafting; None to go on. `deadline` is the one for drafting alone."""
    if not trials:
        return None
    if trials[-1].proof.is_clean:
        return "nothing is known to be wrong with the last attempt"
    if len(trials) > max_repairs:
        return f"{max_repairs} repairs were made"
    if not deadline.remaining:
        return "the time left is for publishing"
    if any(trial.attempt.tree == trials[-1].attempt.tree for trial in trials[:-1]):
        return "the same draft came again"
    if len(trials) > 2 and _best(trials[:-2]) >= _best(trials[-2:]):
        return "two attempts in a row brought nothing new"
    return None


def _best(trials: tuple[Trial, ...]) -> int:
    return max(t.proof.count(Outcome.PASSED) - len(t.proof.faults) for t in trials)
