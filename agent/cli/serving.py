"""`galley serve` and `worker`: the API, the local pages, the work, until SIGTERM or Ctrl-C."""

import os
import secrets
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace

from pydantic import SecretStr

from agent.build import Galley
from agent.cli.checks import readiness
from agent.cli.http_api import api_of, routes_of
from agent.cli.output import print
from agent.cli.page_serving import served_pages
from agent.errors import ConfigurationError
from agent.models.redaction import Redactor
from agent.ports import Progress
from agent.settings import Settings
from agent.web.api import Api
from agent.web.app import application
from agent.web.connections import raise_descriptor_limit
from agent.web.host_names import HostNames
from agent.web.job_evidence import JobEvidence
from agent.web.job_pages import JobPages
from agent.web.login import LoginPages
from agent.web.new_page import NewPage
from agent.web.people import PagesForPeople
from agent.web.refusal_counts import RefusalCounts
from agent.web.server import address_of, bound, server
from agent.web.streamed_answers import StreamedAnswers
from agent.web.task_pages import TaskPages
from agent.workspace import Workspace

_LOCAL = "127.0.0.1"
_AT_LAST_SECONDS = 50.0  # running steps have 28, what they stand on ends after them


def serve(settings: Settings, environment: Mapping[str, str], progress: Progress) -> None:
    """Serve until a signal; running steps are let end. Raises ConfigurationError, ModelError."""
    settings = _with_secret(settings)
    raise_descriptor_limit()
    listener = bound(settings.bind, settings.port)
    server_url = settings.public_url or address_of(listener)
    redactor = Redactor(settings.secrets())
    answers = StreamedAnswers(redactor.redact_growing)
    with (
        served_pages(settings, server_url) as pages,
        Galley(settings, environment, pages.base_url, progress, answers.listen) as galley,
    ):
        galley.load_libraries()
        api = api_of(
            galley.acceptance,
            lambda: readiness(settings, environment),
            lambda: running.is_stopping,
        )
        workspace = Workspace(settings.workspace.resolve(), redactor.redact)
        people = _people(galley, api, answers, workspace, server_url)
        api = replace(api, events=people.events, job_page=people.jobs.show)
        refusals = RefusalCounts()
        programs = routes_of(galley.acceptance, api, refusals)
        routes = programs + people.routes() + pages.routes
        web = application(routes, settings.max_body_bytes, people.refused)

        def wind_down() -> None:
            _end_at_last()
            galley.jobs.wind_down()

        running = server(refusals.around(HostNames(web, settings.host_names)), wind_down)
        print(f"Galley listens on {server_url}", file=sys.stderr)
        print(f"Pages are served at {pages.base_url}/pages/", file=sys.stderr, flush=True)
        running.run(sockets=[listener])


def _people(
    galley: Galley, api: Api, answers: StreamedAnswers, workspace: Workspace, server_url: str
) -> PagesForPeople:
    access = api.access
    return PagesForPeople(
        access=access,
        events=replace(api.events, answer_of=answers.text),
        jobs=JobPages(access, galley.jobs, JobEvidence(workspace), answers),
        tasks=TaskPages(access, workspace),
        new=NewPage(access, galley.jobs, workspace, galley.validate, server_url),
        login=LoginPages(access, is_https=server_url.startswith("https:")),
    )


def work(settings: Settings, environment: Mapping[str, str], progress: Progress) -> None:
    """Work on queued jobs until a signal. Raises ConfigurationError, ModelError."""
    if not settings.database_url.get_secret_value():
        raise ConfigurationError("`worker` needs DATABASE_URL: the journal it shares with others")
    own = f"http://{_LOCAL}:{settings.own_pages_port}"
    base_url = settings.pages_url or settings.public_url or own
    settings = settings.model_copy(update={"execute": True})
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: ending.set())
    with Galley(settings, environment, base_url, progress) as galley:
        galley.load_libraries()
        print("Galley works on queued jobs", file=sys.stderr, flush=True)
        ending.wait()
        _end_at_last()


def _end_at_last() -> None:
    """End this process even if it does not end by itself: a database that went dark without a
    word holds threads for as long as the system goes on sending."""
    timer = threading.Timer(_AT_LAST_SECONDS, os._exit, [1])
    timer.daemon = True
    timer.start()


def _with_secret(settings: Settings) -> Settings:
    """A server is never open: without a SECRET it makes one for this process, told once."""
    if settings.secret.get_secret_value():
        return settings
    made = secrets.token_urlsafe(16)
    print(f"SECRET is not set; for this process it is {made}", file=sys.stderr, flush=True)
    return settings.model_copy(update={"secret": SecretStr(made)})
