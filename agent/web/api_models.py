"""The request and the answers of the API as models, from which its description is made.

A member that an answer may leave out has a default here, and is never null.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.intake.request import SubmittedRequest
from agent.jobs import State

COMMIT = "^[0-9a-f]{40}$"

Seconds = Annotated[float, Field(description="seconds since 1970-01-01 UTC")]


class EndpointRequest(SubmittedRequest):
    """What evaluators send.

    Other fields are ignored and named in the answer; one that is nearly a known one is refused.
    """

    secret: str = Field(description="the server's `SECRET`")


class FailingCheck(BaseModel):
    """A check that failed, and what the browser observed instead."""

    check: str
    observed: str


class CheckCounts(BaseModel):
    """How many checks passed, failed and could not be decided."""

    passed: int = Field(ge=0)
    failed: int = Field(ge=0)
    unproved: int = Field(ge=0)
    failing: list[FailingCheck]
    own_tests: "CheckCounts" = Field(None, description="tests that nobody sent")  # type: ignore[assignment]


class AcceptedAnswer(BaseModel):
    """The job is in the journal."""

    status: Literal["accepted"]
    job: str
    notes: list[str] = Field([], description="fields that were ignored")


class DoneAnswer(BaseModel):
    """The round is published, and was seen to be served."""

    status: Literal["success"]
    message: str
    repo_url: str
    pages_url: str
    commit_sha: str = Field(pattern=COMMIT)
    job: str
    proof: CheckCounts = Field(None)  # type: ignore[assignment]
    notes: list[str] = []


class EndpointRefusal(BaseModel):
    """Why there is no such answer; `step` and `job` where a job was accepted."""

    status: Literal["error"]
    message: str
    step: str = ""
    job: str = ""


class ProblemDetails(BaseModel):
    """A problem of RFC 9457; `message` is the same as `detail`."""

    type: str = Field(description="a reason on this server's page `/docs`")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str = Field(description="the path that was asked for")
    message: str
    request_id: str
    job: str = ""


class MirrorAnswer(BaseModel):
    """A further host that has the page, or why it does not."""

    host: str
    pages_url: str
    failure: str


class JobAnswer(BaseModel):
    """A job; what it published is there once that was seen, `step` and `message` once it failed."""

    job: str
    task: str
    round: int = Field(ge=1)
    state: State
    accepted_at: Seconds
    deadline: Seconds
    repo_url: str = ""
    pages_url: str = ""
    commit_sha: str = Field("", pattern=COMMIT)
    proof: str = Field("", description="how the checks went, in words")
    proof_counts: CheckCounts = Field(None)  # type: ignore[assignment]
    notes: list[str] = []
    mirrors: list[MirrorAnswer] = []
    request_id: str = Field("", description="of the request that began the job")
    step: str = ""
    message: str = ""


class StepAnswer(BaseModel):
    """A step of a job; one that runs has not ended."""

    name: str
    started_at: Seconds | None
    ended_at: Seconds | None
    result: str
    failed: bool


class JobWithSteps(JobAnswer):
    """A job and its steps, in order."""

    steps: list[StepAnswer]


class ServerSentEvent(BaseModel):
    """One event of a stream; `data` is JSON, of a step or of the job."""

    event: Literal["step", "working", "answer", "end"]
    data: str
    id: str = Field("", description="the number of a step")


class HealthAnswer(BaseModel):
    """The server runs."""

    status: Literal["healthy"]


class PartState(BaseModel):
    """A part of the server; what was found and what to do is for those who know the secret."""

    ok: bool
    finding: str = ""
    action: str = ""


class ReadyAnswer(BaseModel):
    """Whether jobs can be done, and by name each part that this takes."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, PartState]

    status: Literal["ready", "not ready", "stopping"]
    missing: list[str] = Field([], description="the parts that are not well and have to be")


ANSWERS: tuple[type[BaseModel], ...] = (
    EndpointRequest,
    AcceptedAnswer,
    DoneAnswer,
    EndpointRefusal,
    ProblemDetails,
    JobAnswer,
    JobWithSteps,
    ServerSentEvent,
    HealthAnswer,
    ReadyAnswer,
)
