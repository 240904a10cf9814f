"""What is tried after what: the order of moves on the road, and how much each gambles."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """A way to the next attempt."""

    PAGE = "page"  # the plain request: a whole page
    SCRIPT = "script"  # the functions of the skeleton, after a worked example
    BARE = "bare"  # the same without the example: another prompt finds other pages
    CHANGE = "change"  # one named change to the best page so far
    REWRITE = "rewrite"  # the working page of the round before, whole, with what is new


@dataclass(frozen=True, slots=True)
class Move:
    """A way, its temperature, and the seed that makes it repeatable."""

    kind: Kind
    temperature: float = 0.0
    seed: int = 1


FIRST_ROUND = (
    Move(Kind.PAGE),
    Move(Kind.SCRIPT),
    Move(Kind.CHANGE),
    Move(Kind.SCRIPT, 0.4, 4),
    Move(Kind.CHANGE, 0.4, 4),
    Move(Kind.SCRIPT, 0.7, 7),
    Move(Kind.BARE),
    Move(Kind.CHANGE, 0.6, 6),
    Move(Kind.SCRIPT, 0.9, 9),
    Move(Kind.CHANGE, 0.8, 8),
)
LATER_ROUNDS = (
    Move(Kind.REWRITE),
    Move(Kind.CHANGE),
    Move(Kind.REWRITE, 0.4, 4),
    Move(Kind.CHANGE, 0.4, 4),
    Move(Kind.REWRITE, 0.7, 7),
    Move(Kind.CHANGE, 0.7, 7),
)
_SURE = 0.3  # below this temperature another seed changes next to nothing


def nth(moves: tuple[Move, ...], place: int) -> Move:
    """The move at that place; past the end those that gamble come again, with other seeds."""
    if place < len(moves):
        return moves[place]
    gambles = [move for move in moves if move.temperature > _SURE] or list(moves)
    again, place = divmod(place - len(moves), len(gambles))
    return replace(gambles[place], seed=gambles[place].seed + 100 * (again + 1))
