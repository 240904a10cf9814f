"""Values that describe a visit to a page in a browser: what was asked of it and what it did."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from agent.errors import ProofingError


class PageStuck(ProofingError):
    """A script of the page used seconds of processor time without ever letting go."""


class PageSlow(ProofingError):
    """The page did not answer in time, and the reason may be a busy machine."""


class PageGone(ProofingError):
    """The page's process ended, for example because it ran out of memory."""


class ActionImpossible(ProofingError):
    """The page has no element that can take the action; the message names the element."""


class VisitKind(StrEnum):
    """How a page is visited.

    ALONE: no other page of this browser is open meanwhile. STAND_INS: unreachable scripts and data
    of other sites are replaced by objects that accept every use (see `stand_ins.js`).
    """

    USUAL = "usual"
    ALONE = "alone"
    STAND_INS = "stand-ins"


class Ending(StrEnum):
    """How an evaluation ended; REFUSED: the engine saw that it would change the page."""

    VALUE = "value"
    THREW = "threw"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    INVALID = "not JavaScript"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of an expression: `shown` is its value, or the error's message, as short text.

    `kind` is JavaScript's `typeof`, with `null` for null; `value` is set for primitives only.
    """

    ending: Ending
    shown: str
    kind: str = ""
    is_truthy: bool = False
    value: str | float | bool | None = None


@dataclass(frozen=True, slots=True)
class UnreachedRequest:
    """A request to another site that got no answer here; `kind` is Chromium's resource type."""

    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class OwnFailure:
    """A request for a file that the draft does not have; `document` is the file that made it."""

    method: str
    path: str
    status: int
    kind: str
    document: str

    def __str__(self) -> str:
        is_outside = self.path.startswith("/")
        hint = f" (outside the site's folder; try {self.path[1:]!r})" if is_outside else ""
        return f"{self.method} {self.path} → {self.status}{hint}"


@dataclass(slots=True)
class PageLog:
    """What a page did since it was opened; it grows while the page lives."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    own_failures: list[OwnFailure] = field(default_factory=list)
    other_failures: list[str] = field(default_factory=list)
    unreached: list[UnreachedRequest] = field(default_factory=list)

    def copy(self) -> "PageLog":
        """What was noted so far, unaffected by what the page does next."""
        return PageLog(
            list(self.console),
            list(self.errors),
            list(self.own_failures),
            list(self.other_failures),
            list(self.unreached),
        )


@dataclass(frozen=True, slots=True)
class PageAction:
    """One thing a person does; `value` is the text, the option's value or label, or the key.

    `press` without a selector goes to the element that has the focus.
    """

    verb: Literal["fill", "click", "select", "press", "hover", "check", "uncheck", "back"]
    selector: str
    value: str = ""
