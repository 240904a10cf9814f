"""A brief through a road without git and without jobs: drafted and proved until it is enough."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path

from agent.choosing import choose
from agent.drafting.assignment import Assignment
from agent.drafting.policy import permitted
from agent.drafting.writing import Attempting, Tried, Writer

from agent.deadline import Deadline
from agent.errors import DraftRefused, ModelError
from agent.intake.attachments import Limits, decode
from agent.intake.request import Request
from agent.outbound import Fetched
from agent.proofing.prover import Prover
from agent.values import Attempt, Brief, Job, Order, Outcome, Remote, Trial

PROOF_SECONDS = 120.0


@dataclass(frozen=True)
class Run:
    """What came of a brief: checks passed by the best draft, and what it took."""

    brief: str
    checks: int
    passed: int
    is_done: bool
    attempts: int
    tokens: int
    seconds: float
    steps: tuple[str, ...]


def assignment_of(path: Path) -> Assignment:
    """A first round from a file as `make run-brief` takes it."""
    request = Request.read(json.loads(path.read_text()))
    attachments = decode(request.attachments, Limits(), _no_fetch, Deadline.within(60), {})
    brief = Brief(
        request.task, 1, request.brief, request.nonce, request.parsed_checks(), attachments
    )
    job = Job(path.stem, request.task, 1, time.time(), time.time())
    order = Order(job, Remote(request.task, "", ""))
    return Assignment(order, brief, (), {each.name: each.content for each in attachments})


class Carrying:
    """One brief on its way. Seconds are those of the answers and the proofs, so that an answer
    that is used again counts for what it took when it was given."""

    def __init__(self, assignment: Assignment, writer: Writer, prover: Prover) -> None:
        self._assignment = assignment
        self._writer = writer
        self._prover = prover
        self._tried: tuple[Tried, ...] = ()
        self._steps: list[str] = []
        self._tokens = 0
        self._seconds = 0.0

    def run(self, seconds: float) -> Run:
        number = 1
        while not self._enough(number, seconds):
            self._attempt(number, Deadline.within(seconds - self._seconds))
            number += 1
        brief = self._assignment.brief
        best = choose(self._trials).proof if self._tried else None
        passed = best.count(Outcome.PASSED) if best else 0
        return Run(
            brief=brief.task,
            checks=len(brief.checks),
            passed=passed,
            is_done=best is not None and best.is_clean and passed == len(brief.checks),
            attempts=number - 1,
            tokens=self._tokens,
            seconds=self._seconds,
            steps=tuple(self._steps),
        )

    @property
    def _trials(self) -> tuple[Trial, ...]:
        return tuple(each.trial for each in self._tried)

    def _enough(self, number: int, seconds: float) -> bool:
        deadline = Deadline.within(max(0.0, seconds - self._seconds))
        return self._writer.enough(self._trials, number, deadline) is not None

    def _attempt(self, number: int, deadline: Deadline) -> None:
        attempting = Attempting(
            self._assignment, number, self._tried, deadline, _nobody, _permitted
        )
        try:
            files = self._writer.write(attempting).files
        except (DraftRefused, ModelError) as refusal:
            self._steps.append(f"{number}: {refusal}")
        else:
            self._prove(number, files, attempting)
        for _, answer in attempting.turns:
            self._tokens += answer.usage.completion_tokens
            self._seconds += answer.usage.seconds

    def _prove(self, number: int, files: Mapping[str, bytes], attempting: Attempting) -> None:
        began, brief = time.monotonic(), self._assignment.brief
        deadline = Deadline.within(PROOF_SECONDS)
        proof = self._prover.prove(files, brief.checks, {}, brief.attachments, deadline)
        self._seconds += time.monotonic() - began
        sha = sha1(repr(sorted(files.items())).encode()).hexdigest()
        trial = Trial(Attempt(number, sha, sha, "", "model"), replace(proof, screenshots={}))
        self._tried += (Tried(trial, files),)
        turns = attempting.turns
        how = f"temperature {turns[-1][0].temperature}" if turns else "mended by code"
        faults = f", {len(proof.faults)} faults" if proof.faults else ""
        self._steps.append(f"{number}, {how}: {proof.summary}{faults}")


def _nobody(piece: str) -> None:
    return None


def _permitted(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    return permitted(before, after, allow_workflows=False)


def _no_fetch(url: str, cap: int, deadline: Deadline) -> Fetched:
    raise AssertionError(f"{url}: the briefs of the benchmark bring their attachments along")
