"""When no further attempt is made: all is well, nothing new comes, or the time or number is up."""

from agent.choosing import choose
from agent.deadline import Deadline
from agent.values import Trial

_MOST_IN_VAIN = 2


def enough(
    trials: tuple[Trial, ...], number: int, max_repairs: int, deadline: Deadline
) -> str | None:
    """Why attempt `number` is not made; None to make it. `deadline` is that of drafting.

    Attempts that are not among the trials came to nothing: no answer could be used.
    """
    if trials and trials[-1].proof.is_clean:
        return "nothing is known to be wrong with the last attempt"
    if number > max_repairs + 1:
        return f"{number - 1} attempts were made"
    if not deadline.remaining:
        return "the time left is for publishing"
    if number - 1 - len(trials) >= _MOST_IN_VAIN:
        return f"{_MOST_IN_VAIN} attempts came to nothing"
    if any(trial.attempt.tree == trials[-1].attempt.tree for trial in trials[:-1]):
        return "the same draft came again"
    if len(trials) > 2 and choose(trials) in trials[:-2]:
        return "two attempts in a row brought nothing new"
    return None
