"""Jobs and their steps as values, read from the rows of the journal."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from dbos import StepInfo, WorkflowStatus

from agent.errors import GalleyError, WorkspaceLost
from agent.jobs.describe import describe
from agent.proof_counts import ProofCounts
from agent.values import Job, Publication, Receipt


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (State.DONE, State.FAILED, State.CANCELLED)


FAILURE = "failure"
"""The attribute of a workflow that keeps why its job failed before it was retried."""

_CRASHED = "the server crashed each time it came to this job; see its log, then retry the job"
_FIRST_STEP = "open"
_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,149}")

_STATES = {
    "ENQUEUED": State.QUEUED,
    "DELAYED": State.QUEUED,
    "PENDING": State.RUNNING,
    "SUCCESS": State.DONE,
    "ERROR": State.FAILED,
    "CANCELLED": State.CANCELLED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": State.FAILED,
}


def job_id(task: str, round_: int, nonce: str) -> str:
    """The same for the same task, round and nonce; safe in URLs and file names.

    It reveals nothing of the nonce.
    """
    identity = json.dumps([task, round_, nonce]).encode()
    return f"{task}.{round_}.{hashlib.sha256(identity).hexdigest()[:16]}"


def is_job_id(text: str) -> bool:
    """Whether a job may have that id."""
    return bool(_JOB_ID.fullmatch(text))


def partition(task: str) -> str:
    """Jobs of one partition run one after another; folder names may ignore upper case."""
    return task.lower()


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step in the journal; `ended_at` is None while the step runs."""

    name: str
    started_at: float | None
    ended_at: float | None
    result: str
    failed: bool


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job in the journal; times are seconds since the epoch."""

    job: Job
    state: State
    publication: Publication | None = None
    receipt: Receipt | None = None
    error: str = ""
    failed_step: str = ""

    @property
    def failure(self) -> str:
        """The step that a job ended at before it was done, and why; otherwise empty."""
        return f"{self.failed_step or 'job'}: {self.error}" if self.error else ""

    @property
    def proof_counts(self) -> ProofCounts | None:
        """How the published round's checks went; None where that is not recorded."""
        return self.publication.revision.counts if self.publication else None

    @property
    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "job": self.job.id,
            "task": self.job.task,
            "round": self.job.round,
            "state": self.state,
            "accepted_at": self.job.accepted_at,
            "deadline": self.job.deadline,
        }
        if self.publication:
            answer |= {
                "repo_url": self.publication.repo_url,
                "pages_url": self.publication.pages_url,
                "commit_sha": self.publication.revision.commit,
                "proof": self.publication.revision.proof,
            }
        if self.proof_counts:
            answer["proof_counts"] = self.proof_counts.as_json
        if self.publication and self.publication.revision.notes:
            answer["notes"] = list(self.publication.revision.notes)
        if self.publication and self.publication.mirrored.copies:
            answer["mirrors"] = [asdict(copy) for copy in self.publication.mirrored.copies]
        if self.job.request_id:
            answer["request_id"] = self.job.request_id
        if self.error:
            answer |= {"step": self.failed_step or "job", "message": self.error}
        return answer


def state_of(status: WorkflowStatus) -> State:
    return _STATES[status.status]


def statuses_of(state: State) -> list[str]:
    """What the journal calls a state."""
    return [name for name, known in _STATES.items() if known is state]


def record_of(status: WorkflowStatus) -> JobRecord:
    """The job of a workflow's row; an error that is not a GalleyError is a bug."""
    if status.input is None:
        raise AssertionError(f"{status.workflow_id} was listed without its input")
    job = replace(status.input["args"][0], deadline=_deadline_of(status))
    state = state_of(status)
    if state is State.DONE and status.output is not None:
        publication, receipt = status.output
        return JobRecord(job, state, publication, receipt)
    if state is State.FAILED:
        error = _message(status.error) if status.error else _CRASHED
        return JobRecord(job, state, error=error)
    if state is State.CANCELLED:
        return _cancelled(job, status.attributes or {})
    return JobRecord(job, state)


def _cancelled(job: Job, attributes: Mapping[str, Any]) -> JobRecord:
    failure = attributes.get(FAILURE, "")
    before = f"; before that it had failed at {failure}" if failure else ""
    step = attributes.get("step", "")
    return JobRecord(job, State.CANCELLED, error=f"the job was cancelled{before}", failed_step=step)


def steps_of(infos: Iterable[StepInfo]) -> list[StepRecord]:
    return [_step_record(info) for info in infos]


def with_failed_step(record: JobRecord, infos: Sequence[StepInfo]) -> JobRecord:
    """The record of a job that ended early, with the name of the step at which it ended."""
    if record.failed_step:
        return record
    last = _failure(infos) or (infos[-1] if infos else None)
    return replace(record, failed_step=last["function_name"] if last else _FIRST_STEP)


def step_to_redo(infos: Sequence[StepInfo], state: State) -> int:
    """The number of the failed step, or of the last step where its result was the failure."""
    if failure := _failure(infos):
        return failure["function_id"]
    last = max((info["function_id"] for info in infos), default=0)
    return max(1, last if state is State.FAILED else last + 1)


def _deadline_of(status: WorkflowStatus) -> float:
    """A retry gives a job a new deadline."""
    if status.input is None:
        raise AssertionError(f"{status.workflow_id} was listed without its input")
    retried = (status.attributes or {}).get("deadline")
    return float(retried or status.input["args"][0].deadline)


def _failure(infos: Sequence[StepInfo]) -> StepInfo | None:
    """The step that the job failed at. The pipeline goes on after a lost workspace."""
    failed = [info for info in infos if _is_failed(info)]
    return failed[-1] if failed else None


def _is_failed(info: StepInfo) -> bool:
    return info["error"] is not None and not isinstance(info["error"], WorkspaceLost)


def _described(output: object) -> str:
    """dbos gives a text where it cannot read a value; no step results in a text."""
    return "recorded by an older version" if isinstance(output, str) else describe(output)


def _step_record(info: StepInfo) -> StepRecord:
    error = info["error"]
    return StepRecord(
        name=info["function_name"],
        started_at=_seconds(info["started_at_epoch_ms"]),
        ended_at=_seconds(info["completed_at_epoch_ms"]),
        result=_message(error) if error else _described(info["output"]),
        failed=_is_failed(info),
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _message(error: Exception) -> str:
    if isinstance(error, GalleyError):
        return str(error)
    return f"a bug in Galley, see the log for its traceback: {type(error).__name__}: {error}"
