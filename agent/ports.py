"""What the line needs from outside, as Protocols: one small shape for each kind of neighbour.

An implementation is one file, owns one vendor library, and translates that vendor's errors.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from agent.browsing import Evaluation, PageAction, PageLog, VisitKind
from agent.deadline import Deadline
from agent.values import Answer, Publication, Remote, Revision


@dataclass(frozen=True, slots=True)
class Image:
    """A picture for a model that sees."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. `temperature` None leaves it to the model's own default."""

    messages: tuple[Message, ...]
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None


Listener = Callable[[str], None]
"""Hears each piece of an answer as it streams in; what it raises ends the call."""


class Model(Protocol):
    """Somebody to ask."""

    name: str

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        """The whole answer. Raises ModelError: not reached, refused, cut off, or too late."""
        ...


class Inbox(Protocol):
    """Where accepted requests wait, by job."""

    def put(self, job_id: str, record: bytes) -> bool:
        """Keep a request durably. False: the job has one already, which stays."""
        ...

    def get(self, job_id: str) -> bytes | None: ...

    def drop(self, job_id: str) -> None: ...

    def kept_before(self, moment: float) -> list[str]:
        """The jobs whose request is kept since before a moment (epoch)."""
        ...


class Forge(Protocol):
    """Where repositories are pushed."""

    def claim(self, repo: str, description: str, since: float) -> Remote | None:
        """Create `repo`, or find the empty one that an earlier try made after `since` (epoch).

        None: the name belongs to something else. Raises ForgeError.
        """
        ...

    def find(self, repo: str) -> Remote | None:
        """The repository of that name, if this account has one. Raises ForgeError."""
        ...

    def transport(self) -> Mapping[str, str]:
        """Environment for the git command that talks to the forge, and for no other."""
        ...


class Host(Protocol):
    """Where the pushed revision is served as a page."""

    def request(self, remote: Remote, revision: Revision) -> str:
        """Ask for the revision to be served; the page's URL with its trailing slash.

        Safe to call again. Raises HostError.
        """
        ...

    def look(self, remote: Remote, revision: Revision) -> str:
        """What the host says about the revision, for the log. Raises HostError: it never will."""
        ...

    def announce(self, remote: Remote, publication: Publication, proof: str) -> None:
        """Leave word where people read the repository; what cannot be written is left out.

        `proof` is the summary of the revision's Proof.
        """
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """What a plain GET of a public page brought."""

    status: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a POST was answered: any status, at most 2 KB of text, and the seconds it asked for."""

    status: int
    text: str
    retry_after: float = 0.0


class Notifier(Protocol):
    """The way to the evaluation URL."""

    def post(
        self,
        url: str,
        payload: Mapping[str, object],
        headers: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        """One try; redirects are answers. Raises StepFailed when no answer came in `seconds`."""
        ...


class BrowserPage(Protocol):
    """A draft, open in a browser context of its own. Every call may raise one of the page errors:
    PageStuck, PageSlow, PageGone.
    """

    log: PageLog
    pace: float
    """How much slower than usual this machine opened the page, at least 1: waits are multiplied."""

    async def open(self, query: str = "") -> int:
        """Load the draft's front page and wait until it is quiet; the HTTP status."""
        ...

    async def settle_timers(self) -> None:
        """Wait for the timers that the page set for its first seconds."""
        ...

    async def evaluate(self, text: str, seconds: float) -> Evaluation:
        """The text as the page's own console would take it; promises are awaited."""
        ...

    async def ask(self, text: str, seconds: float) -> Evaluation:
        """Like `evaluate`, but the engine refuses the text if it would change anything."""
        ...

    async def peek(self, text: str) -> Evaluation:
        """The value of a small expression as it is; refused if it would change anything."""
        ...

    async def evaluate_watched(self, text: str, seconds: float) -> tuple[Evaluation, bool]:
        """Like `evaluate`, and whether it ran code of the page or changed the page."""
        ...

    async def act(self, action: PageAction, seconds: float) -> None:
        """Do it once the element can take it. Raises ActionImpossible."""
        ...

    async def resize(self, width: int, height: int) -> None:
        """Make the window that large, in CSS pixels."""
        ...

    async def picture(self, width: int, height: int) -> bytes:
        """The page at that window size, as PNG; empty if it cannot be drawn in time."""
        ...


Found = TypeVar("Found")


class Browser(Protocol):
    """Opens drafts; safe to use from many threads."""

    def visit(
        self,
        files: Mapping[str, bytes],
        errand: Callable[[BrowserPage], Awaitable[Found]],
        deadline: Deadline,
        kind: VisitKind = VisitKind.USUAL,
    ) -> Found:
        """Run the errand on a fresh page that serves `files`; nothing of the page outlives it.

        Raises ProofingError, Cancelled, DeadlinePassed.
        """
        ...


class SendCommand(Protocol):
    """Sends one command of the DevTools protocol to a page."""

    async def __call__(
        self, method: str, parameters: Mapping[str, Any], seconds: float
    ) -> Mapping[str, Any]:
        """The answer's fields. Raises CommandRefused, and the page errors."""
        ...
