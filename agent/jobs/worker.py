"""Runs the queued jobs of the journal in this process, a thread for each job."""

from collections.abc import Callable

from dbos import DBOS, DBOSConfig
from sqlalchemy.exc import SQLAlchemyError

from agent import request_id
from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.disk_check import DiskCheck
from agent.jobs.durable_steps import DurableSteps
from agent.jobs.failures import Abandoned, Unavailable, configure_dbos_log
from agent.jobs.idle_polling import IdlePolling
from agent.jobs.job_database import APPLICATION, VERSION, WORKFLOW, JobDatabase
from agent.jobs.job_store import JobStore
from agent.jobs.task_lock import TaskLocks
from agent.values import Job, Publication, Receipt

Pipeline = Callable[[Job, DurableSteps], tuple[Publication, Receipt]]
"""Carries a job from its first step to its last. Raises GalleyError."""

_MANY_CRASHES = 1000
_UNUSED_SECONDS = 0.2  # the threads of dbos that Galley has no use for end within that
_MOST_WAITING = 200  # a thread each


class JobWorker:
    """Takes jobs from the queue and carries them through the pipeline. One for each process."""

    def __init__(
        self,
        database: JobDatabase,
        active: ActiveJobs,
        locks: TaskLocks,
        polling: IdlePolling,
    ) -> None:
        self._database = database
        self._active = active
        self._polling = polling
        self._locks = locks
        self._disk = DiskCheck(database.workspace)

    def start(self, executor: str, pipeline: Pipeline, deadline_of: Callable[[Job], float]) -> None:
        """Continue the jobs that this executor had begun, then take queued ones."""
        dbos = DBOS(config=_config(self._database, executor))
        configure_dbos_log()

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=_MANY_CRASHES)
        def workflow(job: Job) -> tuple[Publication, Receipt]:
            try:
                with (
                    request_id.working_for(job.request_id),
                    self._active.run(job.id, deadline_of(job)),
                ):
                    return self._run(job, pipeline)
            except (SQLAlchemyError, Unavailable) as error:
                raise Abandoned from error  # the reconciler finds the job again

        DBOS.launch()
        for event in (*dbos.background_thread_stop_events, dbos._background_jobs_stop_event):
            self._polling.slow_down(event)
        self._polling.start()

    def stop(self) -> None:
        """Take no further job; call this when no job is active any more."""
        DBOS.destroy(destroy_registry=True)

    def _run(self, job: Job, pipeline: Pipeline) -> tuple[Publication, Receipt]:
        with self._locks.hold(job.task, lambda: self._active.check(job.id)):
            with DurableSteps(job, self._active, self._disk) as steps:
                return pipeline(job, steps)


class WorkerConcurrency:
    """How many jobs a process runs at once, beside the jobs that only wait for the outside world.

    An evaluation URL that does not answer, or a page host that builds for minutes, would otherwise
    hold the place of a job that could run. The workers of a shared journal have one number in
    common, so there it does not change.
    """

    def __init__(self, store: JobStore, concurrency: int, *, is_shared: bool) -> None:
        self._store = store
        self._concurrency = concurrency
        self._is_shared = is_shared
        self._stored = 0

    def allow(self, waiting: int) -> None:
        """Let the queue start `concurrency` jobs beside so many waiting. Raises Unavailable."""
        extra = 0 if self._is_shared else min(waiting, _MOST_WAITING)
        if self._stored != self._concurrency + extra:
            self._store.open_queue(self._concurrency + extra)
            self._stored = self._concurrency + extra


def _config(database: JobDatabase, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=database.url,
        system_database_engine=database.step_engine,
        application_version=VERSION,
        executor_id=executor,
        log_level="WARNING",
        notification_listener_polling_interval_sec=_UNUSED_SECONDS,
        notification_coalesce_sec=_UNUSED_SECONDS,
        enable_otlp=False,
    )
