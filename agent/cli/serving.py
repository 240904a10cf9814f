"""`galley serve` and `worker`: the API, the local pages, the work, until SIGTERM or Ctrl-C."""

import os
import secrets
import signal
import sys
import threading
from collections.abc import Mapping

from pydantic import SecretStr

from agent.build import Galley, local_forge_folder
from agent.cli.checks import readiness
from agent.errors import ConfigurationError
from agent.ports import Progress
from agent.settings import Settings
from agent.web.api import Api
from agent.web.app import api_routes, application, site_routes
from agent.web.body_intake import BODIES_IN_MEMORY, BodyIntake
from agent.web.connections import raise_descriptor_limit
from agent.web.events import Events
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, server
from agent.web.waiting import Waiting

_MB = 1_000_000
_LOCAL = "127.0.0.1"
_AT_LAST_SECONDS = 50.0  # running steps have 28, what they stand on ends after them


def serve(settings: Settings, environment: Mapping[str, str], progress: Progress) -> None:
    """Serve until a signal; running steps are let end. Raises ConfigurationError, ModelError."""
    settings = _with_secret(settings)
    raise_descriptor_limit()
    listener = bound(settings.bind, settings.port)
    base_url = settings.public_url or address_of(listener)
    max_body_bytes = int(settings.max_body_mb * _MB)
    with Galley(settings, environment, base_url, progress) as galley:
        galley.load_libraries()
        api = Api(
            jobs=galley.jobs,
            waiting=Waiting(galley.jobs.are_final, lambda: running.is_stopping),
            events=Events(galley.jobs, lambda: running.is_stopping),
            bodies=BodyIntake(BODIES_IN_MEMORY * max_body_bytes),
            secret=settings.secret.get_secret_value(),
            answers_immediately=settings.respond == "immediately",
            validate=galley.validate,
            accepts=lambda: not running.is_stopping,
            readiness=lambda: readiness(settings, environment),
        )
        site = LocalPages(local_forge_folder(settings))
        routes = api_routes(api) + site_routes(site)
        web = application(routes, max_body_bytes)

        def wind_down() -> None:
            _end_at_last()
            galley.jobs.wind_down()

        running = server(web, wind_down)
        print(f"Galley listens on {base_url}", file=sys.stderr, flush=True)
        running.run(sockets=[listener])


def work(settings: Settings, environment: Mapping[str, str], progress: Progress) -> None:
    """Work on queued jobs until a signal. Raises ConfigurationError, ModelError."""
    if not settings.database_url.get_secret_value():
        raise ConfigurationError("`worker` needs DATABASE_URL: the journal it shares with others")
    base_url = settings.public_url or f"http://{_LOCAL}:{settings.port}"
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
