"""The parts of the small-model strategy, each as a strategy without the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drafting.large_model import LargeModelWriter
from agent.drafting.small.schedule import FIRST_ROUND, AttemptKind, ScheduledAttempt
from agent.drafting.small.strategy import MOST_ATTEMPTS, SmallModelWriter
from agent.ports import Model

SINGLE_SHOT, WHOLE_LOOP = "single shot", "whole loop"

_PLAIN = ScheduledAttempt(AttemptKind.PAGE)
_SCRIPTS = tuple(
    each
    for each in FIRST_ROUND
    if each.kind in (AttemptKind.SCRIPT, AttemptKind.SCRIPT_WITHOUT_EXAMPLE)
)
_SAMPLED = (_PLAIN, *(ScheduledAttempt(AttemptKind.PAGE, seed / 10, seed) for seed in (3, 5, 7, 9)))


@dataclass(frozen=True, slots=True)
class Part:
    """A strategy with parts left out: its schedule, whether code corrects, and its attempts."""

    schedule: tuple[ScheduledAttempt, ...]
    autofixes: bool
    most: int

    def writer(self, model: Model) -> SmallModelWriter:
        other_writer = LargeModelWriter(model, "whole", 0)
        return SmallModelWriter(
            model, other_writer, self.schedule, autofixes=self.autofixes, most_attempts=self.most
        )


COMPARED: Mapping[str, Part] = {
    SINGLE_SHOT: Part((_PLAIN,), False, 1),
    WHOLE_LOOP: Part(FIRST_ROUND, True, MOST_ATTEMPTS),
}
PARTS: Mapping[str, Part] = {
    "plain request sampled": Part(_SAMPLED, False, len(_SAMPLED)),
    "single shot, corrected": Part((_PLAIN,), True, 2),
    "skeleton once": Part((_PLAIN, *_SCRIPTS[:1]), False, 2),
    "skeleton sampled": Part((_PLAIN, *_SCRIPTS), False, 1 + len(_SCRIPTS)),
    "skeleton sampled, corrected": Part((_PLAIN, *_SCRIPTS), True, 1 + 2 * len(_SCRIPTS)),
    "skeleton sampled, named changes": Part(FIRST_ROUND, False, len(FIRST_ROUND)),
}
