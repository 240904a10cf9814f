"""How a draft is written: what every road to one takes and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agent.deadline import Deadline
from agent.drafting.assignment import Assignment
from agent.ports import Image, Listener, Prompt
from agent.values import Answer, Trial

Turns = list[tuple[Prompt, Answer]]


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt so far: what was seen of it, its files, and its page as it looked."""

    trial: Trial
    files: Mapping[str, bytes] = field(repr=False)
    picture: Image | None = None


@dataclass(frozen=True)
class Attempting:
    """One attempt: what it is for, what was tried before it, and the time it has.

    `turns` grows with every answer, so that there is a record also of an attempt that fails.
    `permit` refuses (DraftRefused) what may not be in a repository.
    """

    assignment: Assignment
    number: int
    tried: tuple[Tried, ...]
    deadline: Deadline
    listen: Listener
    permit: Callable[[Mapping[str, bytes], Mapping[str, bytes]], dict[str, bytes]]
    turns: Turns = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of an attempt; `explanation` says how the code works, and may be empty."""

    files: Mapping[str, bytes] = field(repr=False)
    summary: str
    explanation: str
    model: str


class Writer(Protocol):
    """A road to drafts."""

    def write(self, attempting: Attempting) -> Written:
        """Raises DraftRefused when nothing usable came, ModelError when nobody answered."""
        ...

    def enough(self, trials: tuple[Trial, ...], number: int, deadline: Deadline) -> str | None:
        """Why attempt `number` is not worth making; None when it is."""
        ...
