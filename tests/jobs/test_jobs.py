"""Jobs over a real journal, with stages that do nothing."""

import logging
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest

from agent.errors import ConfigurationError, DeadlinePassed, ModelError, Passing
from agent.inbox import FolderInbox
from agent.jobs import (
    Conflict,
    JobDatabase,
    JobRecord,
    Jobs,
    NotPossible,
    State,
    UnknownJob,
    job_id,
)
from agent.values import Job
from tests.jobs.toy import (
    Gate,
    Happening,
    ToyLine,
    accepted_until_refused,
    brief,
    finish,
    until,
    working,
)

LINE = [
    "open",
    "plan",
    "stop",
    "draft",
    "prove",
    "stop",
    "review",
    "commit",
    "push",
    "publish",
    "notify",
]


def test_a_job_goes_through_the_whole_line_once(tmp_path: Path) -> None:
    toy = ToyLine()

    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief())
        finish(jobs, job.id)
        record = jobs.find(job.id)
        steps = jobs.steps(job.id)

    assert record is not None
    assert record.state is State.DONE
    assert toy.stages_of(job.id) == LINE
    assert [step.name for step in steps] == LINE
    assert all(step.ended_at for step in steps)


def test_the_same_request_many_times_at_once_is_one_job(tmp_path: Path) -> None:
    toy = ToyLine()

    with working(tmp_path, toy) as jobs:
        threads = [threading.Thread(target=jobs.submit, args=(brief(),)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        finish(jobs, job_id("shop", 1, "n"))

        assert len(jobs.newest()) == 1
    assert len(toy.done) == len(LINE)


def test_another_body_under_the_same_nonce_is_a_conflict(tmp_path: Path) -> None:
    with working(tmp_path, ToyLine()) as jobs:
        jobs.submit(brief(text="Sell."))

        with pytest.raises(Conflict, match="send a new nonce"):
            jobs.submit(brief(text="Buy."))


@pytest.mark.slow
def test_the_second_round_waits_for_the_first(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"draft": gate})

    with working(tmp_path, toy) as jobs:
        first = jobs.submit(brief(round_=1)).id
        until(gate.reached.is_set)
        second = jobs.submit(brief(task="SHOP", round_=2)).id
        other = jobs.submit(brief(task="other")).id
        gate.open.set()
        finish(jobs, first, second, other)

    assert toy.done.index(("notify", first)) < toy.done.index(("open", second))


@pytest.mark.slow
def test_a_second_round_that_overtook_its_first_gives_way_to_it(tmp_path: Path) -> None:
    toy = ToyLine()

    with working(tmp_path, toy) as jobs:
        second = jobs.submit(brief(round_=2)).id
        first = jobs.submit(brief(round_=1)).id
        finish(jobs, first, second)

    assert toy.done.index(("notify", first)) < toy.done.index(("open", second))


def test_a_new_order_of_a_task_comes_after_the_rounds_of_the_old_one(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"open": gate})

    with working(tmp_path, toy, concurrency=1) as jobs:
        names = [
            jobs.submit(brief(round_=1, nonce="a")).id,
            jobs.submit(brief(round_=2, nonce="b")).id,
            jobs.submit(brief(round_=1, nonce="c")).id,
            jobs.submit(brief(round_=2, nonce="d")).id,
        ]
        gate.open.set()
        finish(jobs, *names)

    assert [job for stage, job in toy.done if stage == "open"] == names


def test_a_failed_job_keeps_its_reason_and_says_at_which_step(tmp_path: Path) -> None:
    toy = ToyLine({"draft": _failing(ModelError("the model is out"))})

    with working(tmp_path, toy) as jobs:
        record = ended(jobs)

    assert (record.state, record.failed_step) == (State.FAILED, "draft")
    assert record.error == "the model is out"


def test_the_failed_step_is_named_for_failures_of_no_step_too(tmp_path: Path) -> None:
    toy = ToyLine({"publish": _failing(DeadlinePassed("the time is used up"))})

    with working(tmp_path, toy) as jobs:
        record = ended(jobs)

    assert record.failed_step == "publish"


def test_an_expected_failure_is_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    toy = ToyLine({"draft": _failing(ModelError("the model is out"))})

    with caplog.at_level(logging.INFO), working(tmp_path, toy) as jobs:
        finish(jobs, jobs.submit(brief()).id)

    told = [record for record in caplog.records if "the model is out" in record.getMessage()]
    assert len(told) == 1
    assert not [record for record in caplog.records if record.exc_info]


def test_a_bug_keeps_its_traceback(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    toy = ToyLine({"draft": _failing(KeyError("oops"))})

    with working(tmp_path, toy) as jobs:
        finish(jobs, jobs.submit(brief()).id)

        until(lambda: any(record.exc_info for record in caplog.records))


def test_a_retry_goes_on_from_the_failed_step_with_time_anew(tmp_path: Path) -> None:
    toy = ToyLine({"push": _failing(ModelError("no network"))})
    deadlines: list[float] = []

    with working(tmp_path, toy, seconds=60) as jobs:
        job = jobs.submit(brief())
        finish(jobs, job.id)
        toy.on = {"push": lambda again: deadlines.append(toy.clocks[again.id].deadline)}
        jobs.retry(job.id)
        finish(jobs, job.id)
        record = jobs.find(job.id)

    assert record is not None
    assert record.state is State.DONE
    assert toy.stages_of(job.id) == LINE
    assert deadlines[0] > job.deadline
    assert record.job.deadline == deadlines[0]


def test_a_failed_job_that_is_sent_again_is_retried_once(tmp_path: Path) -> None:
    toy = ToyLine({"push": _failing(ModelError("no network"))})

    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)
        toy.on = {}
        threads = [threading.Thread(target=jobs.submit, args=(brief(),)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        finish(jobs, job)

    assert toy.stages_of(job) == LINE


def test_a_done_job_is_neither_retried_nor_cancelled(tmp_path: Path) -> None:
    with working(tmp_path, ToyLine()) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)

        with pytest.raises(NotPossible, match="only a job that failed"):
            jobs.retry(job)
        with pytest.raises(NotPossible, match="nothing to cancel"):
            jobs.cancel(job)
        with pytest.raises(UnknownJob):
            jobs.cancel("shop.1.unknown")


def test_cancel_ends_the_step_in_hand_and_nothing_follows(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"draft": gate})

    with working(tmp_path, toy) as jobs:
        gate.is_cancelled = toy.is_cancelled
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        until(lambda: jobs.steps(job)[-1].name == "draft")
        began = time.monotonic()
        jobs.cancel(job)
        until(lambda: jobs.steps(job)[-1].name != "draft", 2)
        took = time.monotonic() - began
        record = jobs.find(job)

    assert record is not None
    assert (record.state, record.failed_step) == (State.CANCELLED, "draft")
    assert toy.stages_of(job) == ["open", "plan", "stop"]
    assert took < 10


@pytest.mark.slow
def test_another_process_can_cancel_a_job(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"draft": gate})

    with working(tmp_path, toy) as jobs:
        gate.is_cancelled = toy.is_cancelled
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        elsewhere = Jobs(JobDatabase(tmp_path), FolderInbox(tmp_path / "inbox"), 60)
        elsewhere.cancel(job)
        elsewhere.stop()
        until(gate.left.is_set, 5)

    assert toy.stages_of(job) == ["open", "plan", "stop"]


def test_a_cancelled_job_that_is_retried_first_lets_its_step_end(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"draft": gate})

    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        jobs.cancel(job)
        jobs.retry(job)
        gate.open.set()
        finish(jobs, job)
        record = jobs.find(job)

    assert record is not None
    assert record.state is State.DONE
    assert toy.stages_of(job).count("push") == 1


def test_the_next_round_waits_for_the_end_of_a_cancelled_step(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"draft": gate})

    with working(tmp_path, toy) as jobs:
        first = jobs.submit(brief(round_=1)).id
        until(gate.reached.is_set)
        jobs.cancel(first)
        toy.on = {}
        second = jobs.submit(brief(round_=2)).id
        until(lambda: is_running(jobs, second))
        assert ("open", second) not in toy.done
        gate.open.set()
        finish(jobs, second)

    assert toy.done.index(("draft", first)) < toy.done.index(("open", second))


def test_stopping_lets_the_step_end_and_the_next_process_goes_on(tmp_path: Path) -> None:
    gate = Gate()
    toy = ToyLine({"push": gate})
    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        threading.Timer(0.3, gate.open.set).start()

    before = toy.stages_of(job)
    with working(tmp_path, toy) as jobs:
        finish(jobs, job)

    assert before == LINE[: LINE.index("push") + 1]
    assert toy.stages_of(job) == LINE


def test_looks_that_were_made_are_not_waited_for_again(tmp_path: Path) -> None:
    toy = ToyLine(notify_after=3)

    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)

    assert toy.stages_of(job).count("notify") == 4


def test_a_second_process_on_the_same_journal_is_told_to_go_elsewhere(tmp_path: Path) -> None:
    with working(tmp_path, ToyLine()):
        with pytest.raises(ConfigurationError, match="another Galley process works on"):
            with working(tmp_path, ToyLine()):
                pass


def test_old_jobs_and_requests_that_became_none_are_forgotten(tmp_path: Path) -> None:
    inbox = FolderInbox(tmp_path / "inbox")

    with working(tmp_path, ToyLine()) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)
        inbox.put("orphan.1.x", b"{}")
        jobs.prune(time.time() - 60)
        assert jobs.find(job)
        jobs.prune(time.time() + 60)

        assert jobs.find(job) is None
        assert not jobs.steps(job)
        assert inbox.get(job) is inbox.get("orphan.1.x") is None


def test_journal_and_inbox_are_private_and_the_journal_holds_no_content(tmp_path: Path) -> None:
    JobDatabase(tmp_path).create()

    with working(tmp_path, ToyLine()) as jobs:
        job = jobs.submit(brief(text="THE-WORDS-OF-THE-BRIEF")).id
        finish(jobs, job)
        files = [tmp_path / "inbox" / f"{job}.json", *tmp_path.glob("jobs.sqlite*")]

        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    content = b"".join(path.read_bytes() for path in tmp_path.glob("jobs.sqlite*"))
    assert b"THE-WORDS-OF-THE-BRIEF" not in content
    assert b"someone@example.com" not in content


def test_the_journal_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    JobDatabase(tmp_path).create()

    with working(tmp_path, ToyLine()):
        connection = sqlite3.connect(tmp_path / "jobs.sqlite")
        mode = connection.execute("PRAGMA journal_mode").fetchone()
        connection.close()

    assert mode == ("wal",)


def ended(jobs: Jobs) -> JobRecord:
    """The record of a job that was submitted and has come to its end."""
    job = jobs.submit(brief()).id
    finish(jobs, job)
    record = jobs.find(job)
    assert record is not None
    return record


def is_running(jobs: Jobs, job: str) -> bool:
    record = jobs.find(job)
    return record is not None and record.state is State.RUNNING


def _failing(error: Exception) -> Happening:
    def fail(job: Job) -> None:
        raise error

    return fail


class Busy(ModelError, Passing):
    """Something that passes."""


def test_what_passes_is_waited_for_within_the_same_step(tmp_path: Path) -> None:
    left = [Busy("busy").after(0.01)]

    def sometimes(job: Job) -> None:
        if left:
            raise left.pop()

    with working(tmp_path, ToyLine({"push": sometimes})) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)
        record, steps = jobs.find(job), jobs.steps(job)

    assert record is not None
    assert record.state is State.DONE
    assert [step.name for step in steps] == LINE


def test_what_would_pass_too_late_is_a_failure(tmp_path: Path) -> None:
    toy = ToyLine({"push": _failing(Busy("busy").after(3600))})

    with working(tmp_path, toy) as jobs:
        record = ended(jobs)

    assert (record.state, record.failed_step) == (State.FAILED, "push")
    assert record.error.startswith("busy; the next try is due in 3600 s")


def test_a_job_that_its_queue_would_leave_no_time_for_is_refused(tmp_path: Path) -> None:
    toy = ToyLine()

    with working(tmp_path, toy, concurrency=1, seconds=2) as jobs:
        accepted, refusal = accepted_until_refused(jobs, toy)
        listed = len(jobs.newest())

    assert "would not be done in time" in str(refusal)
    assert refusal.retry_after >= 1
    assert listed == 1 + accepted
