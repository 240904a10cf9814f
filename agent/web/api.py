"""The API: `POST /api-endpoint`, the jobs, and whether the server is well."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from agent.errors import IntakeError
from agent.intake.request import (
    Request,
    SubmittedRequest,
    WrongSecret,
    check_secret,
    parse,
    unknown_fields,
)
from agent.jobs import (
    Conflict,
    JobRecord,
    Jobs,
    NotPossible,
    QueueTooLong,
    State,
    Unavailable,
    UnknownJob,
)
from agent.web.access import AccessControl, wants_page
from agent.web.events import STREAM_HEADERS, Events
from agent.web.problems import RefusedRequest
from agent.web.refusal_reasons import RefusalReason as Reason
from agent.web.waiting import Waiting

_LONGEST_LIST = 1000
_SEE_OTHER = 303
_STOPPING = "this server is stopping; send the request again soon"


@dataclass(frozen=True)
class Api:
    """The endpoints. `validate` refuses attachments that cannot be taken (IntakeError).

    `job_page` shows people a job, where there are pages for them.
    """

    jobs: Jobs
    waiting: Waiting
    events: Events
    access: AccessControl
    answers_immediately: bool
    validate: Callable[[Request], None]
    accepts: Callable[[], bool]
    readiness: Callable[[], Mapping[str, Any]]
    job_page: Callable[[HttpRequest], Awaitable[Response]] | None = None

    async def submit(self, http: HttpRequest) -> Response:
        """Accept a brief, and answer when its job is done unless another way was asked for."""
        if not self.accepts():
            return RefusedRequest(Reason.STOPPING, _STOPPING)
        try:
            async with self.access.body(http) as body:
                job, notes = await run_in_threadpool(self._accept, body)
        except WrongSecret as error:
            return RefusedRequest(Reason.FORBIDDEN, str(error))
        except IntakeError as error:
            return RefusedRequest(Reason.INVALID, str(error))
        except Conflict as error:
            return RefusedRequest(Reason.CONFLICT, str(error))
        except QueueTooLong as error:
            headers = {"Retry-After": str(error.retry_after)}
            return RefusedRequest(Reason.QUEUE_FULL, str(error), headers=headers)
        except Unavailable as error:
            return RefusedRequest(Reason.UNAVAILABLE, f"{error}; send the request again soon")
        if _prefers(http, "respond-async"):
            headers = {
                "Location": f"/jobs/{job}",
                "Preference-Applied": "respond-async",
            }
            return JSONResponse({"status": "accepted", "job": job, **_noted(notes)}, 202, headers)
        if self.answers_immediately:
            return JSONResponse({"status": "accepted", "job": job, **_noted(notes)})
        if not await self.waiting.until_final(job):
            message = f"{_STOPPING} to join the job, which goes on"
            return RefusedRequest(Reason.STOPPING, message, job=job)
        record = await run_in_threadpool(self.jobs.find, job)
        if record is None:
            return RefusedRequest(Reason.GONE, f"{job} was removed from the journal")
        return _outcome(record, notes)

    def _accept(self, body: bytearray) -> tuple[str, tuple[str, ...]]:
        """The job's id, once it is in the journal, and what the sender is told besides."""
        fields = parse(body)
        check_secret(fields, self.access.secret)
        notes = unknown_fields(fields)
        request = SubmittedRequest.read(fields)
        self.validate(request)
        return self.jobs.submit(request).id, notes

    async def list_jobs(self, http: HttpRequest) -> Response:
        self.access.require(http)
        limit = min(_count(http, "limit", 100), _LONGEST_LIST)
        records = await run_in_threadpool(self.jobs.newest, limit, _count(http, "before", 0))
        return JSONResponse([record.as_json for record in records])

    async def show_job(self, http: HttpRequest) -> Response:
        if self.job_page and wants_page(http):
            return await self.job_page(http)
        self.access.require(http)
        record = await run_in_threadpool(self._found, http.path_params["job"])
        steps = await run_in_threadpool(self.jobs.steps, record.job.id)
        return JSONResponse({**record.as_json, "steps": [asdict(step) for step in steps]})

    async def job_events(self, http: HttpRequest) -> Response:
        """Server-sent events: what was done so far, then what is done from now on."""
        self.access.require(http)
        record = await run_in_threadpool(self._found, http.path_params["job"])
        last = http.headers.get("Last-Event-ID", "")
        stream = self.events.of(record.job.id, int(last) if _is_count(last) else 0)
        return StreamingResponse(stream, headers=STREAM_HEADERS, media_type="text/event-stream")

    async def cancel_job(self, http: HttpRequest) -> Response:
        return await self._told(http, self.jobs.cancel)

    async def retry_job(self, http: HttpRequest) -> Response:
        return await self._told(http, self.jobs.retry)

    async def _told(self, http: HttpRequest, do: Callable[[str], None]) -> Response:
        """Do something to a job and answer with the job as it is then."""
        await self.access.require_intent(http)
        if not self.accepts():
            return RefusedRequest(Reason.STOPPING, _STOPPING)
        job = http.path_params["job"]
        try:
            await run_in_threadpool(do, job)
            record = await run_in_threadpool(self._found, job)
        except UnknownJob as error:
            return RefusedRequest(Reason.NOT_FOUND, str(error))
        except NotPossible as error:
            return RefusedRequest(Reason.CONFLICT, str(error), job=job)
        except Unavailable as error:
            return RefusedRequest(Reason.UNAVAILABLE, str(error), job=job)
        if self.job_page and wants_page(http):
            return RedirectResponse(f"/jobs/{job}", _SEE_OTHER)
        return JSONResponse(record.as_json)

    async def health(self, http: HttpRequest) -> Response:
        return JSONResponse({"status": "healthy"})

    async def ready(self, http: HttpRequest) -> Response:
        if not self.accepts():
            return JSONResponse({"status": "stopping"}, 503)
        found = await run_in_threadpool(self.readiness)
        if not (self.access.has_secret(http) or self.access.session(http)):
            found = {subject: _without_finding(state) for subject, state in found.items()}
        return JSONResponse(found, 200 if found["status"] == "ready" else 503)

    def _found(self, identity: str) -> JobRecord:
        record = self.jobs.find(identity)
        if record is None:
            raise HTTPException(404, f"no job {identity}")
        return record


def _without_finding(state: Any) -> Any:
    """What strangers are told of a part: whether it is well, and not where it is."""
    return {"ok": state["ok"]} if isinstance(state, dict) else state


def _noted(notes: tuple[str, ...]) -> dict[str, list[str]]:
    return {"notes": list(notes)} if notes else {}


def _outcome(record: JobRecord, notes: tuple[str, ...]) -> Response:
    """The answer to the caller who waited."""
    if record.state is State.DONE and record.publication:
        answer = {
            "status": "success",
            "message": f"Successfully processed round {record.job.round}",
            "repo_url": record.publication.repo_url,
            "pages_url": record.publication.pages_url,
            "commit_sha": record.publication.revision.commit,
            "job": record.job.id,
        }
        proof = {"proof": record.proof_counts.as_json} if record.proof_counts else {}
        return JSONResponse(answer | proof | _noted((*notes, *record.publication.revision.notes)))
    step = record.failed_step or "job"
    message = record.error or f"the job was {record.state}"
    return RefusedRequest(Reason.JOB_FAILED, message, step=step, job=record.job.id)


def _prefers(http: HttpRequest, preference: str) -> bool:
    """Whether the caller states a preference, alone or among others (RFC 7240, 2)."""
    stated = ",".join(http.headers.getlist("Prefer")).lower().split(",")
    return preference in (each.partition(";")[0].strip() for each in stated)


def _count(http: HttpRequest, name: str, otherwise: int) -> int:
    """A number of the query. Raises HTTPException 400."""
    given = http.query_params.get(name, str(otherwise))
    if not _is_count(given):
        raise HTTPException(400, f"{name}: expected a number, got {given[:20]!r}")
    return int(given)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
