"""The nouns of the program: each step of a job makes one and the next step takes it.

All are frozen and refuse to exist wrong. Bytes and prose live in git; what a later step needs of
an earlier one is a commit id and these small values.

    Brief         the validated request                   made by  intake
    Job           an accepted Brief on its way                     jobs
    Remote        its repository on the forge                      open
    Plan          which sentences have a browser test              plan
    Draft         a tree that a model proposed                     draft
    Proof         what was seen of a Draft                         prove
    Decision      whether another Draft is worth making            stop
    Revision      the round's commit on `main`                     commit, push
    Publication   a Revision that is really served                 publish
    Receipt       what the evaluation URL answered                 notify
    Mirrored      further hosts that serve the Revision            mirror
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent.documents import Document
from agent.looks import Hint
from agent.mirrored import NO_MIRRORS, Mirrored
from agent.proof_counts import FailedCheck, ProofCounts
from agent.recorded import restore
from agent.redirects import Redirect
from agent.usage import ModelUsage, Usage

_FULL_SHA = re.compile(r"[0-9a-f]{40}")


def _require(claim: bool, complaint: str) -> None:
    if not claim:
        raise ValueError(complaint)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A decoded file that came with a brief; `media_type` is what the sender stated.

    `sent_as` is the name in the request where that name had to be repaired, otherwise empty.
    `document` is what the file holds if its format needs a library; None if it does not.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    sent_as: str = ""
    document: Document | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WebSource:
    """Data on the web that a brief names: the file it became, or why it could not be had."""

    url: str
    name: str
    failure: str

    def __post_init__(self) -> None:
        _require(bool(self.name) != bool(self.failure), "web data has a name or a failure")


class CheckKind(StrEnum):
    """How a check was written: an expression to evaluate, or words to interpret."""

    JS = "js"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Check:
    """One acceptance check, verbatim; `round` is the round that asked for it."""

    kind: CheckKind
    text: str
    round: int

    def __post_init__(self) -> None:
        _require(bool(self.text.strip()), "a check says something")
        _require(self.round >= 1, "rounds count from 1")


@dataclass(frozen=True, slots=True)
class Brief:
    """The validated request. The sender's secret was compared at the edge and is not in here.

    The data from the web that the text names is among the attachments; `sources` says which it is.
    """

    task: str
    round: int
    text: str
    nonce: str
    checks: tuple[Check, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sources: tuple[WebSource, ...] = ()
    email: str = ""
    evaluation_url: str = ""

    def __post_init__(self) -> None:
        _require(self.round >= 1, "rounds count from 1")
        _require(bool(self.task) and bool(self.nonce), "a brief has a task and a nonce")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, whole: an answer that was cut off never becomes one of these.

    Halves of a character that a stream had parted are joined; one that is alone is U+FFFD.
    `failures` are the errors before it: of the same model, and of models that were passed over.
    """

    text: str
    model: str
    usage: Usage
    failures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        units = self.text.encode("utf-16", "surrogatepass")
        object.__setattr__(self, "text", units.decode("utf-16", "replace"))


@dataclass(frozen=True, slots=True)
class Round:
    """A round as recorded on `main`: what was asked, and how its proof went.

    `request` is the start of the request's digest: it tells which job the commit is of. A round
    that failed and left no commit has neither summary, model nor proof. `superseded` are the texts
    of earlier rounds' checks that this round overrides.
    """

    number: int
    task: str
    summary: str
    brief: str
    checks: tuple[Check, ...]
    model: str
    proof: str
    request: str
    superseded: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, brief: Brief, summary: str, model: str = "", proof: str = "", request: str = ""
    ) -> "Round":
        """A brief as the record of its round."""
        return cls(
            brief.round, brief.task, summary, brief.text, brief.checks, model, proof, request
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """How many sentence checks only using the page can decide, and how many of them have a
    browser test; `own_tests` of all rounds are tried besides. The tests are in the evidence."""

    sentences: int
    tests: int
    own_tests: int = 0

    __setstate__ = restore


@dataclass(frozen=True, slots=True)
class DraftContent:
    """A complete proposed tree (repository path to bytes), and what its model says of it.

    `summary` is one line about the app; `explanation` says how its code works and may be empty.
    """

    files: Mapping[str, bytes] = field(repr=False)
    summary: str
    explanation: str
    model: str

    def __post_init__(self) -> None:
        _require(bool(self.files), "a draft has files")
        _require(bool(self.summary.strip()), "a draft has a summary")
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft on record: the commit under `refs/attempts/<round>/<number>` has its content.

    `number` counts the round's attempts; each ends in a Draft or a RefusedDraft. `tree` is the
    commit's tree id: drafts with the same files have the same.
    """

    number: int
    commit: str
    tree: str
    summary: str
    model: str
    explanation: str = ""

    def __post_init__(self) -> None:
        _require(self.number >= 1, "drafts count from 1")
        _require(bool(_FULL_SHA.fullmatch(self.commit)), f"not a full commit id: {self.commit}")


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """An attempt that came to no draft, and why.

    `is_final`: no model answered at all, so asking again brings nothing. `deadline` (epoch) is
    that of the job's run: after a retry, refusals of the run before no longer count.
    """

    number: int
    reason: str
    deadline: float
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether drafting stops here, and why. `spent` is what models were used for until then."""

    stops: bool
    reason: str
    spent: tuple[ModelUsage, ...] = field(default=(), compare=False)

    __setstate__ = restore


class Outcome(StrEnum):
    """What is known of a check; only `PASSED` ever counts as passed.

    A check of an earlier round is superseded where a later round asks for the opposite.
    """

    PASSED = "passed"
    FAILED = "failed"
    UNPROVED = "unproved"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check's outcome and what was observed, in words fit for the model and the reader."""

    check: Check
    outcome: Outcome
    observed: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen of a Draft: a verdict per check of this and every earlier round.

    `faults` are things no check asked about and every page must have right: it loads, it throws
    nothing, its own links resolve. `hints` look wrong but harm no visitor: they cost no repair.
    `own_tests` are the verdicts of tests that nobody sent: a model wrote them from the brief alone.
    `review` is what a model objected to that saw the pictures. `screenshots` are PNG bytes by name
    (`desktop`, `phone`).
    """

    verdicts: tuple[Verdict, ...]
    faults: tuple[str, ...] = ()
    console: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    screenshots: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    hints: tuple[Hint, ...] = ()
    own_tests: tuple[Verdict, ...] = ()
    review: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        return _count(self.verdicts, outcome)

    def count_own(self, outcome: Outcome) -> int:
        """How many of the own tests ended so."""
        return _count(self.own_tests, outcome)

    @property
    def counts(self) -> ProofCounts:
        own = _counts(self.own_tests) if self.own_tests else None
        return replace(_counts(self.verdicts), own_tests=own)

    @property
    def is_clean(self) -> bool:
        """Nothing is known to be wrong; checks that could not be decided don't count as wrong."""
        failed = self.count(Outcome.FAILED) + self.count_own(Outcome.FAILED)
        return not self.faults and failed == 0

    @property
    def summary(self) -> str:
        """In the form of the commit's `Proof:` trailer; its first words are about the checks."""
        words = f"{_share(self.verdicts)} passed"
        if unproved := self.count(Outcome.UNPROVED):
            words += f", {unproved} unproved"
        if self.own_tests:
            words += f"; own tests {_share(self.own_tests)}"
        if superseded := self.count(Outcome.SUPERSEDED):
            words += f"; superseded {superseded}"
        return words

    __setstate__ = restore


def _count(verdicts: tuple[Verdict, ...], outcome: Outcome) -> int:
    return sum(verdict.outcome is outcome for verdict in verdicts)


def _counts(verdicts: tuple[Verdict, ...]) -> ProofCounts:
    failed = (verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED)
    failing = tuple(FailedCheck(each.check.text, each.observed) for each in failed)
    return ProofCounts(
        _count(verdicts, Outcome.PASSED), _count(verdicts, Outcome.UNPROVED), failing
    )


def _share(verdicts: tuple[Verdict, ...]) -> str:
    """How many passed, of those that are still wanted."""
    wanted = len(verdicts) - _count(verdicts, Outcome.SUPERSEDED)
    return f"{_count(verdicts, Outcome.PASSED)}/{wanted}"


@dataclass(frozen=True, slots=True)
class ProvedDraft:
    """A draft and what was seen of it."""

    draft: Draft
    proof: Proof


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted brief on its way: `accepted_at` and `deadline` are seconds since the epoch.

    `request_id` is that of the HTTP request that began it; empty where none did.
    """

    id: str
    task: str
    round: int
    accepted_at: float
    deadline: float
    request_id: str = ""

    __setstate__ = restore


@dataclass(frozen=True, slots=True)
class Remote:
    """A task's repository on the forge: where people read it and where git pushes it.

    `is_new`: it was made for this job, and has no commits but this job's.
    """

    repo: str
    repo_url: str
    git_url: str
    is_new: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class RetryIn:
    """The step is not done yet: run it again after so many seconds; `seen` says why."""

    seconds: float
    seen: str


@dataclass(frozen=True, slots=True)
class Revision:
    """The one commit of a round on `main`.

    `witness` is a file whose bytes this round changed: seeing them served proves the revision.
    `workflow` is the file of the Actions workflow that deploys the page, if one does. `proof` sums
    up how the round's checks went: `5/6 passed`; `counts` says it in numbers, or is None where an
    older version recorded the revision. `notes` are for the sender of the brief. `spent` is what
    models were used for.
    """

    repo: str
    round: int
    commit: str
    witness: str
    workflow: str = ""
    proof: str = ""
    counts: ProofCounts | None = None
    notes: tuple[str, ...] = ()
    spent: tuple[ModelUsage, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        _require(bool(_FULL_SHA.fullmatch(self.commit)), f"not a full commit id: {self.commit}")

    __setstate__ = restore


@dataclass(frozen=True, slots=True)
class Publication:
    """A revision that the host was seen to serve; there is none before that.

    `mirrored` is added once the job is done.
    """

    repo_url: str
    pages_url: str
    revision: Revision
    mirrored: Mirrored = NO_MIRRORS

    def __post_init__(self) -> None:
        _require(self.pages_url.endswith("/"), "a pages URL ends with a slash")

    __setstate__ = restore


@dataclass(frozen=True, slots=True)
class Try:
    """One POST to the evaluation URL: the status, or None and what went wrong instead.

    After redirects the status is that of the last target.
    """

    at: datetime
    status: int | None
    answer: str
    redirects: tuple[Redirect, ...] = ()

    __setstate__ = restore


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the evaluation URL answered; no URL in the brief means no tries and no delivery."""

    url: str
    tries: tuple[Try, ...]

    @property
    def is_delivered(self) -> bool:
        return bool(self.tries) and is_success(self.tries[-1].status)


def is_success(status: int | None) -> bool:
    """200–299 and nothing else: `requests` calls an unfollowed redirect ok, evaluators don't."""
    return status is not None and 200 <= status <= 299
