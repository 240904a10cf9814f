"""Accepts requests into the journal; what works on jobs is put together elsewhere.

A front door, for which workers elsewhere do the work, loads this and neither git, nor the browser,
nor the library of models.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agent import path_policy
from agent.deadline import Deadline
from agent.errors import ConfigurationError, IntakeError
from agent.intake.attachments import Limits, decode
from agent.intake.request import Request
from agent.job_storage import inbox_of, journal_of
from agent.jobs import Jobs
from agent.logs import hide_secrets
from agent.models.redaction import Redactor
from agent.outbound import Fetched
from agent.settings import Settings

_MIB = 1024 * 1024
_FETCH_SECONDS = 60.0


@dataclass(frozen=True)
class Acceptance:
    """The jobs that were accepted, and what is checked of a request before it becomes one."""

    settings: Settings
    jobs: Jobs

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """With secrets hidden from the logs from now on. Raises ConfigurationError."""
        redact = Redactor(settings.secrets()).redact
        hide_secrets(redact)
        _make_workspace(settings.workspace.resolve())
        inbox = inbox_of(settings)
        return cls(settings, Jobs(journal_of(settings), inbox, settings.deadline_seconds, redact))

    def validate(self, request: Request) -> None:
        """Raises IntakeError."""
        validate(self.settings, request)


def validate(settings: Settings, request: Request) -> None:
    """Raises IntakeError for what can be told of the attachments without fetching any."""
    deadline = Deadline.within(_FETCH_SECONDS)
    sent = decode(request.attachments, limits_of(settings), _not_fetched_yet, deadline)
    for index, attachment in enumerate(sent):
        if reason := path_policy.unwelcome(attachment.name, settings.allow_workflows):
            raise IntakeError(f"attachments[{index}].name: {attachment.name}: {reason}")


def limits_of(settings: Settings) -> Limits:
    """How many attachments a request may have, and how large."""
    return Limits(
        count=settings.max_attachments,
        bytes_each=int(settings.max_attachment_mb * _MIB),
        bytes_total=int(settings.max_attachments_mb * _MIB),
    )


def _make_workspace(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return
    except OSError as error:
        raise ConfigurationError(
            f"the workspace {root} cannot be used ({error.strerror}): make it writable or set "
            "WORKSPACE"
        ) from None


def _not_fetched_yet(url: str, cap: int, deadline: Deadline) -> Fetched:
    """Stands for a file that is fetched once its job is accepted."""
    return Fetched(200, b"", "", url)
