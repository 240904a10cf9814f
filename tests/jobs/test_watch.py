"""What the watch finds in the journal."""

from pathlib import Path

from agent.jobs import Journal
from agent.jobs.failures import Abandoned
from agent.jobs.ledger import Ledger
from agent.jobs.running import Running
from agent.jobs.watch import Watch
from agent.values import Job
from tests.jobs.toy import ToyLine, brief, finish, until, working


def test_a_job_that_its_thread_let_go_of_is_taken_up_again(tmp_path: Path) -> None:
    letting_go = [True]

    def let_go(job: Job) -> None:
        if letting_go:
            letting_go.pop()
            raise Abandoned  # what a journal that was away at a step's end comes to

    with working(tmp_path, ToyLine({"push": let_go})) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job, seconds=20)

    assert not letting_go


def test_old_jobs_are_forgotten_without_being_asked(tmp_path: Path) -> None:
    pruned: list[float] = []
    Journal(tmp_path).create()
    ledger = Ledger(Journal(tmp_path))
    watch = Watch(ledger, Running(), "local", None, 30, pruned.append, lambda waiting: None)

    watch.start()
    until(lambda: bool(pruned), 5)
    watch.stop()
    ledger.close()

    assert len(pruned) == 1
