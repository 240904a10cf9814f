"""Runs a brief without git and without jobs: drafts and proves until the writer stops."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path

from agent.deadline import Deadline
from agent.errors import DraftRefused, ModelError
from agent.intake.attachments import Limits, decode
from agent.intake.request import Request
from agent.outbound import Fetched
from agent.path_policy import permitted
from agent.ports import DraftRequest, EarlierDraft, Writer
from agent.proofing.prover import Prover
from agent.ranking import best
from agent.values import Brief, Draft, Outcome, ProvedDraft

PROOF_SECONDS = 120.0


@dataclass(frozen=True)
class RunResult:
    """What came of a brief: checks passed by the best draft, and what it took."""

    brief: str
    checks: int
    passed: int
    is_done: bool
    attempts: int
    tokens: int
    seconds: float
    steps: tuple[str, ...]


def brief_of(path: Path) -> Brief:
    """A first round from a file as `make run-brief` takes it."""
    request = Request.read(json.loads(path.read_text()))
    attachments = decode(request.attachments, Limits(), _no_fetch, Deadline.within(60), {})
    return Brief(
        request.task, 1, request.brief, request.nonce, request.parsed_checks(), attachments
    )


class BriefRun:
    """One brief on its way. Seconds are those of the answers and the proofs, so that an answer
    that is used again counts for what it took when it was given."""

    def __init__(self, brief: Brief, writer: Writer, prover: Prover) -> None:
        self._brief = brief
        self._writer = writer
        self._prover = prover
        self._tried: tuple[EarlierDraft, ...] = ()
        self._steps: list[str] = []
        self._tokens = 0
        self._seconds = 0.0

    def run(self, seconds: float) -> RunResult:
        attempts = 0
        while not self._reason_to_stop(attempts, seconds):
            attempts += 1
            self._attempt(attempts, Deadline.within(seconds - self._seconds))
        proof = best(self._proved).proof if self._tried else None
        passed = proof.count(Outcome.PASSED) if proof else 0
        return RunResult(
            brief=self._brief.task,
            checks=len(self._brief.checks),
            passed=passed,
            is_done=proof is not None and proof.is_clean and passed == len(self._brief.checks),
            attempts=attempts,
            tokens=self._tokens,
            seconds=self._seconds,
            steps=tuple(self._steps),
        )

    @property
    def _proved(self) -> tuple[ProvedDraft, ...]:
        return tuple(each.proved for each in self._tried)

    def _reason_to_stop(self, attempts: int, seconds: float) -> str:
        deadline = Deadline.within(max(0.0, seconds - self._seconds))
        return self._writer.reason_to_stop(self._proved, attempts, deadline)

    def _attempt(self, number: int, deadline: Deadline) -> None:
        request = self._request(number, deadline)
        try:
            files = self._writer.write(request).files
        except (DraftRefused, ModelError) as refusal:
            self._steps.append(f"{number}: {refusal}")
        else:
            self._prove(number, files, request)
        for _, answer in request.turns:
            self._tokens += answer.usage.completion_tokens
            self._seconds += answer.usage.seconds

    def _request(self, number: int, deadline: Deadline) -> DraftRequest:
        attachments = self._brief.attachments
        return DraftRequest(
            brief=self._brief,
            earlier=(),
            attachments=attachments,
            base={each.name: each.content for each in attachments},
            number=number,
            tried=self._tried,
            deadline=deadline,
            listen=_ignore,
            permit=_permitted,
        )

    def _prove(self, number: int, files: Mapping[str, bytes], request: DraftRequest) -> None:
        began, brief = time.monotonic(), self._brief
        deadline = Deadline.within(PROOF_SECONDS)
        proof = self._prover.prove(files, brief.checks, {}, brief.attachments, deadline)
        self._seconds += time.monotonic() - began
        sha = sha1(repr(sorted(files.items())).encode()).hexdigest()
        draft = Draft(number, sha, sha, "", "model")
        self._tried += (EarlierDraft(ProvedDraft(draft, replace(proof, screenshots={})), files),)
        turns = request.turns
        how = f"temperature {turns[-1][0].temperature}" if turns else "corrected by code"
        faults = f", {len(proof.faults)} faults" if proof.faults else ""
        self._steps.append(f"{number}, {how}: {proof.summary}{faults}")


def _ignore(piece: str) -> None:
    return None


def _permitted(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    return permitted(before, after, allow_workflows=False)


def _no_fetch(url: str, cap: int, deadline: Deadline) -> Fetched:
    raise AssertionError(f"{url}: the briefs of the benchmark bring their attachments along")
