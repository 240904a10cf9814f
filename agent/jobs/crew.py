"""The part of this process that carries jobs through the line, a thread for each."""

from collections.abc import Callable

from dbos import DBOS, DBOSConfig
from sqlalchemy.exc import SQLAlchemyError

from agent.jobs.failures import Abandoned, Unavailable
from agent.jobs.hindrance import Disk
from agent.jobs.identity import APPLICATION, VERSION, WORKFLOW
from agent.jobs.journal import Journal, quieten
from agent.jobs.running import Running
from agent.jobs.steps import DurableSteps
from agent.jobs.turns import Turns
from agent.pipeline import Line, produce
from agent.values import Job, Publication, Receipt
from agent.workspace.opening import kept_open

_MANY_CRASHES = 1000


class Crew:
    """Runs what is queued in the journal, so many jobs at a time. One for each process."""

    def __init__(self, journal: Journal, running: Running, turns: Turns) -> None:
        self._journal = journal
        self._running = running
        self._turns = turns
        self._disk = Disk(journal.workspace)

    def start(self, executor: str, line: Line, deadline_of: Callable[[Job], float]) -> None:
        """Go on with what this executor had begun, then with what is queued."""
        DBOS(config=_config(self._journal, executor))
        quieten()

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=_MANY_CRASHES)
        def workflow(job: Job) -> tuple[Publication, Receipt]:
            try:
                with self._running.run(job.id, deadline_of(job)):
                    return self._produce(job, line)
            except (SQLAlchemyError, Unavailable) as error:
                raise Abandoned from error  # the journal is away; the watch finds the job again

        DBOS.launch()

    def stop(self) -> None:
        """Take no further job; nothing is to run any more by now."""
        DBOS.destroy(destroy_registry=True)

    def _produce(self, job: Job, line: Line) -> tuple[Publication, Receipt]:
        with self._turns.turn(job.task, lambda: self._running.go_on(job.id)), kept_open():
            return produce(job, line, DurableSteps(job, self._running, self._disk))


def _config(journal: Journal, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=journal.url,
        system_database_engine=journal.working,
        application_version=VERSION,
        executor_id=executor,
        log_level="WARNING",
        notification_listener_polling_interval_sec=0.1,
        enable_otlp=False,
    )
