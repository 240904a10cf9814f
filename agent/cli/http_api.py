"""Puts the API together for a Galley that runs, whoever serves it."""

from collections.abc import Callable, Mapping

from agent.build import Galley
from agent.cli.checks import readiness
from agent.web.access import AccessControl
from agent.web.api import Api
from agent.web.body_intake import BODIES_IN_MEMORY, BodyIntake
from agent.web.events import Events
from agent.web.sessions import Sessions
from agent.web.waiting import Waiting


def api_of(galley: Galley, environment: Mapping[str, str], is_stopping: Callable[[], bool]) -> Api:
    """Its API; nothing is accepted, and nobody kept waiting, once `is_stopping`."""
    settings = galley.settings
    secret = settings.secret.get_secret_value()
    bodies = BodyIntake(BODIES_IN_MEMORY * settings.max_body_bytes)
    return Api(
        jobs=galley.jobs,
        waiting=Waiting(galley.jobs.are_final, is_stopping),
        events=Events(galley.jobs, is_stopping),
        access=AccessControl(secret, Sessions(secret), bodies),
        answers_immediately=settings.respond == "immediately",
        validate=galley.validate,
        accepts=lambda: not is_stopping(),
        readiness=lambda: readiness(settings, environment),
    )
