"""Reads and writes jobs in the journal, from any process, whether it runs jobs or not."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

from dbos import DBOSClient, EnqueueOptions, StepInfo, WorkflowStatus
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from agent.jobs.failures import NotPossible, Unavailable, UnknownJob
from agent.jobs.job_database import (
    APPLICATION,
    QUEUE,
    VERSION,
    WORKFLOW,
    JobDatabase,
    cause_of,
)
from agent.jobs.job_records import (
    FAILURE,
    JobRecord,
    State,
    StepRecord,
    is_job_id,
    partition,
    record_of,
    state_of,
    statuses_of,
    step_to_redo,
    steps_of,
    with_failed_step,
)
from agent.jobs.journal_figures import JobStanding
from agent.values import Job

_POOL = 10
_POLL_SECONDS = 0.1
_UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")
_BEGINS_ANEW = "begins_anew"
_ROUNDS_APART = 1000
_EARLIER_ROUND_SECONDS = 1.0


class JobStore:
    """The rows of the journal; every method may be called from any thread.

    Every method raises Unavailable while the database is unreachable.
    """

    def __init__(self, database: JobDatabase) -> None:
        self._client = DBOSClient(
            system_database_url=database.url,
            system_database_engine=database.accept_engine,
            system_database_pool_size=_POOL,
            application_name=APPLICATION,
            retry_connection_errors=False,
            lazy=True,
        )
        self._retrying = Lock()

    def close(self) -> None:
        self._client.destroy()

    def check_connection(self) -> None:
        with _translated():
            self._client.check_connection()

    def open_queue(self, concurrency: int) -> None:
        """Set how many jobs a worker runs; the workers of one journal share the last setting."""
        with _translated():
            self._client.register_queue(
                QUEUE,
                worker_concurrency=concurrency,
                partition_concurrency=1,
                polling_interval_sec=_POLL_SECONDS,
            )

    def add(self, job: Job) -> None:
        """Put a job into the queue; nothing changes where the journal has its id already."""
        priority, is_early = self._place(job)
        options = EnqueueOptions(
            workflow_name=WORKFLOW,
            queue_name=QUEUE,
            workflow_id=job.id,
            app_version=VERSION,
            queue_partition_key=partition(job.task),
            priority=priority,
        )
        if is_early:
            options["delay_seconds"] = _EARLIER_ROUND_SECONDS
        with _translated():
            self._client.enqueue(options, job)

    def find(self, identity: str) -> JobRecord | None:
        if not is_job_id(identity):  # PostgreSQL takes not every text
            return None
        with _translated():
            found = self._client.list_workflows(workflow_ids=[identity])
            return self._with_failed_step(record_of(found[0])) if found else None

    def newest(self, limit: int, before: int = 0) -> list[JobRecord]:
        """Jobs from the newest on, without the first `before`."""
        with _translated():
            listed = self._client.list_workflows(
                name=WORKFLOW, sort_desc=True, limit=limit, offset=before
            )
            return [self._with_failed_step(record_of(status)) for status in listed]

    def search(self, state: State | None, words: str, limit: int, before: int) -> list[JobRecord]:
        """Like `newest`, of the jobs in a state whose id has the words."""
        status = statuses_of(state) if state else None
        with _translated():
            if not words:
                listed = self._client.list_workflows(
                    name=WORKFLOW, status=status, sort_desc=True, limit=limit, offset=before
                )
                return [self._with_failed_step(record_of(each)) for each in listed]
            all_ = self._client.list_workflows(
                name=WORKFLOW, status=status, sort_desc=True, load_input=False, load_output=False
            )
            found = [each.workflow_id for each in all_ if words.lower() in each.workflow_id.lower()]
            listed = self._listed_whole(found[before : before + limit])
            return [self._with_failed_step(record_of(each)) for each in listed]

    def _listed_whole(self, identities: list[str]) -> list[WorkflowStatus]:
        if not identities:
            return []
        return self._client.list_workflows(workflow_ids=identities, sort_desc=True)

    def count_queued(self) -> int:
        """How many jobs wait for a worker."""
        with _translated():
            queued = self._client.list_workflows(
                name=WORKFLOW, status="ENQUEUED", load_input=False, load_output=False
            )
        return len(queued)

    def newest_done(self, limit: int) -> list[str]:
        """The ids of the jobs that were done last, by the time they were accepted."""
        with _translated():
            done = self._client.list_workflows(
                name=WORKFLOW,
                status="SUCCESS",
                sort_desc=True,
                limit=limit,
                load_input=False,
                load_output=False,
            )
        return [status.workflow_id for status in done]

    def steps(self, identity: str) -> list[StepRecord]:
        """The finished steps of a job, in order."""
        return steps_of(self.infos(identity))

    def standings(self) -> list[JobStanding]:
        """Where each job of the journal stands."""
        with _translated():
            listed = self._client.list_workflows(name=WORKFLOW, load_input=False, load_output=False)
        return [JobStanding(s.workflow_id, state_of(s), s.updated_at or 0) for s in listed]

    def are_final(self, identities: list[str]) -> set[str]:
        """Which of these jobs have ended."""
        return {s.workflow_id for s in self._listed(identities) if state_of(s).is_final}

    def are_cancelled(self, identities: list[str]) -> set[str]:
        return {s.workflow_id for s in self._listed(identities) if state_of(s) is State.CANCELLED}

    def missing(self, identities: list[str]) -> set[str]:
        """Which of these ids belong to no job."""
        return set(identities) - {status.workflow_id for status in self._listed(identities)}

    def cancel(self, identity: str, step: str) -> None:
        """End a job that has not ended, at its current step where that is known.

        Raises UnknownJob, NotPossible.
        """
        record = self._found(identity)
        if record.state in (State.DONE, State.FAILED):
            raise NotPossible(f"{identity} is {record.state}: there is nothing to cancel")
        with _translated():
            if step:
                self._client.update_workflow_attributes(identity, {"step": step}, merge=True)
            self._client.cancel_workflow(identity)

    def retry(self, identity: str, seconds: float) -> None:
        """Continue a job from the step it failed at, with so many seconds from now on.

        Raises UnknownJob, NotPossible.
        """
        with self._retrying:  # of several callers, the second finds the job retried
            self._rewind(identity, seconds)

    def _rewind(self, identity: str, seconds: float) -> None:
        record = self._found(identity)
        if record.state not in (State.FAILED, State.CANCELLED):
            raise NotPossible(f"{identity} is {record.state}: only a job that failed is retried")
        step = self._step_to_redo(record)
        attributes = {"deadline": time.time() + seconds, "step": "", _BEGINS_ANEW: False}
        if record.state is State.FAILED:
            attributes[FAILURE] = record.failure
        with _translated():
            self._client.update_workflow_attributes(identity, attributes, merge=True)
            try:
                self._rewind_to(record.job, step)
            except dbos_errors.DBOSException:
                raise NotPossible(f"{identity} is being retried already") from None

    def _step_to_redo(self, record: JobRecord) -> int:
        """The first one, where an older version recorded the steps."""
        (status,) = self._listed([record.job.id])
        if status.app_version != VERSION:
            return 1
        return step_to_redo(self.infos(record.job.id), record.state)

    def _rewind_to(self, job: Job, step: int) -> None:
        """Put an ended job back into the queue; its recorded steps from `step` on are dropped."""
        self._client.rewind_workflow(
            job.id,
            start_step=step,
            application_version=VERSION,
            queue_name=QUEUE,
            queue_partition_key=partition(job.task),
        )

    def begin_anew(self, seconds: float, is_dead: Callable[[str], bool]) -> list[str]:
        """Have the unfinished jobs of an older version start at their first step; their ids.

        Their recorded steps cannot be continued; the request is in the inbox. `is_dead` says of
        an executor whether it works no more. The mark outlasts a crash between the two calls.
        """
        with _translated():
            found = [s for s in self._client.list_workflows(name=WORKFLOW) if _is_older(s)]
        begun = [s for s in found if s.status != "PENDING" or is_dead(s.executor_id or "")]
        for status in begun:
            attributes = {"deadline": time.time() + seconds, _BEGINS_ANEW: True}
            with _translated():
                self._client.update_workflow_attributes(status.workflow_id, attributes)
                self._client.cancel_workflow(status.workflow_id)
                self._rewind_to(record_of(status).job, 1)
        return [status.workflow_id for status in begun]

    def pending(self) -> dict[str, list[str]]:
        """The running jobs, by executor."""
        with _translated():
            listed = self._client.list_workflows(
                status="PENDING", name=WORKFLOW, load_input=False, load_output=False
            )
        found: dict[str, list[str]] = {}
        for status in listed:
            found.setdefault(status.executor_id or "", []).append(status.workflow_id)
        return found

    def resume(self, identities: list[str]) -> None:
        """Put jobs whose worker is dead back into the queue, at their old position."""
        with _translated():
            self._client.resume_workflows(identities, queue_name=QUEUE)

    def forget(self, before: float) -> list[str]:
        """Remove the jobs that ended before a time (epoch), and return their ids."""
        with _translated():
            ended = self._client.list_workflows(
                name=WORKFLOW,
                completed_before=datetime.fromtimestamp(before, UTC).isoformat(),
                load_input=False,
                load_output=False,
            )
            old = [status.workflow_id for status in ended if state_of(status).is_final]
            if old:
                self._client.delete_workflows(old)
        return old

    def _place(self, job: Job) -> tuple[int, bool]:
        """A job's priority among the jobs of its task, and whether it came before its round 1.

        The rounds of one order run by number; a round 1 that comes again begins another order,
        which runs after the earlier ones. A round that overtook its round 1 waits a little for it.
        """
        with _translated():
            listed = self._client.list_workflows(
                workflow_id_prefix=f"{job.task}.", load_input=False, load_output=False
            )
        others = [s.workflow_id.rsplit(".", 2) for s in listed if s.workflow_id != job.id]
        rounds = [round_ for task, round_, _ in others if task == job.task]
        orders = rounds.count("1")
        number = orders if job.round == 1 else max(0, orders - 1)
        return number * _ROUNDS_APART + job.round, job.round > 1 and not rounds

    def _listed(self, identities: list[str]) -> list[WorkflowStatus]:
        with _translated():
            return self._client.list_workflows(
                workflow_ids=identities, load_input=False, load_output=False
            )

    def infos(self, identity: str) -> list[StepInfo]:
        """The finished steps of a job as the journal has them."""
        with _translated():
            return self._client.list_workflow_steps(identity)

    def _found(self, identity: str) -> JobRecord:
        record = self.find(identity)
        if record is None:
            raise UnknownJob(f"no job {identity}")
        return record

    def _with_failed_step(self, record: JobRecord) -> JobRecord:
        if record.state not in (State.FAILED, State.CANCELLED):
            return record
        infos = self._client.list_workflow_steps(record.job.id, load_output=True)
        return with_failed_step(record, infos)


def _is_older(status: WorkflowStatus) -> bool:
    """Whether an older version has not finished a job, or was just made to let go of it."""
    if status.app_version == VERSION:
        return False
    is_marked = bool((status.attributes or {}).get(_BEGINS_ANEW))
    return status.status in _UNFINISHED or (is_marked and status.status == "CANCELLED")


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the database become Unavailable."""
    try:
        yield
    except SQLAlchemyError as error:
        raise Unavailable(f"the journal does not answer: {cause_of(error)}") from None
