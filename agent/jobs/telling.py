"""One line for each result of a step, in the words of the line: for logs, CLI and job pages."""

from functools import singledispatch

from agent.values import (
    Attempt,
    Enough,
    Later,
    Order,
    Plan,
    Proof,
    Publication,
    Receipt,
    Revision,
)


@singledispatch
def told(result: object) -> str:
    """What a step came to."""
    return "nothing" if result is None else str(result)


@told.register
def _(order: Order) -> str:
    return f"repository {order.repo}, round {order.round}"


@told.register
def _(plan: Plan) -> str:
    return f"{plan.tests} of {plan.sentences} sentences became browser tests"


@told.register
def _(attempt: Attempt) -> str:
    return f"attempt {attempt.number} by {attempt.model}: {attempt.summary}"


@told.register
def _(enough: Enough) -> str:
    return f"no further attempt: {enough.reason}"


@told.register
def _(proof: Proof) -> str:
    faults = f"; {len(proof.faults)} faults: {'; '.join(proof.faults)}" if proof.faults else ""
    return f"{proof.summary}{faults}"


@told.register
def _(revision: Revision) -> str:
    return f"revision {revision.commit} (witness {revision.witness})"


@told.register
def _(later: Later) -> str:
    return f"not yet: {later.seen}"


@told.register
def _(publication: Publication) -> str:
    return f"{publication.pages_url} serves {publication.revision.commit}"


@told.register
def _(receipt: Receipt) -> str:
    if not receipt.url:
        return "nobody to notify: the brief names no evaluation URL"
    return f"{receipt.url} answered {receipt.tries[-1].status}"
