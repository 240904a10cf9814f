"""The front door as an ASGI application, for hosts that run applications instead of commands."""

from collections.abc import Mapping

from starlette.applications import Starlette

from agent.build import Galley, local_forge_folder
from agent.cli.checks import readiness
from agent.errors import ConfigurationError
from agent.settings import Settings
from agent.web.api import Api
from agent.web.app import api_routes, application, site_routes
from agent.web.body_intake import BODIES_IN_MEMORY, BodyIntake
from agent.web.events import Events
from agent.web.local_pages import LocalPages
from agent.web.waiting import Waiting

_MB = 1_000_000


def front_door(environment: Mapping[str, str]) -> Starlette:
    """Accepts jobs for workers elsewhere, for as long as the process lives.

    Raises ConfigurationError where accepted jobs would be lost or anybody could send some.
    """
    if not environment.get("DATABASE_URL"):
        raise ConfigurationError(
            "the front door needs DATABASE_URL: there is no lasting disk here, so the journal has "
            "to be a PostgreSQL that workers elsewhere share (`python -m agent worker`)"
        )
    settings = Settings.read({**environment, "EXECUTE": "false"})
    secret = settings.secret.get_secret_value()
    if not secret:
        raise ConfigurationError("the front door needs SECRET: every instance must have the same")
    galley = Galley(settings, environment, settings.public_url, lambda done, whole: None)
    max_body_bytes = int(settings.max_body_mb * _MB)
    galley.__enter__()  # left with the process: there is no other end here
    api = Api(
        jobs=galley.jobs,
        waiting=Waiting(galley.jobs.are_final, _never),
        events=Events(galley.jobs, _never),
        bodies=BodyIntake(BODIES_IN_MEMORY * max_body_bytes),
        secret=secret,
        answers_immediately=settings.respond == "immediately",
        validate=galley.validate,
        accepts=lambda: True,
        readiness=lambda: readiness(settings, environment),
    )
    routes = api_routes(api) + site_routes(LocalPages(local_forge_folder(settings)))
    return application(routes, max_body_bytes)


def _never() -> bool:
    return False
