"""Jobs over PostgreSQL, with stages that do nothing."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from agent.inbox import TableInbox
from agent.jobs import Conflict, JobDatabase, Jobs, QueueTooLong, State, Unavailable, UnknownJob
from agent.jobs.executor_lock import lock_executor
from agent.jobs.lease import Leases
from tests.jobs.postgres import Cluster, postgres
from tests.jobs.test_jobs import LINE
from tests.jobs.toy import (
    Gate,
    ToyLine,
    accepted_until_refused,
    brief,
    finish,
    submit_many,
    until,
    working,
)

pytestmark = pytest.mark.slow

_END_LEASES = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name = 'galley leases'"
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with postgres() as running:
        yield running


def test_a_job_goes_through_the_whole_line_once(cluster: Cluster, tmp_path: Path) -> None:
    toy = ToyLine()

    with working(tmp_path, toy, url=cluster.url) as jobs:
        job = jobs.submit(brief(task="whole")).id
        with pytest.raises(Conflict):
            jobs.submit(brief(task="whole", text="Buy."))
        finish(jobs, job)

    assert toy.stages_of(job) == LINE


@pytest.mark.parametrize("identity", ["a\0b", "\ufffd", "x" * 1000])
def test_what_can_be_no_id_is_no_job(cluster: Cluster, tmp_path: Path, identity: str) -> None:
    """PostgreSQL refuses a text with a zero byte as if it could not answer."""
    with working(tmp_path, ToyLine(), url=cluster.url) as jobs:
        assert jobs.find(identity) is None
        with pytest.raises(UnknownJob):
            jobs.cancel(identity)


def test_a_process_that_runs_nothing_accepts_for_those_that_do(
    cluster: Cluster, tmp_path: Path
) -> None:
    web = Jobs(JobDatabase(tmp_path / "web", cluster.url), TableInbox(cluster.url), 60)
    web.accept_only(4)
    job = web.submit(brief(task="handed")).id
    toy = ToyLine()

    with working(tmp_path / "worker", toy, url=cluster.url):
        finish(web, job)
        record = web.find(job)
    web.stop()

    assert record is not None
    assert record.state is State.DONE


def test_requests_wait_in_the_database(cluster: Cluster) -> None:
    here, elsewhere = TableInbox(cluster.url), TableInbox(cluster.url)

    assert here.put("a.1.x", b"\x00record")
    assert not elsewhere.put("a.1.x", b"another")
    assert elsewhere.get("a.1.x") == b"\x00record"
    assert "a.1.x" in here.kept_before(time.time() + 60)
    assert "a.1.x" not in here.kept_before(time.time() - 60)
    here.drop("a.1.x")
    assert here.get("a.1.x") is None


def test_an_inbox_may_be_made_by_many_at_once() -> None:
    with postgres() as fresh, ThreadPoolExecutor(16) as callers:
        inboxes = [TableInbox(fresh.url) for _ in range(4)] * 4

        kept = callers.map(lambda one: one[1].put(f"job {one[0]}", b"x"), enumerate(inboxes))

        assert all(kept)


def test_a_name_is_held_by_one_until_its_connection_ends(cluster: Cluster) -> None:
    one, other = Leases(cluster.url), Leases(cluster.url)

    assert one.take("worker a")
    assert not other.take("worker a")
    one.close()
    until(lambda: other.take("worker a"))
    other.close()


def test_two_processes_on_a_workspace_have_different_executors(
    cluster: Cluster, tmp_path: Path
) -> None:
    journal = JobDatabase(tmp_path, cluster.url)

    ours, theirs = Leases(cluster.url), Leases(cluster.url)
    first, second = lock_executor(journal, ours), lock_executor(journal, theirs)
    first.release()
    ours.close()
    anew = Leases(cluster.url)
    again = lock_executor(journal, anew)
    second.release()
    again.release()
    theirs.close()
    anew.close()

    assert first.executor == again.executor != second.executor


def test_an_executor_whose_lease_still_lasts_is_passed_over(
    cluster: Cluster, tmp_path: Path
) -> None:
    journal = JobDatabase(tmp_path, cluster.url)
    dark, anew = Leases(cluster.url), Leases(cluster.url)

    before = lock_executor(journal, dark)
    before.release()  # its machine lost power: the file is free, the session is not over yet
    after = lock_executor(journal, anew)
    after.release()
    dark.close()
    anew.close()

    assert after.executor != before.executor


def test_a_lease_that_was_lost_to_another_worker_is_taken_again(cluster: Cluster) -> None:
    one, other = Leases(cluster.url), Leases(cluster.url)
    assert one.take("worker lost")
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(_END_LEASES)
    with pytest.raises(Unavailable):
        one.renew()

    assert other.take("worker lost")
    one.renew()
    other.drop("worker lost")
    one.renew()

    assert not other.take("worker lost")
    one.close()
    other.close()


def test_a_lease_ends_with_a_process_that_is_silent(cluster: Cluster) -> None:
    program = (
        "import signal, sys; from agent.jobs.lease import Leases; leases = Leases(sys.argv[1]);"
        " assert leases.take('worker hung'); print('held', flush=True); signal.pause()"
    )
    other = Leases(cluster.url)
    with subprocess.Popen(
        [sys.executable, "-c", program, cluster.url], stdout=subprocess.PIPE
    ) as hung:
        assert hung.stdout
        assert hung.stdout.readline() == b"held\n"
        assert not other.take("worker hung")
        hung.send_signal(signal.SIGSTOP)

        until(lambda: other.take("worker hung"), 20)

        hung.kill()
    other.close()


def test_jobs_outlast_a_restart_of_the_database(cluster: Cluster, tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"push": gate})

    with working(tmp_path, toy, url=cluster.url, seconds=600) as jobs:
        job = jobs.submit(brief(task="outlast")).id
        until(gate.reached.is_set)
        cluster.stop("immediate")
        with pytest.raises(Unavailable):
            jobs.submit(brief(task="refused"))
        gate.open.set()
        threading.Timer(5, cluster.start).start()
        until(lambda: _is_final(jobs, job), 90)
        record = jobs.find(job)

    assert record is not None
    assert record.state is State.DONE
    assert toy.stages_of(job).count("push") <= 2


def _is_final(jobs: Jobs, job: str) -> bool:
    try:
        return bool(jobs.are_final([job]))
    except Unavailable:
        return False


def test_a_job_that_its_queue_would_leave_no_time_for_is_refused(tmp_path: Path) -> None:
    """By a worker, and by a process that only accepts."""
    toy = ToyLine()
    with postgres() as cluster, working(tmp_path, toy, 1, 2, cluster.url) as jobs:
        front = Jobs(JobDatabase(tmp_path / "web", cluster.url), TableInbox(cluster.url), 2)
        front.accept_only(1)

        accepted, refusal = accepted_until_refused(jobs, toy)
        with pytest.raises(QueueTooLong):
            submit_many(front, "front")
        front.stop()

    assert accepted
    assert "would not be done in time" in str(refusal)


def test_every_worker_that_lives_is_counted(cluster: Cluster, tmp_path: Path) -> None:
    JobDatabase(tmp_path, cluster.url).create()
    first, second, front = (Leases(cluster.url) for _ in range(3))

    counts = []
    for worker in (first, second):
        worker.take(f"worker {id(worker)}")
        counts.append(front.workers())
    second.close()
    until(lambda: front.workers() == counts[0])
    first.close()
    front.close()

    assert counts[1] == counts[0] + 1
