"""Ends an answer that goes round in circles or on without end while it is still being written."""

from dataclasses import dataclass, field

from agent.errors import DraftRefused
from agent.ports import Listener

_LOOKED_AT = 2_400
_LEAST_REPEATED = 600
_TIMES = 4
_LONGEST_PERIOD = _LOOKED_AT // _TIMES


class Rambling(DraftRefused):
    """The answer would never have ended in anything usable."""


@dataclass
class Attentive:
    """Hears an answer and hands it on; `most` is the longest in characters that makes sense."""

    listen: Listener
    most: int
    _heard: str = ""
    _length: int = 0
    _unseen: int = field(default=0)

    def __call__(self, piece: str) -> None:
        """Raises Rambling, which ends the call."""
        self.listen(piece)
        self._heard = (self._heard + piece)[-_LOOKED_AT:]
        self._length += len(piece)
        self._unseen += len(piece)
        if self._length > self.most:
            raise Rambling(f"the answer did not end within {self.most} characters")
        if self._unseen >= 80:
            self._unseen = 0
            if repeats(self._heard):
                raise Rambling("the answer repeated itself without end")


def repeats(text: str) -> bool:
    """Whether the end of the text is one piece, four times over or more, 600 characters long."""
    for period in range(1, min(_LONGEST_PERIOD, len(text) // _TIMES) + 1):
        length = max(_LEAST_REPEATED, _TIMES * period)
        tail = text[-length:]
        if len(tail) == length and tail[period:] == tail[:-period]:
            return True
    return False
