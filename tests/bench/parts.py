"""The parts of the road for small models, each as a road on which the others are left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drafting.large_model import LargeModelWriter
from agent.drafting.small.moves import FIRST_ROUND, Kind, Move
from agent.drafting.small.road import MOST_ATTEMPTS, SmallRoad
from agent.ports import Model

SINGLE_SHOT, WHOLE_LOOP = "single shot", "whole loop"

_PLAIN = Move(Kind.PAGE)
_SCRIPTS = tuple(move for move in FIRST_ROUND if move.kind in (Kind.SCRIPT, Kind.BARE))
_SAMPLED = (_PLAIN, *(Move(Kind.PAGE, seed / 10, seed) for seed in (3, 5, 7, 9)))


@dataclass(frozen=True, slots=True)
class Part:
    """A road with parts left out: its moves, whether code mends, and how many attempts it has."""

    moves: tuple[Move, ...]
    mends: bool
    most: int

    def road(self, model: Model) -> SmallRoad:
        otherwise = LargeModelWriter(model, "whole", 0)
        return SmallRoad(model, otherwise, self.moves, mends=self.mends, most_attempts=self.most)


COMPARED: Mapping[str, Part] = {
    SINGLE_SHOT: Part((_PLAIN,), False, 1),
    WHOLE_LOOP: Part(FIRST_ROUND, True, MOST_ATTEMPTS),
}
PARTS: Mapping[str, Part] = {
    "plain request sampled": Part(_SAMPLED, False, len(_SAMPLED)),
    "single shot, mended": Part((_PLAIN,), True, 2),
    "skeleton once": Part((_PLAIN, *_SCRIPTS[:1]), False, 2),
    "skeleton sampled": Part((_PLAIN, *_SCRIPTS), False, 1 + len(_SCRIPTS)),
    "skeleton sampled, mended": Part((_PLAIN, *_SCRIPTS), True, 1 + 2 * len(_SCRIPTS)),
    "skeleton sampled, named changes": Part(FIRST_ROUND, False, len(FIRST_ROUND)),
}
