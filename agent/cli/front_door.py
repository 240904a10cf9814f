"""The front door as an ASGI application, for hosts that run applications instead of commands."""

from collections.abc import Mapping

from starlette.types import ASGIApp

from agent.acceptance import Acceptance
from agent.cli.findings import accepting_readiness
from agent.cli.http_api import api_of, routes_of
from agent.errors import ConfigurationError
from agent.settings import Settings
from agent.web.app import application
from agent.web.refusal_counts import RefusalCounts
from agent.web.request_ids import RequestIds


def front_door(environment: Mapping[str, str]) -> ASGIApp:
    """Accepts jobs for workers elsewhere, for as long as the process lives.

    Raises ConfigurationError where accepted jobs would be lost or anybody could send some.
    """
    if not environment.get("DATABASE_URL"):
        raise ConfigurationError(
            "the front door needs DATABASE_URL: there is no lasting disk here, so the journal has "
            "to be a PostgreSQL that workers elsewhere share (`python -m agent worker`)"
        )
    settings = Settings.read({**environment, "EXECUTE": "false"})
    if not settings.secret.get_secret_value():
        raise ConfigurationError("the front door needs SECRET: every instance must have the same")
    acceptance = Acceptance.of(settings)
    # Stopped with the process: there is no other end here.
    acceptance.jobs.accept_only(settings.concurrency)
    api = api_of(acceptance, lambda: accepting_readiness(settings), is_stopping=lambda: False)
    refusals = RefusalCounts()
    routes = routes_of(acceptance, api, refusals)
    return RequestIds(refusals.around(application(routes, settings.max_body_bytes)))
