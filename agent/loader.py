"""Loads what a job's steps work with: the only reader of the inbox.

The request comes from the inbox, the rounds before it from the repository, and the repository is
brought level with the forge.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from weakref import WeakKeyDictionary

from agent import evidence
from agent.deadline import Deadline
from agent.errors import IntakeError, WorkspaceError
from agent.intake.material import KEPT, Intake
from agent.intake.request import Request
from agent.loaded_job import Deadlines, LoadedJob
from agent.ports import Forge, Inbox, RunClock
from agent.start_point import StartPoint
from agent.values import Attachment, Brief, Job, Remote, Round
from agent.workspace import REQUEST, Workspace, requested
from agent.workspace.repository import Repository, evidence_ref


@dataclass
class _Run:
    """What one run of a job has read so far: the open step reads some of it."""

    record: bytes = b""
    request: Request | None = None
    brief: Brief | None = None
    level: set[str] = field(default_factory=set)
    remote: Remote | None = None


class Loader:
    """Reads requests and repositories; what one run of a job has read is not read again by it.

    `drafting_share` is the part of a job's time that drafting may use.
    """

    def __init__(
        self,
        workspace: Workspace,
        forge: Forge,
        inbox: Inbox,
        intake: Intake,
        drafting_share: float,
        *,
        start: StartPoint,
    ) -> None:
        self._workspace = workspace
        self._forge = forge
        self._inbox = inbox
        self._intake = intake
        self._drafting_share = drafting_share
        self._start = start
        self._runs: WeakKeyDictionary[RunClock, _Run] = WeakKeyDictionary()

    def load(self, job: Job, remote: Remote, clock: RunClock) -> LoadedJob:
        """The job with its brief, its earlier rounds and its repository, level with the forge.

        Raises IntakeError, WorkspaceError, ForgeError.
        """
        record = self.record(job, clock)
        remote = self._located(remote, clock)
        repository = self._level_repository(job, remote, clock)
        if repository.head is None and self.fetch_start(job, repository, clock):
            repository.begin_at_start()
        _put_on_record(repository, job, record)
        brief = self.brief(job, repository, clock)
        earlier = _earlier_requests(repository, job.round)
        return LoadedJob(
            job=job,
            remote=remote,
            brief=brief,
            request=self._request(job, clock).digest[:16],
            earlier=_earlier_rounds(repository, earlier, job.round),
            earlier_attachments=self._earlier_attachments(repository, earlier, job, clock),
            repository=repository,
            deadlines=self._deadlines(job, clock),
        )

    def opened(self, remote: Remote, clock: RunClock) -> Remote:
        """Notes that this run has just looked a repository up."""
        self._run(clock).remote = remote
        return remote

    def _located(self, remote: Remote, clock: RunClock) -> Remote:
        """A repository where it is now: it may have been renamed since the open step."""
        run = self._run(clock)
        known, run.remote = run.remote, None
        found = known or self._forge.find(remote.repo)
        return replace(found, is_new=remote.is_new) if found else remote

    def record(self, job: Job, clock: RunClock) -> bytes:
        """The job's request as the inbox has it. Raises IntakeError where it is gone."""
        run = self._run(clock)
        if not run.record:
            record = self._inbox.get(job.id)
            if record is None:
                raise IntakeError(f"{job.id}: its request is gone from the inbox; send it again")
            run.record = record
        return run.record

    def brief(self, job: Job, repository: Repository, clock: RunClock) -> Brief:
        """The job's brief; files that had to be fetched for it are kept as evidence."""
        run = self._run(clock)
        if run.brief is None:
            request = self._request(job, clock)
            kept = repository.evidence(job.round, KEPT)
            material = self._intake.gather(request, kept, self._deadlines(job, clock).whole)
            if any(kept.get(path) != content for path, content in material.to_keep.items()):
                repository.record_evidence(job.round, material.to_keep)
            run.brief = Brief(
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
        return run.brief

    def fetch_start(self, job: Job, repository: Repository, clock: RunClock) -> bool:
        """Fetch the repository that the round is to be put on top of, where the request names one.

        Raises IntakeError, ForgeBusy. False: it names none.
        """
        source = self._request(job, clock).start_from
        if source:
            self._start.fetch(repository, source, self._deadlines(job, clock).whole)
        return bool(source)

    def clone(self, remote: Remote, clock: RunClock) -> Repository:
        """A clone of the forge's repository. Raises ForgeError, WorkspaceError."""
        fill = partial(self._catch_up, remote=remote)
        made = self._workspace.add(remote.repo, fill)
        self._run(clock).level.add(remote.repo)
        return made or self._workspace.repository(remote.repo)

    def _run(self, clock: RunClock) -> _Run:
        return self._runs.setdefault(clock, _Run())

    def _request(self, job: Job, clock: RunClock) -> Request:
        run = self._run(clock)
        if run.request is None:
            run.request = Request.read(json.loads(self.record(job, clock)))
        return run.request

    def _level_repository(self, job: Job, remote: Remote, clock: RunClock) -> Repository:
        """What was made on another machine, the round before or this one, is on the forge.

        A clone with commits that the forge does not have, of rounds done again elsewhere, is made
        anew; the job's own commit stays, and is moved when it is pushed.
        """
        repository = self._workspace.find(remote.repo)
        if repository is None:
            return self.clone(remote, clock)
        self._workspace.unlock(repository)
        is_new = remote.is_new and repository.head is None
        if is_new or remote.repo in self._run(clock).level:
            return repository
        try:
            self._catch_up(repository, remote)
        except WorkspaceError:
            if not repository.answer_to(self._request(job, clock).digest[:16]):
                self._workspace.set_aside(repository)
                return self.clone(remote, clock)
        return repository

    def _catch_up(self, repository: Repository, remote: Remote) -> None:
        """Take over what the forge's `main` has beyond ours."""
        fetched = repository.fetch(remote.git_url, self._forge.transport())
        if fetched:
            repository.take_over(fetched)

    def _earlier_attachments(
        self,
        repository: Repository,
        requests: Mapping[int, Request],
        job: Job,
        clock: RunClock,
    ) -> tuple[Attachment, ...]:
        """What came with the rounds before, where it is on record: a clone has no evidence."""
        deadline = self._deadlines(job, clock).whole
        return tuple(
            attachment
            for number, request in requests.items()
            for attachment in self._intake.gather(
                request, repository.evidence(number, KEPT), deadline
            ).attachments
        )

    def _deadlines(self, job: Job, clock: RunClock) -> Deadlines:
        def is_over() -> bool:
            return clock.is_stopping or clock.is_cancelled

        def is_cancelled() -> bool:
            return clock.is_cancelled

        def is_hurried() -> bool:
            return clock.is_hurried

        publishing = (1 - self._drafting_share) * (job.deadline - job.accepted_at)
        return Deadlines(
            drafting=Deadline(clock.deadline - publishing, is_cancelled, is_hurried),
            proving=Deadline(clock.deadline, is_over),
            whole=Deadline(clock.deadline, is_cancelled),
        )


def _put_on_record(repository: Repository, job: Job, record: bytes) -> None:
    """Keep the request as evidence; that of an order under another nonce makes way for it."""
    recorded = repository.read(evidence_ref(job.round), REQUEST)
    if recorded == record:
        return
    if recorded is not None:
        repository.set_aside(job.round)
    repository.record_evidence(job.round, {REQUEST: record, **evidence.of_job(job)})


def _earlier_requests(repository: Repository, before: int) -> dict[int, Request]:
    """The requests of earlier rounds that are on record here, by round."""
    found = ((number, requested(repository, number)) for number in range(1, before))
    return {number: Request.read(fields) for number, fields in found if fields}


def _earlier_rounds(
    repository: Repository, requests: Mapping[int, Request], before: int
) -> tuple[Round, ...]:
    """What was asked before, also by rounds that failed and left no commit."""
    committed = {round_.number: round_ for round_, _ in repository.rounds()}
    known = {number: _unfinished(request) for number, request in requests.items()} | committed
    return tuple(known[number] for number in sorted(known) if number < before)


def _unfinished(request: Request) -> Round:
    """A round that was asked and never committed."""
    return Round(
        number=request.round,
        task=request.task,
        summary="",
        brief=request.brief,
        checks=request.parsed_checks(),
        model="",
        proof="",
        request=request.digest[:16],
    )
