"""The pages for people, put together, and what a browser is told where it may not see one."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.web.access import AccessControl
from agent.web.app import Routes
from agent.web.events import STREAM_HEADERS, Events
from agent.web.job_pages import JobPages
from agent.web.login import LoginPages
from agent.web.new_page import NewPage
from agent.web.page_response import page
from agent.web.task_pages import TaskPages

_UNAUTHORISED = 401
_SEE_OTHER = 303


@dataclass(frozen=True)
class PagesForPeople:
    """Every page that people look at."""

    access: AccessControl
    events: Events
    jobs: JobPages
    tasks: TaskPages
    new: NewPage
    login: LoginPages

    async def job(self, http: Request) -> Response:
        return await self.jobs.show(http)

    async def list_events(self, http: Request) -> Response:
        """Server-sent events: `changed` whenever the list of jobs is not what it was."""
        self.access.require(http)
        return StreamingResponse(
            self.events.of_list(), headers=STREAM_HEADERS, media_type="text/event-stream"
        )

    async def refused(self, http: Request, error: Exception) -> Response:
        """An error as a page; without a session, the way to the login."""
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code == _UNAUTHORISED:
            target = http.url.path + (f"?{http.url.query}" if http.url.query else "")
            return RedirectResponse(f"/login?next={quote(target, safe='/')}", _SEE_OTHER)
        return page(
            http, self.access, "problem", error.status_code, code=error.status_code,
            message=str(error.detail),
        )  # fmt: skip

    def routes(self) -> Routes:
        jobs, tasks, new, login = self.jobs, self.tasks, self.new, self.login
        one = "/tasks/{task}/of/{repo}"
        return [
            Route("/", jobs.overview),
            Route("/events", self.list_events),
            Route("/jobs/{job}/attempts/{attempt:int}/{name}", jobs.picture),
            Route("/jobs/{job}/{name}", jobs.picture),
            Route("/tasks", tasks.overview),
            Route("/tasks/{task}", tasks.show),
            Route("/tasks/{task}/rounds/{round:int}/files/{path:path}", tasks.files),
            Route("/tasks/{task}/rounds/{round:int}/site.zip", tasks.zip),
            Route(f"{one}/rounds/{{round:int}}/files/{{path:path}}", tasks.files),
            Route(f"{one}/rounds/{{round:int}}/site.zip", tasks.zip),
            Route(f"{one}/evidence/{{key}}/{{attempt:int}}/{{name}}", tasks.picture),
            Route("/new", new.show),
            Route("/new", new.submit, methods=["POST"]),
            Route("/new/syntax", new.syntax_frame),
            Route("/login", login.show),
            Route("/login", login.log_in, methods=["POST"]),
            Route("/logout", login.log_out, methods=["POST"]),
        ]
