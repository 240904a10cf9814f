"""A job with everything its steps work with: loaded once for each run, passed, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.deadline import Deadline
from agent.values import Attachment, Brief, Check, Job, Remote, Round
from agent.workspace.repository import Repository, evidence_ref


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when parts of a job may take; all of them end early when the job is cancelled.

    `drafting` leaves time to publish. `proving` ends with the process too: a proof is made again
    by the next one, so that a stop does not wait for a hanging page.
    """

    drafting: Deadline
    proving: Deadline
    whole: Deadline


@dataclass(frozen=True)
class LoadedJob:
    """What the steps of one run of a job take.

    `request` is the start of the request's digest, by which the round's commit is found again.
    `earlier` are the rounds before this one, also those that failed; `earlier_attachments` are
    their files as they were sent, oldest round first. `repository` is level with the forge.
    """

    job: Job
    remote: Remote
    brief: Brief
    request: str
    earlier: tuple[Round, ...]
    earlier_attachments: tuple[Attachment, ...]
    repository: Repository
    deadlines: Deadlines

    @property
    def round(self) -> int:
        return self.job.round

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check that a proof is about, those of earlier rounds first.

        What a round before this one superseded is wanted no longer.
        """
        earlier = (
            check
            for round_ in self.earlier
            for check in round_.checks
            if not any(
                check.text in later.superseded and check.round < later.number
                for later in self.earlier
            )
        )
        return (*earlier, *self.brief.checks)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The attachments of all rounds; of those with the same name the newest."""
        sent = (*self.earlier_attachments, *self.brief.attachments)
        return tuple({attachment.name: attachment for attachment in sent}.values())

    def rest(self) -> None:
        """Hold no process while the job only waits; the repository opens again by itself."""
        self.repository.close()

    def evidence(self, path: str) -> bytes | None:
        """A file of this round's evidence; None where there is none."""
        return self.repository.read(evidence_ref(self.round), path)

    def record(self, files: Mapping[str, bytes]) -> None:
        """Add files to this round's evidence."""
        self.repository.record_evidence(self.round, files)
