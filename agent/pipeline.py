"""The pipeline: the order of a job's steps, from an accepted brief to the receipt for its page.

Each step takes the loaded job and the small value of the step before, and looks whether its effect
is already there, so that it may be run again after a crash. Git holds the content; the journal
holds the position. The steps are in `agent/steps`, a file each; the loader is `agent/loader.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.errors import DraftingError, NotifyError, RemoteMoved, WorkspaceLost
from agent.loaded_job import LoadedJob
from agent.looks import Review
from agent.mirrored import Mirrored
from agent.ports import RunClock, Steps
from agent.ranking import best
from agent.values import (
    Decision,
    Draft,
    Job,
    Plan,
    Proof,
    ProvedDraft,
    Publication,
    Receipt,
    RefusedDraft,
    Remote,
    RetryIn,
    Revision,
)

Tried = tuple[ProvedDraft | RefusedDraft, ...]
"""The round's attempts so far, oldest first: each a draft with its proof, or a refusal."""


@dataclass(frozen=True)
class Line:
    """The steps, one callable each, and the loader; `build` puts them together."""

    open: Callable[[Job, RunClock], Remote]
    load: Callable[[Job, Remote, RunClock], LoadedJob]
    plan: Callable[[LoadedJob], Plan]
    stop: Callable[[LoadedJob, Tried], Decision]
    draft: Callable[[LoadedJob, Tried], Draft | RefusedDraft]
    prove: Callable[[LoadedJob, Plan, Draft], Proof]
    review: Callable[[LoadedJob, Tried], Review]
    polish: Callable[[LoadedJob, Tried, Review], Draft | RefusedDraft]
    prove_polished: Callable[[LoadedJob, Plan, Draft], Proof | RefusedDraft]
    choose: Callable[[LoadedJob, ProvedDraft, ProvedDraft], ProvedDraft]
    commit: Callable[[LoadedJob, ProvedDraft], Revision]
    push: Callable[[LoadedJob, Revision], Revision]
    publish: Callable[[LoadedJob, Revision], Publication | RetryIn]
    notify: Callable[[LoadedJob, Publication], Receipt | RetryIn]
    mirror: Callable[[LoadedJob, Publication], Mirrored | RetryIn] | None = None
    """None where there are no mirror hosts."""


def produce(job: Job, line: Line, steps: Steps) -> tuple[Publication, Receipt]:
    """Carry a job through the line. Raises GalleyError; the step that failed is in the error."""
    remote = committed = pushed = publication = receipt = None
    while True:
        try:
            remote = remote or steps.do("open", line.open, job, steps.clock)
            loaded = steps.load(line.load, job, remote, steps.clock)
            committed = committed or revise(loaded, line, steps)
            pushed = pushed or steps.do("push", line.push, loaded, committed)
            publication = publication or steps.poll("publish", line.publish, loaded, pushed)
            try:
                receipt = receipt or steps.poll("notify", line.notify, loaded, publication)
            except NotifyError:  # what is published is copied all the same
                copied(loaded, publication, line, steps)
                raise
            return copied(loaded, publication, line, steps), receipt
        except RemoteMoved:  # load again, from the new address
            continue
        except WorkspaceLost:  # load again; what was not pushed is gone
            committed = committed if pushed else None


def copied(loaded: LoadedJob, publication: Publication, line: Line, steps: Steps) -> Publication:
    """The publication with what became of it at the mirror hosts."""
    if not line.mirror:
        return publication
    mirrored = steps.poll("mirror", line.mirror, loaded, publication)
    return replace(publication, mirrored=mirrored)


def revise(loaded: LoadedJob, line: Line, steps: Steps) -> Revision:
    """The round's revision on `main`: the best of the drafts that were tried."""
    tried: Tried = ()
    steps.ahead("draft", line.draft, loaded, tried)  # plan and first draft both wait for a model
    plan = steps.do("plan", line.plan, loaded)
    while not (decision := steps.do("stop", line.stop, loaded, tried)).stops:
        draft = steps.do("draft", line.draft, loaded, tried)
        if isinstance(draft, Draft):
            proof = steps.do("prove", line.prove, loaded, plan, draft)
            tried += (ProvedDraft(draft, proof),)
        else:
            tried += (draft,)
    if not any(isinstance(each, ProvedDraft) for each in tried):
        raise DraftingError(decision.reason)
    chosen = polished(loaded, line, steps, plan=plan, tried=tried)
    return steps.do("commit", line.commit, loaded, chosen)


def polished(
    loaded: LoadedJob, line: Line, steps: Steps, *, plan: Plan, tried: Tried
) -> ProvedDraft:
    """The best of the drafts, or what a polish after its review made of it."""
    chosen = best(tuple(each for each in tried if isinstance(each, ProvedDraft)))
    review = steps.do("review", line.review, loaded, tried)
    if not review.objections:
        return chosen
    draft = steps.do("polish", line.polish, loaded, tried, review)
    if not isinstance(draft, Draft):
        return chosen
    proof = steps.do("prove", line.prove_polished, loaded, plan, draft)
    if not isinstance(proof, Proof):
        return chosen
    return steps.do("choose", line.choose, loaded, chosen, ProvedDraft(draft, proof))
