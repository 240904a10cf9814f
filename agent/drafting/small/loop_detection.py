"""Ends a model's answer while it streams, once it repeats itself or gets too long to be usable."""

from dataclasses import dataclass, field

from agent.errors import DraftRefused
from agent.ports import Listener

_LOOKED_AT = 2_400
_LEAST_REPEATED = 600
_TIMES = 4
_LONGEST_PERIOD = _LOOKED_AT // _TIMES
_CHARACTERS_BETWEEN_LOOKS = 80


class EndlessAnswer(DraftRefused):
    """The answer would not have ended in anything usable."""


@dataclass
class LoopGuard:
    """Passes each piece of an answer on to `listen`; `most` is the longest answer in characters
    that makes sense."""

    listen: Listener
    most: int
    _tail: str = field(default="", init=False)
    _length: int = field(default=0, init=False)
    _unseen: int = field(default=0, init=False)

    def __call__(self, piece: str) -> None:
        """Raises EndlessAnswer, which ends the call."""
        self.listen(piece)
        self._tail = (self._tail + piece)[-_LOOKED_AT:]
        self._length += len(piece)
        self._unseen += len(piece)
        if self._length > self.most:
            raise EndlessAnswer(f"the answer did not end within {self.most} characters")
        if self._unseen >= _CHARACTERS_BETWEEN_LOOKS:
            self._unseen = 0
            if repeats(self._tail):
                raise EndlessAnswer("the answer repeated itself without end")


def repeats(text: str) -> bool:
    """Whether the text ends in one piece that is repeated four times or more, over at least 600
    characters."""
    for period in range(1, min(_LONGEST_PERIOD, len(text) // _TIMES) + 1):
        length = max(_LEAST_REPEATED, _TIMES * period)
        tail = text[-length:]
        if len(tail) == length and tail[period:] == tail[:-period]:
            return True
    return False
