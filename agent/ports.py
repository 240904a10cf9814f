"""The boundary of the program: every Protocol, and the small values that cross it.

An implementation is one file, owns one vendor library, and translates that vendor's errors.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, TypeVarTuple, Unpack

from agent.browsing import Evaluation, PageAction, PageLog, VisitKind
from agent.deadline import Deadline
from agent.redirects import Redirect
from agent.values import (
    Answer,
    Attachment,
    Brief,
    Check,
    DraftContent,
    ProvedDraft,
    Publication,
    Remote,
    RetryIn,
    Revision,
    Round,
)

T = TypeVar("T")
Given = TypeVarTuple("Given")


class RunClock(Protocol):
    """The time that one run of a job has, and whether it is to end early."""

    @property
    def deadline(self) -> float:
        """Seconds since the epoch; a retry has more time than was accepted."""
        ...

    @property
    def is_cancelled(self) -> bool: ...

    @property
    def is_hurried(self) -> bool:
        """The best of the drafts so far is wanted, and no further one."""
        ...

    @property
    def is_stopping(self) -> bool:
        """This process ends: what the next one simply does again is not worth finishing."""
        ...


class Steps(Protocol):
    """Runs the steps of a job so that their results are remembered, across restarts if need be."""

    @property
    def clock(self) -> RunClock: ...

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        """The result of the step, from the journal where it is there already."""
        ...

    def ahead(self, name: str, work: Callable[[Unpack[Given]], object], *given: *Given) -> None:
        """Begin the work of a later step beside the next one, where that one really runs.

        `do` of that name then takes its result.
        """
        ...

    def load(self, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        """The result of work that each run of the job does again; the journal never has it."""
        ...

    def poll(
        self,
        name: str,
        work: Callable[[Unpack[Given]], T | RetryIn],
        *given: *Given,
    ) -> T:
        """`do` it again after each RetryIn, until there is a result."""
        ...


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a prompt, for models that take pictures."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model.

    The first `stable` characters are those of further prompts too, so a provider may keep them.
    """

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple[Image, ...] = ()
    stable: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. `temperature` None leaves it to the model's own default.

    A job can do without the answer where `is_optional`: it is asked beside the drafts.
    """

    messages: tuple[Message, ...]
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    is_optional: bool = False


Listener = Callable[[str], None]
"""Hears each piece of an answer as it streams in; what it raises ends the call."""


class Model(Protocol):
    """A language model that answers prompts, wherever it runs."""

    name: str

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        """The whole answer. Raises ModelError: not reached, refused, cut off, or too late."""
        ...


Turns = list[tuple[Prompt, Answer]]
"""What a model was asked for one draft and what it answered, turn by turn."""


@dataclass(frozen=True, slots=True)
class EarlierDraft:
    """A draft of this round that was tried: what was seen, its files, and how its page looked.

    `change` is what its model said that it did: a repair's draft has the summary of the app.
    """

    proved: ProvedDraft
    files: Mapping[str, bytes] = field(repr=False)
    picture: Image | None = None
    phone: Image | None = None
    change: str = ""


@dataclass(frozen=True, slots=True)
class ShownTest:
    """A test that nobody sent, as prompts show it; `steps` are JSON."""

    label: str
    check: Check
    steps: str


@dataclass(frozen=True)
class DraftRequest:
    """What a writer is asked for: the next draft of a brief.

    `base` is the tree to start from: what `main` has, and the brief's attachments. `earlier` are
    the rounds before, `attachments` the files of all rounds as they were sent, `tests` the
    browser tests of sentences as JSON; those in `upheld` were contested in vain. `objections` are
    those of a review to the best draft. `permit` takes the trees before and after an answer and
    gives the tree to keep; it raises DraftRefused for what may not be in a repository. `turns`
    grows with every answer, so that a draft that comes to nothing is on record too.
    """

    brief: Brief
    earlier: tuple[Round, ...]
    attachments: tuple[Attachment, ...]
    base: Mapping[str, bytes] = field(repr=False)
    number: int
    tried: tuple[EarlierDraft, ...]
    deadline: Deadline
    listen: Listener
    permit: Callable[[Mapping[str, bytes], Mapping[str, bytes]], dict[str, bytes]]
    tests: Mapping[str, str] = field(default_factory=dict)
    own_tests: tuple[ShownTest, ...] = ()
    upheld: frozenset[str] = frozenset()
    objections: tuple[str, ...] = ()
    turns: Turns = field(default_factory=list)


class Writer(Protocol):
    """Writes drafts with a model, in the way that suits it."""

    def write(self, request: DraftRequest) -> DraftContent:
        """Raises DraftRefused when nothing usable came, ModelError when no model answered."""
        ...

    def reason_to_stop(
        self, proved: tuple[ProvedDraft, ...], attempts: int, deadline: Deadline
    ) -> str:
        """Why no further draft is worth making; empty when one is.

        `attempts` counts the drafts that were proved and those that came to nothing.
        """


Progress = Callable[[int, int], None]
"""Hears the bytes present and the bytes in all, at each step; what it raises ends a download."""


@dataclass(frozen=True, slots=True)
class Pin:
    """The one file that counts as the embedded model's weights; `size` is in bytes."""

    name: str
    size: int
    sha256: str


class WeightSource(Protocol):
    """A place that the embedded model's weights can be downloaded from."""

    name: str

    def extend(self, part: Path, pin: Pin, progress: Progress) -> None:
        """Append what `part` still lacks of the file. Raises ModelError; `part` is then kept."""
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


@dataclass(frozen=True, slots=True)
class Transport:
    """How git talks to a forge.

    `environment` is for the one command that does, as it may hold a token. `advice` is what to do
    when git prints certain words; after `never` words the same content is refused each time.
    """

    environment: Mapping[str, str] = field(repr=False)
    advice: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()


class SentFile(Protocol):
    """An item of a request's `attachments` as it was sent: `url` has or names the content."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...


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

    def transport(self) -> Transport: ...


@dataclass(frozen=True, slots=True)
class SecretLocation:
    """Where a secret stands: lines count from 1; `what` names its kind, never the secret."""

    line: int
    what: str


class SecretDetector(Protocol):
    """Finds what looks like a secret."""

    def search(self, content: bytes) -> SecretLocation | None: ...


class Host(Protocol):
    """Where the pushed revision is served as a page."""

    def request(self, remote: Remote, revision: Revision) -> str:
        """Ask for the revision to be served; the page's URL with its trailing slash.

        Safe to call again. Raises HostError.
        """
        ...

    def look(self, remote: Remote, revision: Revision) -> str:
        """The host's own words, for the log. Raises HostError where it will never serve it."""
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
    """The answer to a POST: at most 2 KB of text, the pause it asks for, redirects before it."""

    status: int
    text: str
    retry_after: float = 0.0
    redirects: tuple[Redirect, ...] = ()


class Notifier(Protocol):
    """The way to the evaluation URL."""

    def post(
        self,
        url: str,
        payload: Mapping[str, object],
        headers: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        """One try, with the redirects it meets. Raises StepFailed when no answer came in time."""
        ...


class SharedLocks(Protocol):
    """Locks by name that several machines share."""

    def take(self, name: str) -> bool:
        """Hold a lock until it is dropped. False: another holder has it."""
        ...

    def drop(self, name: str) -> None: ...


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
        """The value of an expression at once: not called, not awaited, refused like `ask`'s."""
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

    async def measure(self, script: str, seconds: float) -> str:
        """The text that the script gives in a JavaScript world apart from the page's own.

        Neither the page's scripts nor its content security policy have a say; empty on failure.
        """
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
        """Call `errand` with a fresh page that serves `files`; nothing of the page outlives it.

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
