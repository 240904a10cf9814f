"""Jobs: briefs that were accepted, each carried through the line once, durably."""

import time

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

from agent.errors import GalleyError
from agent.intake.request import Request
from agent.jobs.identity import QUEUE, job_id
from agent.jobs.journal import Journal
from agent.jobs.records import JobRecord, State, StepRecord, record_of, state_of, steps_of
from agent.jobs.steps import DurableSteps
from agent.pipeline import Line, produce
from agent.ports import Inbox
from agent.values import Job, Publication, Receipt

__all__ = ["Conflict", "JobRecord", "Jobs", "State", "StepRecord", "job_id"]

_WORKFLOW = "produce"
_POLL_SECONDS = 0.05


class Conflict(GalleyError):
    """The same task, round and nonce came before, with another body."""


class Jobs:
    """Accepts, runs and tells of jobs; rounds of one task run in the order they came."""

    def __init__(self, journal: Journal, inbox: Inbox, concurrency: int, seconds: float) -> None:
        self._journal = journal
        self._inbox = inbox
        self._concurrency = concurrency
        self._seconds = seconds
        self._cancelled: set[str] = set()

    def start(self, line: Line) -> None:
        """Open the journal and go on with what was in flight. Raises ConfigurationError."""
        self._journal.open()

        @DBOS.workflow(name=_WORKFLOW)
        def workflow(job: Job) -> tuple[Publication, Receipt]:
            return produce(job, line, DurableSteps(job))

        self._workflow = workflow
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._concurrency,
            partition_concurrency=1,
            polling_interval_sec=_POLL_SECONDS,
        )

    def stop(self) -> None:
        self._journal.close()

    def submit(self, request: Request) -> Job:
        """Accept a request: when this returns, its job survives a crash. Raises Conflict."""
        now = time.time()
        identity = job_id(request.task, request.round, request.nonce)
        if not self._inbox.put(identity, request.record()):
            self._compare(identity, request)
        job = Job(identity, request.task, request.round, now, now + self._seconds)
        with (
            SetWorkflowID(identity),
            SetEnqueueOptions(queue_partition_key=request.task.lower()),
        ):
            handle = DBOS.enqueue_workflow(QUEUE, self._workflow, job)
        return record_of(handle.get_status()).job

    def find(self, identity: str) -> JobRecord | None:
        found = DBOS.list_workflows(workflow_ids=[identity])
        return record_of(found[0]) if found else None

    def all(self) -> list[JobRecord]:
        """Every job in the journal, newest first."""
        return [record_of(status) for status in DBOS.list_workflows(name=_WORKFLOW, sort_desc=True)]

    def are_final(self, identities: list[str]) -> set[str]:
        """Which of these jobs have come to an end."""
        listed = DBOS.list_workflows(workflow_ids=identities, load_input=False, load_output=False)
        return {status.workflow_id for status in listed if state_of(status).is_final}

    def steps(self, identity: str) -> list[StepRecord]:
        """The finished steps of a job, in order."""
        return steps_of(DBOS.list_workflow_steps(identity))

    def cancel(self, identity: str) -> None:
        """End a job: the running step notices soon, and no further one begins."""
        self._cancelled.add(identity)
        DBOS.cancel_workflow(identity)

    def is_cancelled(self, identity: str) -> bool:
        return identity in self._cancelled

    def _compare(self, identity: str, request: Request) -> None:
        kept = self._inbox.get(identity)
        if kept is not None and kept != request.record():
            raise Conflict(
                f"{identity}: task, round and nonce are those of an earlier request whose body "
                "was another; send a new nonce for a new order"
            )
