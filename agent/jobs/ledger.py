"""What any process can read from the journal and write into it, whether it runs jobs or not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

from dbos import DBOSClient, EnqueueOptions, StepInfo, WorkflowStatus
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from agent.jobs.failures import NotPossible, Unavailable, UnknownJob
from agent.jobs.identity import APPLICATION, QUEUE, VERSION, WORKFLOW, partition
from agent.jobs.journal import Journal, cause_of
from agent.jobs.records import (
    JobRecord,
    State,
    StepRecord,
    at_step,
    record_of,
    state_of,
    steps_of,
)
from agent.values import Job

_POOL = 10
_POLL_SECONDS = 0.1
_UNFINISHED = ["ENQUEUED", "DELAYED", "PENDING"]
_ROUNDS_APART = 1000
_EARLIER_ROUND_SECONDS = 1.0


class Ledger:
    """The journal by its own rows; every method may be called from any thread.

    All of it raises Unavailable while the database is away.
    """

    def __init__(self, journal: Journal) -> None:
        self._client = DBOSClient(
            system_database_url=journal.url,
            system_database_engine=journal.accepting,
            system_database_pool_size=_POOL,
            application_name=APPLICATION,
            retry_connection_errors=False,
            lazy=True,
        )
        self._retrying = Lock()

    def close(self) -> None:
        self._client.destroy()

    def reach(self) -> None:
        """Raises Unavailable when the journal cannot be reached."""
        with _reaching():
            self._client.check_connection()

    def open_queue(self, concurrency: int) -> None:
        """Say how the queue is worked on; workers of one journal share what the last one said."""
        with _reaching():
            self._client.register_queue(
                QUEUE,
                worker_concurrency=concurrency,
                partition_concurrency=1,
                polling_interval_sec=_POLL_SECONDS,
            )

    def add(self, job: Job) -> None:
        """Put the job into the journal, once: under an id that is there nothing is changed."""
        priority, waits = self._place(job)
        options = EnqueueOptions(
            workflow_name=WORKFLOW,
            queue_name=QUEUE,
            workflow_id=job.id,
            app_version=VERSION,
            queue_partition_key=partition(job.task),
            priority=priority,
        )
        if waits:
            options["delay_seconds"] = _EARLIER_ROUND_SECONDS
        with _reaching():
            self._client.enqueue(options, job)

    def find(self, identity: str) -> JobRecord | None:
        with _reaching():
            found = self._client.list_workflows(workflow_ids=[identity])
            return self._with_step(record_of(found[0])) if found else None

    def newest(self, limit: int, before: int = 0) -> list[JobRecord]:
        """Jobs from the newest on, `before` of them left out."""
        with _reaching():
            listed = self._client.list_workflows(
                name=WORKFLOW, sort_desc=True, limit=limit, offset=before
            )
            return [self._with_step(record_of(status)) for status in listed]

    def steps(self, identity: str) -> list[StepRecord]:
        """The finished steps of a job, in order."""
        return steps_of(self._infos(identity))

    def are_final(self, identities: list[str]) -> set[str]:
        """Which of these jobs have come to an end."""
        return {s.workflow_id for s in self._listed(identities) if state_of(s).is_final}

    def are_cancelled(self, identities: list[str]) -> set[str]:
        return {s.workflow_id for s in self._listed(identities) if state_of(s) is State.CANCELLED}

    def missing(self, identities: list[str]) -> set[str]:
        """Which of these ids no job has."""
        return set(identities) - {status.workflow_id for status in self._listed(identities)}

    def cancel(self, identity: str, step: str) -> None:
        """End a job that has not ended, at a step if one is known to be in hand.

        Raises UnknownJob, NotPossible.
        """
        record = self._found(identity)
        if record.state in (State.DONE, State.FAILED):
            raise NotPossible(f"{identity} is {record.state}: there is nothing to cancel")
        with _reaching():
            if step:
                self._client.update_workflow_attributes(identity, {"step": step}, merge=True)
            self._client.cancel_workflow(identity)

    def retry(self, identity: str, seconds: float) -> None:
        """Have a job go on from the step it failed at, with so much time as from now.

        Raises UnknownJob, NotPossible.
        """
        with self._retrying:  # of many at once, the second finds it retried
            self._rewind(identity, seconds)

    def _rewind(self, identity: str, seconds: float) -> None:
        record = self._found(identity)
        if record.state not in (State.FAILED, State.CANCELLED):
            raise NotPossible(f"{identity} is {record.state}: only a job that failed is retried")
        step = _step_to_redo(self._infos(identity), record.state)
        with _reaching():
            anew = {"deadline": time.time() + seconds}
            self._client.update_workflow_attributes(identity, anew)
            try:
                self._client.rewind_workflow(
                    identity,
                    start_step=step,
                    application_version=VERSION,
                    queue_name=QUEUE,
                    queue_partition_key=partition(record.job.task),
                )
            except dbos_errors.DBOSException:
                raise NotPossible(f"{identity} is being retried already") from None

    def pending(self) -> dict[str, list[str]]:
        """The jobs that are being worked on, by executor."""
        with _reaching():
            listed = self._client.list_workflows(
                status="PENDING", name=WORKFLOW, load_input=False, load_output=False
            )
        found: dict[str, list[str]] = {}
        for status in listed:
            found.setdefault(status.executor_id or "", []).append(status.workflow_id)
        return found

    def resume(self, identities: list[str]) -> None:
        """Put jobs whose worker is gone back in their place in the queue."""
        with _reaching():
            self._client.resume_workflows(identities, queue_name=QUEUE)

    def forget(self, before: float) -> list[str]:
        """Remove jobs that ended before a moment (epoch); their ids."""
        with _reaching():
            ended = self._client.list_workflows(
                name=WORKFLOW,
                completed_before=datetime.fromtimestamp(before, UTC).isoformat(),
                load_input=False,
                load_output=False,
            )
            old = [status.workflow_id for status in ended if state_of(status).is_final]
            self._client.delete_workflows(old)
        return old

    def _place(self, job: Job) -> tuple[int, bool]:
        """A job's priority among those of its task, and whether it first waits a little.

        The rounds of one order go by their number, later orders (a round 1 that came again) go
        after earlier ones. A later round that overtook its round 1 gives it time to arrive.
        """
        with _reaching():
            listed = self._client.list_workflows(
                workflow_id_prefix=f"{job.task}.", load_input=False, load_output=False
            )
        others = [s.workflow_id.rsplit(".", 2) for s in listed if s.workflow_id != job.id]
        rounds = [round_ for task, round_, _ in others if task == job.task]
        orders = rounds.count("1")
        number = orders if job.round == 1 else max(0, orders - 1)
        return number * _ROUNDS_APART + job.round, job.round > 1 and not rounds

    def _listed(self, identities: list[str]) -> list[WorkflowStatus]:
        with _reaching():
            return self._client.list_workflows(
                workflow_ids=identities, load_input=False, load_output=False
            )

    def _infos(self, identity: str) -> list[StepInfo]:
        with _reaching():
            return self._client.list_workflow_steps(identity)

    def _found(self, identity: str) -> JobRecord:
        record = self.find(identity)
        if record is None:
            raise UnknownJob(f"no job {identity}")
        return record

    def _with_step(self, record: JobRecord) -> JobRecord:
        if record.state not in (State.FAILED, State.CANCELLED):
            return record
        infos = self._client.list_workflow_steps(record.job.id, load_output=True)
        return at_step(record, infos)


def _step_to_redo(infos: list[StepInfo], state: State) -> int:
    """The number of the step that failed, or of the last one where what it gave was the failure."""
    failed = [info["function_id"] for info in infos if info["error"] is not None]
    last = max((info["function_id"] for info in infos), default=0)
    if failed:
        return min(failed)
    return max(1, last if state is State.FAILED else last + 1)


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise Unavailable(f"the journal does not answer: {cause_of(error)}") from None
