"""The Starlette application: which URL is answered by what."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from agent.scaffold import WEB_FILES
from agent.web.api import Api
from agent.web.api_reference import ApiReference
from agent.web.metrics import Metrics
from agent.web.problems import BodyLimit, RefuseBrowser, handlers

if TYPE_CHECKING:
    from agent.web.local_pages import LocalPages

Routes = list[BaseRoute]


def api_routes(api: Api) -> Routes:
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


def reference_routes(reference: ApiReference, metrics: Metrics) -> Routes:
    """What describes the API and tells of the process, with the files that pages need."""
    return [
        Route("/metrics", metrics.show),
        Route("/openapi.json", reference.document),
        Route("/docs", reference.show),
        Mount("/static", StaticFiles(directory=WEB_FILES)),
    ]


def site_routes(site: "LocalPages") -> Routes:
    return [
        Route("/pages/{repo}", site.serve),
        Route("/pages/{repo}/{path:path}", site.serve),
    ]


def moved_site_routes(base_url: str) -> Routes:
    """Pages are at another origin than the server."""

    async def move(http: Request) -> Response:
        query = f"?{http.url.query}" if http.url.query else ""
        return RedirectResponse(f"{base_url}{http.scope['raw_path'].decode('ascii')}{query}")

    return [Route("/pages/{path:path}", move)]


def application(
    routes: Routes, max_body_bytes: int, refuse_browser: RefuseBrowser | None = None
) -> Starlette:
    """`refuse_browser` answers browsers in place of JSON."""
    return Starlette(
        routes=routes,
        middleware=[Middleware(BodyLimit, most_bytes=max_body_bytes)],
        exception_handlers=handlers(max_body_bytes, refuse_browser),
    )
