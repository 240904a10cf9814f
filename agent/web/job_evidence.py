"""Finds in git what a job has left: its attempts, what was seen of them, and what they cost."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.errors import WorkspaceError
from agent.jobs import JobRecord, job_id
from agent.story import find_evidence, names_of_task, order_at
from agent.values import Job
from agent.workspace import Workspace
from agent.workspace.repository import Repository

_COST_SECONDS = 0.05
_SCREENSHOT = "screenshot.png"


@dataclass(frozen=True)
class AttemptRecord:
    """An attempt for people: its proof and usage are what the evidence files hold."""

    number: int
    proof: Mapping[str, Any] | None
    usage: list[Mapping[str, Any]]
    refused: str
    pictures: tuple[str, ...]

    @property
    def tokens(self) -> int:
        return sum(call["prompt_tokens"] + call["completion_tokens"] for call in self.usage)

    @property
    def cost(self) -> float | None:
        """US dollars; None where no price is known."""
        known = [call["cost"] for call in self.usage if call.get("cost") is not None]
        return sum(known) if known else None

    @property
    def seconds(self) -> float:
        return float(sum(call["seconds"] for call in self.usage))


def attempts_of(files: Mapping[str, bytes], story: Mapping[str, Any]) -> list[AttemptRecord]:
    """The attempts of a round's story, with the pictures that its evidence has."""
    return [
        AttemptRecord(
            number=attempt["attempt"],
            proof=attempt["proof"],
            usage=attempt["usage"] or [],
            refused=attempt["refused"],
            pictures=tuple(
                name
                for name in (_SCREENSHOT, "screenshot-phone.png")
                if f"attempts/{attempt['attempt']}/{name}" in files
            ),
        )
        for attempt in story["attempts"]
    ]


@dataclass(frozen=True)
class JobEvidence:
    """Reads the evidence of jobs; costs of jobs that have ended are kept in memory."""

    workspace: Workspace
    _costs: dict[str, float | None] = field(default_factory=dict)

    def attempts(self, job: Job) -> list[AttemptRecord]:
        """What the job has tried so far; empty where its evidence is not on this machine."""
        for name in reversed(names_of_task(self.workspace, job.task)):
            with self.workspace.repository(name) as repository:
                if ref := _ref(repository, job):
                    order = order_at(repository, ref)
                    return attempts_of(order.files, order.story())
        return []

    def picture(self, job: Job, attempt: int | None, name: str) -> bytes | None:
        """A screenshot of an attempt; of the last one where none is named."""
        for repository_name in reversed(names_of_task(self.workspace, job.task)):
            with self.workspace.repository(repository_name) as repository:
                if ref := _ref(repository, job):
                    return _picture(repository, ref, attempt, name)
        return None

    def costs(self, records: list[JobRecord]) -> dict[str, float | None]:
        """The cost of each job that can be read soon enough; the others come another time."""
        ends_at = time.monotonic() + _COST_SECONDS
        found: dict[str, float | None] = {}
        for record in records:
            identity = record.job.id
            if identity in self._costs:
                found[identity] = self._costs[identity]
            elif record.state.is_final and time.monotonic() < ends_at:
                known = [each.cost for each in self._readable(record.job) if each.cost is not None]
                found[identity] = self._costs[identity] = sum(known) if known else None
        return found

    def _readable(self, job: Job) -> list[AttemptRecord]:
        try:
            return self.attempts(job)
        except WorkspaceError:
            return []


def _ref(repository: Repository, job: Job) -> str:
    def is_of_job(request: Mapping[str, Any]) -> bool:
        return job_id(request["task"], request["round"], request["nonce"]) == job.id

    return find_evidence(repository, job.round, is_of_job)


def _picture(repository: Repository, ref: str, attempt: int | None, name: str) -> bytes | None:
    if attempt is not None:
        return repository.read(ref, f"attempts/{attempt}/{name}")
    numbers = [
        int(parts[1])
        for path in repository.paths(ref)
        if (parts := path.split("/"))[0] == "attempts" and parts[-1] == name
    ]
    return repository.read(ref, f"attempts/{max(numbers)}/{name}") if numbers else None
