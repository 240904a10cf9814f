"""What proofing needs of a browser: the shapes of an open page and of the browser that opens it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypeVar

from agent.deadline import Deadline
from agent.errors import ProofingError

T = TypeVar("T")


class PageStuck(ProofingError):
    """The page does not answer: its script never yields."""


class PageGone(ProofingError):
    """The page's process died, as it does when it runs out of memory."""


class ActionImpossible(ProofingError):
    """The page has nothing that can be acted on so; the message says what was looked for."""


class Ending(StrEnum):
    """How an evaluation ended."""

    VALUE = "value"
    THREW = "threw"
    TIMED_OUT = "timed out"
    INVALID = "not JavaScript"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of an expression: `shown` is its value, or the error's message, as short text.

    `kind` is JavaScript's `typeof`, with `null` for null; `value` is set for primitives only.
    """

    ending: Ending
    shown: str
    kind: str = ""
    is_truthy: bool = False
    value: str | float | bool | None = None


@dataclass(frozen=True, slots=True)
class Unreached:
    """A request to another site that got no answer here; `kind` is Chromium's resource type."""

    url: str
    kind: str


@dataclass(slots=True)
class Sightings:
    """What a page did since it was opened; it grows while the page lives."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    own_failures: list[str] = field(default_factory=list)
    other_failures: list[str] = field(default_factory=list)
    unreached: list[Unreached] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person does; `value` is the text, the option's value or label, or the key.

    `press` without a selector goes to whatever has the focus.
    """

    verb: Literal["fill", "click", "select", "press", "hover", "check", "uncheck", "back"]
    selector: str
    value: str = ""


class Page(Protocol):
    """A draft in its own browser context. Every call may raise PageStuck or PageGone."""

    sightings: Sightings

    async def open(self, query: str = "") -> int:
        """Load the draft's front page and wait until it is quiet; the HTTP status."""
        ...

    async def evaluate(self, text: str, seconds: float) -> Evaluation:
        """The text as the page's own console would take it; promises are awaited."""
        ...

    async def peek(self, text: str) -> Evaluation:
        """Like `evaluate`, for a moment, and refused by the engine if it would change anything."""
        ...

    async def act(self, action: Action, seconds: float) -> None:
        """Do it once the element can take it. Raises ActionImpossible."""
        ...

    async def resize(self, width: int, height: int) -> None:
        """Make the window that large, in CSS pixels."""
        ...

    async def picture(self, width: int, height: int) -> bytes:
        """The page at that window size, as PNG; empty if it cannot be drawn in time."""
        ...


class Browser(Protocol):
    """Somewhere to open drafts; safe to use from many threads."""

    def visit(
        self,
        files: Mapping[str, bytes],
        errand: Callable[[Page], Awaitable[T]],
        deadline: Deadline,
    ) -> T:
        """Run the errand on a fresh page that serves `files`; nothing of the page outlives it.

        Raises ProofingError, Cancelled, DeadlinePassed.
        """
        ...
