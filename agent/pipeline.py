"""The pipeline: the order of a job's steps, from an accepted brief to the receipt for its page.

Each step takes the loaded job and the small value of the step before, and looks whether its effect
is already there, so that it may be run again after a crash. Git holds the content; the journal
holds the position. The steps are in `agent/steps`, a file each; the loader is `agent/loader.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agent.errors import DraftingError, WorkspaceLost
from agent.loaded_job import LoadedJob
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
    Review,
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
    choose: Callable[[LoadedJob, ProvedDraft, ProvedDraft], ProvedDraft]
    commit: Callable[[LoadedJob, ProvedDraft], Revision]
    push: Callable[[LoadedJob, Revision], Revision]
    publish: Callable[[LoadedJob, Revision], Publication | RetryIn]
    notify: Callable[[LoadedJob, Publication], Receipt | RetryIn]


def produce(job: Job, line: Line, steps: Steps) -> tuple[Publication, Receipt]:
    """Carry a job through the line. Raises GalleyError; the step that failed is in the error."""
    remote = steps.do("open", line.open, job, steps.clock)
    revision = None
    while revision is None:
        loaded = steps.load(line.load, job, remote, steps.clock)
        try:
            revision = revise(loaded, line, steps)
        except WorkspaceLost:  # another machine had the drafts and is gone: load, and draft anew
            continue
    publication = steps.poll("publish", line.publish, loaded, revision)
    receipt = steps.poll("notify", line.notify, loaded, publication)
    return publication, receipt


def revise(loaded: LoadedJob, line: Line, steps: Steps) -> Revision:
    """The round's revision on the forge: the best of the drafts that were tried."""
    plan = steps.do("plan", line.plan, loaded)
    tried: Tried = ()
    while not (decision := steps.do("stop", line.stop, loaded, tried)).stops:
        draft = steps.do("draft", line.draft, loaded, tried)
        if isinstance(draft, Draft):
            proof = steps.do("prove", line.prove, loaded, plan, draft)
            tried += (ProvedDraft(draft, proof),)
        else:
            tried += (draft,)
    proved = tuple(each for each in tried if isinstance(each, ProvedDraft))
    if not proved:
        raise DraftingError(decision.reason)
    chosen = best(proved)
    review = steps.do("review", line.review, loaded, tried)
    if review.objections:
        polished = steps.do("polish", line.polish, loaded, tried, review)
        if isinstance(polished, Draft):
            proof = steps.do("prove", line.prove, loaded, plan, polished)
            after = ProvedDraft(polished, proof)
            chosen = steps.do("choose", line.choose, loaded, chosen, after)
    committed = steps.do("commit", line.commit, loaded, chosen)
    return steps.do("push", line.push, loaded, committed)
