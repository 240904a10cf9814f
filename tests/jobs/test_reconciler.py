"""What the reconciler finds in the journal."""

import threading
from pathlib import Path

import pytest

from agent.jobs import JobDatabase
from agent.jobs.active_jobs import ActiveJobs
from agent.jobs.failures import Abandoned
from agent.jobs.job_store import JobStore
from agent.jobs.reconciler import Reconciler
from agent.values import Job
from tests.jobs.toy import ToyLine, brief, finish, until, working


@pytest.mark.slow
def test_a_job_that_its_thread_let_go_of_is_taken_up_again(tmp_path: Path) -> None:
    letting_go = [True]

    def let_go(job: Job) -> None:
        if letting_go:
            letting_go.pop()
            raise Abandoned  # as when the database was unreachable at the end of a step

    with working(tmp_path, ToyLine({"push": let_go})) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job, seconds=20)

    assert not letting_go


@pytest.mark.slow
def test_old_jobs_are_forgotten_without_being_asked(tmp_path: Path) -> None:
    pruned: list[float] = []
    database = JobDatabase(tmp_path)
    database.create()
    store = JobStore(database)
    reconciler = Reconciler(
        store=store,
        active=ActiveJobs(),
        executor="local",
        leases=None,
        keep_days=30,
        prune=pruned.append,
        allow=lambda waiting: None,
        stopping=threading.Event(),
    )

    reconciler.start()
    until(lambda: bool(pruned), 5)
    reconciler.stop()
    store.close()
    database.close()

    assert len(pruned) == 1
