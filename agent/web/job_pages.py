"""The pages of jobs: the list, and one job on its way along the line."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from agent.errors import WorkspaceError
from agent.jobs import JobRecord, Jobs, State, StepRecord
from agent.web.access import AccessControl
from agent.web.job_evidence import AttemptRecord, JobEvidence
from agent.web.page_response import inert, page
from agent.web.streamed_answers import StreamedAnswers

_PER_PAGE = 50
_LONGEST_FILTER = 100
LINE = (
    *("open", "plan", "draft", "prove", "polish"),
    *("commit", "push", "publish", "notify", "mirror"),
)
_SHOWN_ONCE_RUN = ("polish", "mirror")


@dataclass(frozen=True, slots=True)
class StageRow:
    """A step of the line: how often it ran, for how long, and where it stands."""

    name: str
    state: str
    runs: int
    seconds: float


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in the list; `since` (epoch) is when its step began, `cost` is in US dollars."""

    record: JobRecord
    step: str
    since: float | None
    cost: float | None
    seconds_left: float


@dataclass(frozen=True)
class JobPages:
    """Pages of the journal's jobs, with what git has of them."""

    access: AccessControl
    jobs: Jobs
    evidence: JobEvidence
    answers: StreamedAnswers

    async def overview(self, http: Request) -> Response:
        self.access.require(http)
        state = _state(http.query_params.get("state", ""))
        words = http.query_params.get("q", "").strip()[:_LONGEST_FILTER]
        number = _page_number(http.query_params.get("page", "1"))
        rows = await run_in_threadpool(self._rows, state, words, number)
        query = urlencode({"state": state or "", "q": words})
        return page(
            http,
            self.access,
            "jobs",
            rows=rows[:_PER_PAGE],
            states=[str(each) for each in State],
            state=state or "",
            words=words,
            earlier=f"/?{query}&page={number - 1}" if number > 1 else "",
            later=f"/?{query}&page={number + 1}" if len(rows) > _PER_PAGE else "",
        )

    async def show(self, http: Request) -> Response:
        """Raises HTTPException 404."""
        self.access.require(http)
        variables = await run_in_threadpool(self._job, http.path_params["job"])
        return page(http, self.access, "job", **variables)

    async def picture(self, http: Request) -> Response:
        """A screenshot: of the attempt in the address, or of the last one."""
        self.access.require(http)
        content = await run_in_threadpool(self._picture, http.path_params)
        if content is None:
            raise HTTPException(404, "there is no such picture")
        return inert(content, "image/png")

    def _rows(self, state: State | None, words: str, number: int) -> list[JobRow]:
        found = self.jobs.search(state, words, _PER_PAGE + 1, (number - 1) * _PER_PAGE)
        costs = self.evidence.costs(found)
        return [self._row(record, costs.get(record.job.id)) for record in found]

    def _row(self, record: JobRecord, cost: float | None) -> JobRow:
        steps = self.jobs.steps(record.job.id) if record.state is State.RUNNING else []
        step, since = (steps[-1].name, steps[-1].started_at) if steps else ("", None)
        return JobRow(record, step, since, cost, max(0.0, record.job.deadline - time.time()))

    def _job(self, identity: str) -> dict[str, Any]:
        record = self.jobs.find(identity)
        if record is None:
            raise HTTPException(404, f"no job {identity}")
        steps = self.jobs.steps(identity)
        attempts = self._attempts(record)
        proved = [attempt for attempt in attempts if attempt.proof]
        return {
            "record": record,
            "steps": steps,
            "stages": stages(record.state, record.failed_step, steps),
            "attempts": attempts,
            "proof": proved[-1].proof if proved else None,
            "tokens": sum(attempt.tokens for attempt in attempts),
            "costs": [attempt.cost for attempt in attempts if attempt.cost is not None],
            "answer": self.answers.text(identity) if not record.state.is_final else "",
            "seconds_left": max(0.0, record.job.deadline - time.time()),
        }

    def _attempts(self, record: JobRecord) -> list[AttemptRecord]:
        try:
            return self.evidence.attempts(record.job)
        except WorkspaceError as error:
            raise HTTPException(503, f"{error}; load the page again soon") from None

    def _picture(self, names: dict[str, str]) -> bytes | None:
        record = self.jobs.find(names["job"])
        if record is None or names["name"] not in ("screenshot.png", "screenshot-phone.png"):
            return None
        attempt = names.get("attempt")
        number = int(attempt) if attempt else None
        return self.evidence.picture(record.job, number, names["name"])


def stages(state: State, failed_step: str, steps: Sequence[StepRecord]) -> list[StageRow]:
    """The line as far as a job has come."""
    rows = []
    for name in LINE:
        runs = [step for step in steps if step.name == name]
        if not runs and name in _SHOWN_ONCE_RUN:
            continue
        seconds = sum((each.ended_at or time.time()) - (each.started_at or 0) for each in runs)
        is_current = bool(runs) and runs[-1].ended_at is None and not state.is_final
        has_failed = state in (State.FAILED, State.CANCELLED) and name == failed_step
        word = "failed" if has_failed else "now" if is_current else "done" if runs else "ahead"
        rows.append(StageRow(name, word, len(runs), seconds))
    return rows


def _state(text: str) -> State | None:
    return State(text) if text in [str(each) for each in State] else None


def _page_number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 6
    return max(1, int(text)) if is_number else 1
