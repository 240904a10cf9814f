"""Describes the result of a step in one line, for logs, the command line and job pages."""

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
def describe(result: object) -> str:
    """One line about a result."""
    return "nothing" if result is None else str(result)


@describe.register
def _(order: Order) -> str:
    return f"repository {order.repo}, round {order.round}"


@describe.register
def _(plan: Plan) -> str:
    return f"{plan.tests} of {plan.sentences} sentences became browser tests"


@describe.register
def _(attempt: Attempt) -> str:
    return f"attempt {attempt.number} by {attempt.model}: {attempt.summary}"


@describe.register
def _(enough: Enough) -> str:
    return f"no further attempt: {enough.reason}"


@describe.register
def _(proof: Proof) -> str:
    faults = f"; {len(proof.faults)} faults: {'; '.join(proof.faults)}" if proof.faults else ""
    return f"{proof.summary}{faults}"


@describe.register
def _(revision: Revision) -> str:
    return f"revision {revision.commit} (witness {revision.witness})"


@describe.register
def _(later: Later) -> str:
    return f"not yet: {later.seen}"


@describe.register
def _(publication: Publication) -> str:
    return f"{publication.pages_url} serves {publication.revision.commit}"


@describe.register
def _(receipt: Receipt) -> str:
    if not receipt.url:
        return "nobody to notify: the brief names no evaluation URL"
    return f"{receipt.url} answered {receipt.tries[-1].status}"
