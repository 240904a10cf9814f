"""Describes the result of a step in one line, for logs, the command line and job pages."""

from functools import singledispatch

from agent.looks import Review
from agent.url_display import shown_url
from agent.values import (
    Decision,
    Draft,
    Outcome,
    Plan,
    Proof,
    ProvedDraft,
    Publication,
    Receipt,
    RefusedDraft,
    Remote,
    RetryIn,
    Revision,
    Verdict,
)


@singledispatch
def describe(result: object) -> str:
    """One line about a result."""
    return "nothing" if result is None else str(result)


@describe.register
def _(remote: Remote) -> str:
    return f"repository {remote.repo}"


@describe.register
def _(plan: Plan) -> str:
    own = f", and {plan.own_tests} own tests" if plan.own_tests else ""
    return f"{plan.tests} of {plan.sentences} sentences became browser tests{own}"


@describe.register
def _(draft: Draft) -> str:
    return f"draft {draft.number} by {draft.model}: {draft.summary}"


@describe.register
def _(refused: RefusedDraft) -> str:
    return f"attempt {refused.number} came to nothing: {refused.reason}"


@describe.register
def _(decision: Decision) -> str:
    return decision.reason if decision.stops else ""  # the next draft says it


@describe.register
def _(proof: Proof) -> str:
    faults = f"; {len(proof.faults)} faults: {'; '.join(proof.faults)}" if proof.faults else ""
    return f"{proof.summary}{faults}"


@singledispatch
def details(result: object) -> tuple[str, ...]:
    """What else there is to say of a result, a line each."""
    return ()


@details.register
def _(proof: Proof) -> tuple[str, ...]:
    checks = map(_verdict, proof.verdicts)
    own = (f"{_verdict(each)} (own test)" for each in proof.own_tests)
    return (*checks, *own)


def _verdict(verdict: Verdict) -> str:
    observed = "" if verdict.outcome is Outcome.PASSED else f": {verdict.observed}"
    return f"{verdict.outcome} {verdict.check.text}{observed}"


@describe.register
def _(review: Review) -> str:
    if not review.is_made:
        return ""
    return f"draft {review.number} was looked at: {'; '.join(review.objections) or 'no objection'}"


@describe.register
def _(chosen: ProvedDraft) -> str:
    return f"draft {chosen.draft.number} is kept"


@describe.register
def _(revision: Revision) -> str:
    return f"revision {revision.commit} (witness {revision.witness})"


@describe.register
def _(wait: RetryIn) -> str:
    return f"not yet: {wait.seen}"


@describe.register
def _(publication: Publication) -> str:
    return f"{publication.pages_url} serves {publication.revision.commit}"


@describe.register
def _(receipt: Receipt) -> str:
    if not receipt.url:
        return "nobody to notify: the brief names no evaluation URL"
    last = receipt.tries[-1]
    redirected = "".join(f" ({redirect})" for redirect in last.redirects)
    return f"{shown_url(receipt.url)} answered {last.status}{redirected}"
