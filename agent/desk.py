"""The desk: the repository a job is worked on in, and what was asked of it, round by round."""

import json
from functools import partial

from agent.errors import ForgeError, IntakeError, WorkspaceError
from agent.intake.material import KEPT, Intake, Material
from agent.intake.request import Request
from agent.ports import Forge, Inbox
from agent.values import Attachment, Brief, Check, Job, Order, Remote
from agent.workspace import REQUEST, Workspace, asked, candidates
from agent.workspace.repository import Repository, evidence_ref
from agent.workspace.rounds import Round

_GAP = 2
"""So many missing names in a row end the search for a task's repositories: one may be deleted, or
belong to something that the token does not see."""


class Desk:
    """Finds or makes the repository of a job; everything here may be asked again."""

    def __init__(self, workspace: Workspace, forge: Forge, inbox: Inbox, intake: Intake) -> None:
        self._workspace = workspace
        self._forge = forge
        self._inbox = inbox
        self._intake = intake
        self._levelled: dict[str, str] = {}

    def open(self, job: Job) -> Order:
        """The order for a job: round 1 gets a fresh repository, later rounds the newest one.

        A later round of a task that has no repository starts one: round 1 may have failed.
        """
        remote = self._newest(job.task) if job.round > 1 else None
        remote = remote or self._claim_fresh(job)
        order = Order(job, remote)
        self.repository(order)
        self.brief(order)
        return order

    def repository(self, order: Order) -> Repository:
        """The order's repository, level with the forge's `main`, the request on its record."""
        repository = self._workspace.find(order.repo)
        if repository:
            self._workspace.unlock(repository)
            if self._levelled.get(order.repo) == order.job.id:
                return repository
        record = self._record(order.job)
        repository = self._level(order, repository or self._clone(order.remote))
        recorded = repository.read(evidence_ref(order.round), REQUEST)
        if recorded is not None and recorded != record:
            repository.set_aside(order.round)  # the round was ordered anew, under another nonce
        if recorded != record:
            repository.record_evidence(order.round, {REQUEST: record})
        self._levelled[order.repo] = order.job.id
        return repository

    def _level(self, order: Order, repository: Repository) -> Repository:
        """What was made on another machine, the round before or this one, is on the forge.

        A clone with commits that the forge does not have, of rounds done again elsewhere, is made
        anew; the order's own commit stays, and is moved when it is pushed.
        """
        try:
            self.catch_up(repository, order.remote)
        except WorkspaceError:
            if repository.answer_to(self.request_id(order)):
                return repository
            self._workspace.set_aside(repository)
            return self._clone(order.remote)
        return repository

    def catch_up(self, repository: Repository, remote: Remote) -> None:
        """Take over what the forge's `main` has beyond ours."""
        fetched = repository.fetch(remote.git_url, self._forge.transport())
        if fetched:
            repository.take_over(fetched)

    def brief(self, order: Order) -> Brief:
        """The order's brief; what had to be fetched for it is kept as evidence."""
        request = Request.read(json.loads(self._record(order.job)))
        material = self._gather(self.repository(order), request, order.job)
        return Brief(
            task=request.task,
            round=request.round,
            text=request.brief,
            nonce=request.nonce,
            checks=request.parsed_checks(),
            attachments=material.attachments,
            sources=material.sources,
            email=request.email,
            evaluation_url=request.evaluation_url,
        )

    def _gather(self, repository: Repository, request: Request, job: Job) -> Material:
        kept = repository.evidence(job.round, KEPT)
        material = self._intake.gather(request, kept, job)
        if any(kept.get(path) != content for path, content in material.to_keep.items()):
            repository.record_evidence(job.round, material.to_keep)
        return material

    def attachments(self, order: Order) -> tuple[Attachment, ...]:
        """What came with this round and, where it is on record, with the rounds before.

        Of files with the same name the newest counts.
        """
        repository = self.repository(order)
        found: dict[str, Attachment] = {}
        for number in range(1, order.round):
            if request := asked(repository, number):
                kept = repository.evidence(number, KEPT)
                material = self._intake.gather(Request.read(request), kept, order.job)
                found |= {attachment.name: attachment for attachment in material.attachments}
        found |= {attachment.name: attachment for attachment in self.brief(order).attachments}
        return tuple(found.values())

    def earlier_rounds(self, order: Order) -> tuple[Round, ...]:
        """What was asked before, also by rounds that failed and left no commit."""
        repository = self.repository(order)
        known = {round_.number: round_ for round_, _ in repository.rounds()}
        for number in range(1, order.round):
            if number not in known and (request := asked(repository, number)):
                known[number] = _unfinished(Request.read(request))
        return tuple(known[number] for number in sorted(known) if number < order.round)

    def request_id(self, order: Order) -> str:
        """What the round's commit says of the request it answers; tells nothing of the nonce."""
        return Request.read(json.loads(self._record(order.job))).digest[:16]

    def earlier_checks(self, order: Order) -> tuple[Check, ...]:
        return tuple(check for round_ in self.earlier_rounds(order) for check in round_.checks)

    def _record(self, job: Job) -> bytes:
        record = self._inbox.get(job.id)
        if record is None:
            raise IntakeError(f"{job.id}: its request is gone from the inbox; send it again")
        return record

    def _newest(self, task: str) -> Remote | None:
        """The task's newest repository on the forge; older ones are not cloned to look at them."""
        found: list[Remote] = []
        missing = 0
        for name in candidates(task):
            remote = self._forge.find(name)
            missing = 0 if remote or self._workspace.find(name) else missing + 1
            if missing == _GAP:
                break
            found += [remote] if remote else []
        return next((r for r in reversed(found) if self._belongs(r.repo, r, task)), None)

    def _belongs(self, name: str, remote: Remote, task: str) -> bool:
        """Whether a repository is the task's: `app-2` may also be the first one of task `app-2`."""
        repository = self._workspace.find(name) or self._clone(remote)
        rounds = repository.rounds()
        request = asked(repository, 1)
        owner = rounds[-1][0].task if rounds else request and request["task"]
        return owner == task

    def _clone(self, remote: Remote) -> Repository:
        fill = partial(self.catch_up, remote=remote)
        return self._workspace.add(remote.repo, fill) or self._workspace.repository(remote.repo)

    def _claim_fresh(self, job: Job) -> Remote:
        """A repository of its own: the one an earlier try had begun, or the next free name."""
        record = self._record(job)
        for name in candidates(job.task):
            repository = self._workspace.find(name)
            begun = repository and repository.head is None and _is_for(repository, job, record)
            if repository and not begun:
                continue
            if repository is None:
                fill = partial(
                    Repository.record_evidence,
                    number=job.round,
                    files={REQUEST: record},
                )
                repository = self._workspace.add(name, fill)
            if repository:  # what cannot be had is told before the forge has an empty repository
                self._gather(repository, Request.read(json.loads(record)), job)
            remote = self._claim(name, job)
            if remote:
                self._levelled[name] = job.id  # neither side has a commit
                return remote
            if repository:
                self._workspace.remove(repository)
        raise ForgeError(f"no free name for {job.task}")

    def _claim(self, name: str, job: Job) -> Remote | None:
        return self._forge.claim(name, f"{job.task}: made from a brief by Galley", job.accepted_at)


def _is_for(repository: Repository, job: Job, record: bytes) -> bool:
    return repository.read(evidence_ref(job.round), REQUEST) == record


def _unfinished(request: Request) -> Round:
    """A round that was asked and never committed."""
    checks = request.parsed_checks()
    return Round(
        request.round,
        request.task,
        "",
        request.brief,
        checks,
        "",
        "",
        request.digest[:16],
    )
