"""Puts the API together for whoever accepts requests."""

from collections.abc import Callable, Mapping
from typing import Any

from agent.acceptance import Acceptance
from agent.web.access import AccessControl
from agent.web.api import Api
from agent.web.api_reference import ApiReference
from agent.web.app import Routes, api_routes, reference_routes
from agent.web.body_intake import BODIES_IN_MEMORY, BodyIntake
from agent.web.events import Events
from agent.web.metrics import Metrics
from agent.web.refusal_counts import RefusalCounts
from agent.web.sessions import Sessions
from agent.web.waiting import Waiting


def api_of(
    acceptance: Acceptance,
    readiness: Callable[[], Mapping[str, Any]],
    is_stopping: Callable[[], bool],
) -> Api:
    """Its API; nothing is accepted, and nobody kept waiting, once `is_stopping`."""
    settings, jobs = acceptance.settings, acceptance.jobs
    secret = settings.secret.get_secret_value()
    bodies = BodyIntake(BODIES_IN_MEMORY * settings.max_body_bytes)
    return Api(
        jobs=jobs,
        waiting=Waiting(jobs.are_final, is_stopping),
        events=Events(jobs, is_stopping),
        access=AccessControl(secret, Sessions(secret), bodies),
        answers_immediately=settings.respond == "immediately",
        validate=acceptance.validate,
        accepts=lambda: not is_stopping(),
        readiness=readiness,
    )


def routes_of(acceptance: Acceptance, api: Api, refusals: RefusalCounts) -> Routes:
    """What programs may ask of a server."""
    is_public = acceptance.settings.metrics_public
    metrics = Metrics(api.access, acceptance.jobs.figures, refusals, is_public)
    return api_routes(api) + reference_routes(ApiReference(api.access), metrics)
