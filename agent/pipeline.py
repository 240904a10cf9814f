"""The line, from an accepted brief to the receipt for its published page.

Each stage takes the values of the one before and looks whether its effect is already there, so
that a step may be run again after a crash. Git holds the content; the steps remember the position.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, TypeVarTuple, Unpack

from agent.choosing import choose
from agent.errors import DraftingError
from agent.values import (
    Attempt,
    Enough,
    Job,
    Later,
    Order,
    Plan,
    Proof,
    Publication,
    Receipt,
    Revision,
    Trial,
)

T = TypeVar("T")
Given = TypeVarTuple("Given")


class Steps(Protocol):
    """Runs a stage's work as a step whose result is remembered, across restarts if need be."""

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T: ...

    def poll(
        self,
        name: str,
        work: Callable[[Unpack[Given]], T | Later],
        *given: *Given,
    ) -> T:
        """`do` it again after each Later, until there is a result."""
        ...


@dataclass(frozen=True)
class Line:
    """The stages, one callable each; `build` puts them together."""

    open: Callable[[Job], Order]
    plan: Callable[[Order], Plan]
    draft: Callable[[Order, tuple[Trial, ...]], Attempt | Enough | None]
    prove: Callable[[Order, Plan, Attempt], Proof | None]
    commit: Callable[[Order, Trial], Revision | None]
    push: Callable[[Order, Revision], Revision | None]
    publish: Callable[[Order, Revision], Publication | Later]
    notify: Callable[[Order, Publication], Receipt | Later]


def produce(job: Job, line: Line, steps: Steps) -> tuple[Publication, Receipt]:
    """Carry a job through the line. Raises GalleyError; the step that failed is in the error."""
    order = steps.do("open", line.open, job)
    revision = None
    while revision is None:  # again only where the machine that held the drafts is gone
        plan = steps.do("plan", line.plan, order)
        trials = try_drafts(order, plan, line, steps)
        committed = steps.do("commit", line.commit, order, choose(trials)) if trials else None
        revision = committed and steps.do("push", line.push, order, committed)
    publication = steps.poll("publish", line.publish, order, revision)
    receipt = steps.poll("notify", line.notify, order, publication)
    return publication, receipt


def try_drafts(order: Order, plan: Plan, line: Line, steps: Steps) -> tuple[Trial, ...]:
    """Draft and prove until drafting says that it is enough. None: they went with a machine."""
    trials: tuple[Trial, ...] = ()
    while True:
        attempt = steps.do("draft", line.draft, order, trials)
        if isinstance(attempt, Enough):
            if not trials:
                raise DraftingError(attempt.reason)
            return trials
        proof = steps.do("proof", line.prove, order, plan, attempt) if attempt else None
        if attempt is None or proof is None:
            return ()
        trials += (Trial(attempt, proof),)
