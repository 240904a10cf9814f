"""The real API and journal over a toy line, on a free port."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from agent.errors import IntakeError
from agent.intake.request import Request
from agent.jobs import Jobs
from agent.models.redaction import Redactor
from agent.web.access import AccessControl
from agent.web.api import Api
from agent.web.api_reference import ApiReference
from agent.web.app import api_routes, application, reference_routes
from agent.web.body_intake import BodyIntake
from agent.web.events import Events
from agent.web.job_evidence import JobEvidence
from agent.web.job_pages import JobPages
from agent.web.login import LoginPages
from agent.web.metrics import Metrics
from agent.web.new_page import NewPage
from agent.web.people import PagesForPeople
from agent.web.refusal_counts import RefusalCounts
from agent.web.server import address_of, bound, in_background
from agent.web.sessions import Sessions
from agent.web.streamed_answers import StreamedAnswers
from agent.web.task_pages import TaskPages
from agent.web.waiting import Waiting
from agent.workspace import Workspace
from tests.jobs.toy import ToyLine, working

SECRET = "the-secret-é"
MAX_BODY = 200_000
NO_SECRETS = Redactor([])


@dataclass
class ToyServer:
    """A server that is up; `is_stopping` may be set to have it stop accepting."""

    url: str
    jobs: Jobs
    toy: ToyLine
    folder: Path
    answers: StreamedAnswers
    is_stopping: bool = False
    refusals: RefusalCounts = field(default_factory=RefusalCounts)

    def post(self, wait: bool = False, **changes: Any) -> requests.Response:
        headers = {} if wait else {"Prefer": "respond-async"}
        return requests.post(
            f"{self.url}/api-endpoint", json=body(**changes), headers=headers, timeout=30
        )

    def get(self, path: str, secret: str = SECRET, **headers: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers=bearer(secret) | headers, timeout=30)

    def tell(self, path: str, secret: str = SECRET) -> requests.Response:
        return requests.post(f"{self.url}{path}", headers=bearer(secret), timeout=30)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}".encode().decode("latin-1")}


def body(**changes: Any) -> dict[str, Any]:
    """A good request body; a change to None leaves the field out."""
    fields = {
        "email": "someone@example.com",
        "secret": SECRET,
        "task": "shop",
        "round": 1,
        "nonce": "n",
        "brief": "Sell.",
        "evaluation_url": "http://127.0.0.1:9/notify",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


@contextmanager
def served(
    folder: Path,
    toy: ToyLine,
    answers_immediately: bool = False,
    concurrency: int = 4,
    seconds: float = 60,
    max_body: int = MAX_BODY,
    *,
    metrics_are_public: bool = False,
    validate: Callable[[Request], None] | None = None,
    secret: str = SECRET,
    redactor: Redactor = NO_SECRETS,
) -> Iterator[ToyServer]:
    with working(folder, toy, concurrency, seconds, redact=redactor.redact) as jobs:
        listener = bound("127.0.0.1", 0)
        answers = StreamedAnswers(redactor.redact_growing)
        server = ToyServer(address_of(listener), jobs, toy, folder, answers)
        access = AccessControl(secret, Sessions(secret), BodyIntake(2 * max_body))
        events = Events(jobs, lambda: server.is_stopping, server.answers.text)
        workspace = Workspace(folder / "workspace", redactor.redact)
        people = PagesForPeople(
            access=access,
            events=events,
            jobs=JobPages(access, jobs, JobEvidence(workspace), server.answers),
            tasks=TaskPages(access, workspace),
            new=NewPage(access, jobs, workspace, validate or _validate, server.url),
            login=LoginPages(access),
        )
        api = Api(
            jobs=jobs,
            waiting=Waiting(jobs.are_final, lambda: server.is_stopping),
            events=events,
            access=access,
            answers_immediately=answers_immediately,
            validate=validate or _validate,
            accepts=lambda: not server.is_stopping,
            readiness=lambda: {
                "status": "ready",
                "missing": [],
                "disk": {"ok": True, "finding": str(folder)},
            },
            job_page=people.jobs.show,
        )
        metrics = Metrics(access, jobs.figures, server.refusals, metrics_are_public)
        programs = api_routes(api) + reference_routes(ApiReference(access), metrics)
        web = application(programs + people.routes(), max_body, people.refused)
        with in_background(server.refusals.around(web), listener):
            try:
                yield server
            finally:
                server.is_stopping = True


def _validate(request: Request) -> None:
    if request.attachments:
        raise IntakeError("attachments[0]: not with the toy")
