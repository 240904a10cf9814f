"""The open step: finds or makes the repository that a job is worked on in."""

from functools import partial

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

    A later round of a task that has no repository starts one: round 1 may have failed.
    """

    def __init__(self, loader: Loader, workspace: Workspace, forge: Forge) -> None:
        self._loader = loader
        self._workspace = workspace
        self._forge = forge

    def open(self, job: Job, clock: RunClock) -> Remote:
        """The repository on the forge. Raises ForgeError, or IntakeError for what cannot be had."""
        newest = self._newest(job.task, clock) if job.round > 1 else None
        return newest or self._claim_fresh(job, clock)

    def _newest(self, task: str, clock: RunClock) -> Remote | None:
        """The task's newest repository on the forge; older ones are not cloned to look at them."""
        found: list[Remote] = []
        missing = 0
        for name in names_of(task):
            remote = self._forge.find(name)
            missing = 0 if remote or self._workspace.find(name) else missing + 1
            if missing == _MISSING_NAMES:
                break
            found += [remote] if remote else []
        return next((r for r in reversed(found) if self._belongs(r, task, clock)), None)

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
        fill = partial(Repository.record_evidence, number=job.round, files={REQUEST: record})
        return self._workspace.add(name, fill)

    def _claim(self, name: str, job: Job, repository: Repository) -> Remote | None:
        """The job's repository on the forge, which has commits where the job had begun."""
        if repository.head is not None and (remote := self._forge.find(name)):
            return remote
        description = f"{job.task}: made from a brief by Galley"
        return self._forge.claim(name, description, job.accepted_at)
