"""The Starlette application: which URL is answered by what."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from agent.jobs import Unavailable
from agent.web.api import Api
from agent.web.site import Site


def api_routes(api: Api) -> list[BaseRoute]:
    return [
        Route("/api-endpoint", api.submit, methods=["POST"]),
        Route("/health", api.health),
        Route("/ready", api.ready),
        Route("/jobs", api.list_jobs),
        Route("/jobs/{job}", api.show_job),
        Route("/jobs/{job}/events", api.job_events),
        Route("/jobs/{job}/cancel", api.cancel_job, methods=["POST"]),
        Route("/jobs/{job}/retry", api.retry_job, methods=["POST"]),
    ]


def site_routes(site: Site) -> list[BaseRoute]:
    return [
        Route("/pages/{repo}", site.bare_address),
        Route("/pages/{repo}/{path:path}", site.serve),
    ]


def application(routes: list[BaseRoute], max_body_bytes: int) -> Starlette:
    return Starlette(
        routes=routes,
        max_body_size=max_body_bytes,
        exception_handlers={HTTPException: _as_json, Unavailable: _unavailable},
    )


async def _as_json(request: Request, error: Exception) -> Response:
    """Errors of routing and size in the API's form."""
    if not isinstance(error, HTTPException):
        raise error
    body = {"status": "error", "message": str(error.detail)}
    return JSONResponse(body, error.status_code, error.headers)


async def _unavailable(request: Request, error: Exception) -> Response:
    """The journal is away: what was asked may work later."""
    return JSONResponse({"status": "error", "message": str(error)}, 503, {"Retry-After": "5"})
