"""The order in which a small model is asked for attempts, with temperature and seed of each."""

from dataclasses import dataclass, replace
from enum import StrEnum


class AttemptKind(StrEnum):
    """What the model is asked for."""

    PAGE = "page"  # a whole page, from the brief alone
    SCRIPT = "script"  # the functions of the skeleton, after a worked example
    SCRIPT_WITHOUT_EXAMPLE = "script without example"  # another prompt finds other solutions
    NAMED_CHANGE = "named change"  # one change to the best page so far
    REWRITE = "rewrite"  # the whole page of the round before, with what the new round asks for


@dataclass(frozen=True, slots=True)
class ScheduledAttempt:
    """A request to the model; the seed makes its answer repeatable."""

    kind: AttemptKind
    temperature: float = 0.0
    seed: int = 1


FIRST_ROUND = (
    ScheduledAttempt(AttemptKind.PAGE),
    ScheduledAttempt(AttemptKind.SCRIPT),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE),
    ScheduledAttempt(AttemptKind.SCRIPT, 0.4, 4),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE, 0.4, 4),
    ScheduledAttempt(AttemptKind.SCRIPT, 0.7, 7),
    ScheduledAttempt(AttemptKind.SCRIPT_WITHOUT_EXAMPLE),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE, 0.6, 6),
    ScheduledAttempt(AttemptKind.SCRIPT, 0.9, 9),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE, 0.8, 8),
)
LATER_ROUNDS = (
    ScheduledAttempt(AttemptKind.REWRITE),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE),
    ScheduledAttempt(AttemptKind.REWRITE, 0.4, 4),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE, 0.4, 4),
    ScheduledAttempt(AttemptKind.REWRITE, 0.7, 7),
    ScheduledAttempt(AttemptKind.NAMED_CHANGE, 0.7, 7),
)
_DETERMINISTIC = 0.3  # below this temperature another seed hardly changes the answer


def scheduled(schedule: tuple[ScheduledAttempt, ...], place: int) -> ScheduledAttempt:
    """The attempt at that place. After the end, the sampled ones come again with new seeds."""
    if place < len(schedule):
        return schedule[place]
    sampled = [each for each in schedule if each.temperature > _DETERMINISTIC] or list(schedule)
    again, place = divmod(place - len(schedule), len(sampled))
    return replace(sampled[place], seed=sampled[place].seed + 100 * (again + 1))
