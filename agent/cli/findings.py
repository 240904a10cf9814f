"""What is found of the settings, the workspace and the journal, one line each."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agent.cli.journals import idle_jobs
from agent.errors import GalleyError
from agent.job_storage import journal_of
from agent.models.redaction import Redactor
from agent.settings import Settings
from agent.url_display import shown_url

_LEAST_FREE = 500_000_000
NO_JOURNAL = " begins with the first job"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One finding; `action` is what to do next, empty when nothing is."""

    subject: str
    is_fine: bool
    finding: str
    action: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.is_fine else "FAIL"
        return f"{mark} {self.subject:<10} {self.finding}" + (
            f"; {self.action}" if self.action else ""
        )

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "ok": self.is_fine,
            "finding": self.finding,
            "action": self.action,
        }


def as_readiness(lines: Sequence[CheckLine]) -> dict[str, Any]:
    """The lines for `GET /ready`. Proofs go on without a browser, so that one may be missing."""
    missing = [line.subject for line in lines if not line.is_fine and line.subject != "browser"]
    state = {"status": "not ready" if missing else "ready", "missing": missing}
    return state | {line.subject: _part(line) for line in lines}


def _part(line: CheckLine) -> dict[str, Any]:
    advice = {"action": line.action} if line.action and not line.is_fine else {}
    return {"ok": line.is_fine, "finding": line.finding, **advice}


def accepting_readiness(settings: Settings) -> dict[str, Any]:
    """For a server that only accepts: workers elsewhere have git, the model and the browser."""
    return as_readiness([settings_line(settings), journal_line(settings, journal_reached)])


def settings_line(settings: Settings) -> CheckLine:
    finding = f"forge {settings.forge_name}, host {settings.host_name}"
    if settings.mirror_hosts:
        finding += f", mirrors {', '.join(settings.all_hosts[1:])}"
    if settings.secret.get_secret_value():
        return CheckLine("settings", True, finding)
    return CheckLine("settings", True, f"{finding}, no SECRET", "`serve` will make one up")


def workspace_line(settings: Settings, needed: Sequence[Path]) -> CheckLine:
    root = settings.workspace.resolve()
    if gone := next((path for path in needed if not path.exists()), None):
        return CheckLine("workspace", False, f"{gone} is gone", "put it back or restart")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            free = shutil.disk_usage(root).free
    except OSError as error:
        action = "make it writable or set WORKSPACE"
        return CheckLine("workspace", False, f"{root}: {error.strerror}", action)
    if free < _LEAST_FREE:
        return CheckLine("workspace", False, f"{root}: {free / 1e6:.0f} MB free", "free some space")
    return CheckLine("workspace", True, f"{root}, {free / 1e9:.0f} GB free")


def journal_line(settings: Settings, look: Callable[[Settings], str]) -> CheckLine:
    """The finding of `look` at the journal, or why it cannot be used."""
    journal = journal_of(settings)
    place = shown_url(journal.url) if journal.is_shared else str(journal.file)
    try:
        return CheckLine("journal", True, f"{place}{look(settings)}")
    except (GalleyError, OSError) as error:
        reason = Redactor([urlsplit(journal.url).password or ""]).redact(str(error))
    finding = reason.removesuffix(f"; {journal.remedy}")
    return CheckLine("journal", False, f"{place}: {finding}", journal.remedy)


def journal_reached(settings: Settings) -> str:
    """For a server, which has opened its journal. Raises GalleyError."""
    if not journal_of(settings).exists:
        return NO_JOURNAL
    with idle_jobs(settings) as jobs:
        jobs.check_connection()
    return ""
