"""Jobs and their steps as the journal tells of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from dbos import StepInfo, WorkflowStatus

from agent.errors import GalleyError
from agent.jobs.telling import told
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


_CRASHED = "the server crashed each time it came to this job; see its log, then retry the job"

_STATES = {
    "ENQUEUED": State.QUEUED,
    "DELAYED": State.QUEUED,
    "PENDING": State.RUNNING,
    "SUCCESS": State.DONE,
    "ERROR": State.FAILED,
    "CANCELLED": State.CANCELLED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": State.FAILED,
}


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step as the journal has it; `ended_at` is None while it runs."""

    name: str
    started_at: float | None
    ended_at: float | None
    result: str
    failed: bool


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as the journal has it, times in seconds since the epoch."""

    job: Job
    state: State
    publication: Publication | None = None
    receipt: Receipt | None = None
    error: str = ""
    failed_step: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """The job as JSON."""
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
        if self.error:
            answer |= {"step": self.failed_step or "job", "message": self.error}
        return answer


def state_of(status: WorkflowStatus) -> State:
    return _STATES[status.status]


def record_of(status: WorkflowStatus) -> JobRecord:
    """A workflow's row of the journal as a job; an error that is no GalleyError is a bug."""
    if status.input is None:
        raise AssertionError(f"{status.workflow_id} was listed without its input")
    job = replace(status.input["args"][0], deadline=deadline_of(status))
    state = state_of(status)
    if state is State.DONE and status.output is not None:
        publication, receipt = status.output
        return JobRecord(job, state, publication, receipt)
    if state is State.FAILED:
        error = _message(status.error) if status.error else _CRASHED
        return JobRecord(job, state, error=error)
    if state is State.CANCELLED:
        step = (status.attributes or {}).get("step", "")
        return JobRecord(job, state, error="the job was cancelled", failed_step=step)
    return JobRecord(job, state)


def deadline_of(status: WorkflowStatus) -> float:
    """Until when the job is worked on: a retry has set it anew."""
    if status.input is None:
        raise AssertionError(f"{status.workflow_id} was listed without its input")
    retried = (status.attributes or {}).get("deadline")
    return float(retried or status.input["args"][0].deadline)


def steps_of(infos: Iterable[StepInfo]) -> list[StepRecord]:
    return [_step_record(info) for info in infos]


def at_step(record: JobRecord, infos: Sequence[StepInfo]) -> JobRecord:
    """The record of a job that ended early, with the name of the step at which it did."""
    if record.failed_step:
        return record
    failed = next((info for info in infos if info["error"] is not None), None)
    last = failed or (infos[-1] if infos else None)
    return replace(record, failed_step=last["function_name"] if last else "open")


def _step_record(info: StepInfo) -> StepRecord:
    error = info["error"]
    return StepRecord(
        name=info["function_name"],
        started_at=_seconds(info["started_at_epoch_ms"]),
        ended_at=_seconds(info["completed_at_epoch_ms"]),
        result=_message(error) if error else told(info["output"]),
        failed=error is not None,
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _message(error: Exception) -> str:
    if isinstance(error, GalleyError):
        return str(error)
    return f"a bug in Galley, see the log for its traceback: {type(error).__name__}: {error}"
