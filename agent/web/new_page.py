"""The page to run a brief by hand: a form, the request it makes, and the curl that sends it."""

import base64
import json
import secrets
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from agent.errors import IntakeError, WorkspaceError
from agent.intake.request import Request
from agent.jobs import Conflict, Jobs, QueueTooLong, Unavailable
from agent.story import newest
from agent.web.access import FORM_TOKEN, AccessControl
from agent.web.page_response import page
from agent.workspace import Workspace

_SEE_OTHER = 303
_LONGEST_SHOWN_URL = 60
_STRUCTURES = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-eval'; "
    "frame-ancestors 'self'; sandbox allow-scripts"
}


@dataclass(frozen=True)
class NewPage:
    """`validate` refuses attachments that cannot be taken (IntakeError)."""

    access: AccessControl
    jobs: Jobs
    workspace: Workspace
    validate: Callable[[Request], None]
    server_url: str

    async def show(self, http: HttpRequest) -> Response:
        self.access.require(http)
        task = http.query_params.get("task", "")[:100]
        earlier = await run_in_threadpool(self._earlier, task) if task else None
        given = {"task": task, "round": earlier["round"] + 1 if earlier else 1}
        return self._form(http, given, earlier)

    async def submit(self, http: HttpRequest) -> Response:
        """Take the brief, or show the curl command that would send it."""
        self.access.require(http)
        async with self.access.form(http) as form:
            if not self.access.has_secret(http) and not self.access.is_own_form(
                http, form.get(FORM_TOKEN)
            ):
                return self._form(
                    http,
                    _texts(form),
                    None,
                    403,
                    "Load the page again: its form is not of this session.",
                )
            fields, texts = await _fields(form), _texts(form)
            is_preview = "preview" in form
        try:
            request = Request.read(fields)
            if is_preview:
                return self._form(http, texts, None, curl=curl(request, self.server_url))
            job = await run_in_threadpool(self._accept, request)
        except IntakeError as error:
            return self._form(http, texts, None, 400, str(error))
        except Conflict as error:
            return self._form(http, texts, None, 409, str(error))
        except (QueueTooLong, Unavailable) as error:
            return self._form(http, texts, None, 503, str(error))
        return RedirectResponse(f"/jobs/{job}", _SEE_OTHER)

    async def syntax_frame(self, http: HttpRequest) -> Response:
        """A page without any rights, in which expressions are parsed and never run."""
        answer = page(http, self.access, "syntax")
        answer.headers.update(_STRUCTURES)
        return answer

    def _accept(self, request: Request) -> str:
        self.validate(request)
        return self.jobs.submit(request).id

    def _earlier(self, task: str) -> dict[str, Any] | None:
        """The last round of the task, for the form of the next one."""
        try:
            repository = newest(self.workspace, task)
            if repository is None:
                return None
            with repository:
                last, _ = repository.rounds()[-1]
        except WorkspaceError:
            return None
        return {"round": last.number, "brief": last.brief, "checks": [c.text for c in last.checks]}

    def _form(
        self,
        http: HttpRequest,
        given: dict[str, Any],
        earlier: dict[str, Any] | None,
        status: int = 200,
        complaint: str = "",
        *,
        curl: str = "",
    ) -> Response:
        known = {"task": "", "brief": "", "checks": "", "round": 1, "evaluation_url": "", **given}
        variables = {"given": known, "earlier": earlier, "complaint": complaint, "curl": curl}
        return page(http, self.access, "new", status, **variables)


def curl(request: Request, server_url: str) -> str:
    """The command that sends a request; long attachments are cut, the secret is a variable."""
    body = request.model_dump(mode="json")
    body["email"] = body["email"] or "you@example.com"
    body["evaluation_url"] = body["evaluation_url"] or "https://example.com/notify"
    for item in body["attachments"]:
        if len(item["url"]) > _LONGEST_SHOWN_URL:
            item["url"] = f"{item['url'][:_LONGEST_SHOWN_URL]}…"
    shown = json.dumps({"secret": "$SECRET", **body}, indent=1, ensure_ascii=False)
    data = shlex.quote(shown).replace("$SECRET", "'\"$SECRET\"'")
    return (
        f"curl {shlex.quote(server_url + '/api-endpoint')} \\\n"
        f"  --header 'Content-Type: application/json' \\\n  --data {data}"
    )


def _texts(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _fields(form: FormData) -> dict[str, Any]:
    """The form as the fields of a request."""
    texts = _texts(form)
    number = texts.get("round", "1").strip()
    uploads = [each for each in form.getlist("files") if isinstance(each, UploadFile)]
    return {
        "task": texts.get("task", "").strip(),
        "round": int(number) if number.isascii() and number.isdecimal() else number,
        "nonce": secrets.token_hex(8),
        "brief": texts.get("brief", ""),
        "checks": [line for line in texts.get("checks", "").splitlines() if line.strip()],
        "evaluation_url": texts.get("evaluation_url", "").strip(),
        "attachments": [await _attachment(each) for each in uploads if each.filename],
    }


async def _attachment(upload: UploadFile) -> dict[str, str]:
    content = base64.b64encode(await upload.read()).decode()
    kind = upload.content_type or "application/octet-stream"
    return {"name": upload.filename or "file", "url": f"data:{kind};base64,{content}"}
