"""The open step: finds or makes the repository that a job is worked on in."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from agent import evidence
from agent.errors import ForgeError
from agent.loader import Loader
from agent.ports import Forge, RunClock
from agent.values import Job, Remote
from agent.workspace import REQUEST, Workspace, names_of, requested
from agent.workspace.repository import Repository, evidence_ref

_MISSING_NAMES = 2
"""So many missing names in a row end the search for a task's repositories: one may be deleted, or
belong to something that the token does not see."""


class Opening:
    """Round 1 gets a fresh repository, later rounds the newest one of their task.

    A later round of a task that has no repository starts one: round 1 may have failed. One whose
    clone is here and that the forge has no longer is made there again and gets all rounds.
    """

    def __init__(self, loader: Loader, workspace: Workspace, forge: Forge) -> None:
        self._loader = loader
        self._workspace = workspace
        self._forge = forge

    def open(self, job: Job, clock: RunClock) -> Remote:
        """The repository on the forge. Raises ForgeError, or IntakeError for what cannot be had."""
        newest = self._newest(job, clock) if job.round > 1 else None
        return self._loader.opened(newest or self._claim_fresh(job, clock), clock)

    def _newest(self, job: Job, clock: RunClock) -> Remote | None:
        """The task's newest repository; older ones are not cloned to look at them."""
        found: list[tuple[str, Remote | None]] = []
        missing = 0
        for name in names_of(job.task):
            remote = self._forge.find(name)
            is_there = remote or self._workspace.find(name)
            missing = 0 if is_there else missing + 1
            if missing == _MISSING_NAMES:
                break
            found += [(name, remote)] if is_there else []
        for name, remote in reversed(found):
            if remote and self._belongs(remote, job.task, clock):
                return remote
            if not remote and (rebuilt := self._rebuilt(name, job)):
                return rebuilt
        return None

    def _rebuilt(self, name: str, job: Job) -> Remote | None:
        """The repository made again for a clone that has rounds of the task, under the same name
        where that is free; None for a clone without."""
        clone = self._workspace.find(name)
        if clone is None or not _is_clone_of(clone, job.task):
            return None
        description = f"{job.task}: made from a brief by Galley"
        for free in chain([name], self._unused_names(job.task)):
            if remote := self._forge.claim(free, description, job.accepted_at):
                clone = self._workspace.rename(clone, free)
                clone.record_evidence(job.round, evidence.of_rebuilding(name, remote))
                return replace(remote, is_new=False)
        raise ForgeError(f"no free name to make {name} again")

    def _unused_names(self, task: str) -> Iterator[str]:
        return (name for name in names_of(task) if not self._workspace.find(name))

    def _belongs(self, remote: Remote, task: str, clock: RunClock) -> bool:
        """Whether a repository is the task's: `app-2` may also be the first one of task `app-2`."""
        repository = self._workspace.find(remote.repo) or self._loader.clone(remote, clock)
        rounds = repository.rounds()
        request = requested(repository, 1)
        owner = rounds[-1][0].task if rounds else request and request["task"]
        return owner == task

    def _claim_fresh(self, job: Job, clock: RunClock) -> Remote:
        """A repository of its own: the one that this job had begun, or the next free name."""
        for name in names_of(job.task):
            repository = self._own_repository(name, job, clock)
            if repository is None:
                continue
            # Files that cannot be had end the job before the forge has an empty repository.
            self._loader.brief(job, repository, clock)
            self._loader.fetch_start(job, repository, clock)
            if remote := self._claim(name, job, repository):
                return remote
            if repository.head is None:
                self._workspace.remove(repository)
        raise ForgeError(f"no free name for {job.task}")

    def _own_repository(self, name: str, job: Job, clock: RunClock) -> Repository | None:
        """The repository of that name if it is this job's, made now where the name is free."""
        record = self._loader.record(job, clock)
        if found := self._workspace.find(name):
            is_own = found.read(evidence_ref(job.round), REQUEST) == record
            return found if is_own else None
        files = {REQUEST: record, **evidence.of_job(job)}
        fill = partial(Repository.record_evidence, number=job.round, files=files)
        return self._workspace.add(name, fill)

    def _claim(self, name: str, job: Job, repository: Repository) -> Remote | None:
        """The job's repository on the forge, which has commits where the job had begun."""
        if repository.head is not None and (remote := self._forge.find(name)):
            return remote
        description = f"{job.task}: made from a brief by Galley"
        return self._forge.claim(name, description, job.accepted_at)


def _is_clone_of(clone: Repository, task: str) -> bool:
    """Whether a clone has rounds of a task."""
    rounds = clone.rounds()
    return bool(rounds) and rounds[-1][0].task == task
