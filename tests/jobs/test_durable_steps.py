"""Steps over a real journal: what is loaded anew, and errors that a pipeline handles itself."""

import logging
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import Cancelled, ForgeBusy, ForgeError, ModelError, WorkspaceLost
from agent.jobs import JobRecord, Jobs, State
from agent.jobs.durable_steps import DurableSteps
from agent.jobs.worker import Pipeline
from agent.ports import RunClock
from agent.values import Job, Publication, Receipt, Revision
from tests.jobs.toy import COMMIT, Gate, brief, finish, running, until

LOST = WorkspaceLost("the drafts of this job were on another machine; they are made again")
DONE = (
    Publication("http://x/r", "http://x/p/", Revision("shop", 1, COMMIT, "index.html")),
    Receipt("", ()),
)


class Work:
    """Steps by name: each call is recorded, and raises or does what is due."""

    def __init__(self, **due: list[Exception | Callable[[], None]]) -> None:
        self.calls: list[str] = []
        self._due = due

    def __call__(self, name: str) -> str:
        self.calls.append(name)
        if due := self._due.get(name):
            happening = due.pop(0)
            if isinstance(happening, Exception):
                raise happening
            happening()
        return name


def loading(work: Work) -> Pipeline:
    def pipeline(job: Job, steps: DurableSteps) -> tuple[Publication, Receipt]:
        steps.do("open", work, "open")
        steps.load(work, "load")
        steps.do("push", work, "push")
        steps.do("notify", work, "notify")
        return DONE

    return pipeline


def handling(work: Work) -> Pipeline:
    """Drafts again when the workspace is lost at the commit."""

    def pipeline(job: Job, steps: DurableSteps) -> tuple[Publication, Receipt]:
        while True:
            steps.do("draft", work, "draft")
            try:
                steps.do("commit", work, "commit")
            except WorkspaceLost:
                continue
            steps.do("push", work, "push")
            return DONE

    return pipeline


def end_with(jobs: Jobs, gate: Gate) -> None:
    """A step that ends when its process is asked to."""
    gate.reached.set()
    until(lambda: jobs.is_stopping)


def ended(jobs: Jobs) -> JobRecord:
    job = jobs.submit(brief()).id
    finish(jobs, job)
    return found(jobs, job)


def found(jobs: Jobs, job: str) -> JobRecord:
    record = jobs.find(job)
    assert record is not None
    return record


def test_the_next_process_loads_again_and_the_journal_has_no_trace_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate()
    work = Work(push=[lambda: end_with(jobs, gate)])
    with caplog.at_level(logging.INFO):
        with running(tmp_path, loading(work)) as jobs:
            job = jobs.submit(brief()).id
            until(gate.reached.is_set)

        with running(tmp_path, loading(work)) as jobs:
            finish(jobs, job)
            names = [step.name for step in jobs.steps(job)]

    assert work.calls == ["open", "load", "push", "load", "notify"]
    assert names == ["open", "push", "notify"]
    assert "load" not in [getattr(record, "step", "") for record in caplog.records]


def test_a_retried_job_is_loaded_again_and_its_finished_steps_are_not_run(tmp_path: Path) -> None:
    work = Work(push=[ModelError("no network")])

    with running(tmp_path, loading(work)) as jobs:
        record = ended(jobs)
        jobs.retry(record.job.id)
        finish(jobs, record.job.id)

    assert work.calls == ["open", "load", "push", "load", "push", "notify"]


def test_loading_waits_for_what_passes(tmp_path: Path) -> None:
    work = Work(load=[ForgeBusy("busy").after(0.01), ForgeBusy("busy").after(0.01)])

    with running(tmp_path, loading(work)) as jobs:
        record = ended(jobs)

    assert record.state is State.DONE
    assert work.calls == ["open", "load", "load", "load", "push", "notify"]


def test_loading_that_fails_fails_the_job_which_can_be_retried(tmp_path: Path) -> None:
    work = Work(load=[ForgeError("the forge refused")])

    with running(tmp_path, loading(work)) as jobs:
        record = ended(jobs)
        jobs.retry(record.job.id)
        finish(jobs, record.job.id)
        again = found(jobs, record.job.id)

    assert (record.state, record.error) == (State.FAILED, "the forge refused")
    assert record.failed_step == "open"
    assert again.state is State.DONE


def test_loading_shows_as_the_step_at_work_and_ends_when_the_job_is_cancelled(
    tmp_path: Path,
) -> None:
    gate = Gate()
    work = Work()

    def load(clock: RunClock) -> None:
        gate.reached.set()
        until(lambda: clock.is_cancelled)
        raise Cancelled

    def pipeline(job: Job, steps: DurableSteps) -> tuple[Publication, Receipt]:
        steps.load(load, steps.clock)
        steps.do("push", work, "push")
        return DONE

    with running(tmp_path, pipeline) as jobs:
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        at_work = [(step.name, step.ended_at) for step in jobs.steps(job)]
        jobs.cancel(job)
        until(lambda: not jobs.steps(job))
        record = found(jobs, job)

    assert at_work == [("load", None)]
    assert record.state is State.CANCELLED
    assert work.calls == []


def test_a_lost_workspace_is_handled_by_the_pipeline_and_is_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    work = Work(commit=[LOST])

    with running(tmp_path, handling(work)) as jobs, caplog.at_level(logging.INFO):
        record = ended(jobs)
        steps = jobs.steps(record.job.id)

    assert record.state is State.DONE
    assert [step.name for step in steps] == ["draft", "commit", "draft", "commit", "push"]
    assert not any(step.failed for step in steps)
    assert steps[1].result == str(LOST)
    assert str(LOST) in [record.getMessage() for record in caplog.records]
    assert not [record for record in caplog.records if record.exc_info]


def test_a_failure_after_a_lost_workspace_is_the_one_that_is_named_and_redone(
    tmp_path: Path,
) -> None:
    work = Work(commit=[LOST], push=[ModelError("no network")])

    with running(tmp_path, handling(work)) as jobs:
        record = ended(jobs)
        failed = [step.name for step in jobs.steps(record.job.id) if step.failed]
        jobs.retry(record.job.id)
        finish(jobs, record.job.id)
        again = found(jobs, record.job.id)

    assert (record.failed_step, record.error) == ("push", "no network")
    assert record.as_json["step"] == "push"
    assert failed == ["push"]
    assert again.state is State.DONE
    assert work.calls == ["draft", "commit", "draft", "commit", "push", "push"]


def test_a_recorded_lost_workspace_is_raised_again_in_the_next_process(tmp_path: Path) -> None:
    gate = Gate()
    work = Work(commit=[LOST, lambda: end_with(jobs, gate)])
    with running(tmp_path, handling(work)) as jobs:
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)

    with running(tmp_path, handling(work)) as jobs:
        finish(jobs, job)
        record = found(jobs, job)

    assert record.state is State.DONE
    assert work.calls == ["draft", "commit", "draft", "commit", "push"]


def test_a_lost_workspace_survives_the_journal() -> None:
    again = pickle.loads(pickle.dumps(LOST))

    assert type(again) is WorkspaceLost
    assert str(again) == str(LOST)
    assert again.step == "workspace"


def planning(work: Work) -> Pipeline:
    """Begins the draft beside the plan."""

    def pipeline(job: Job, steps: DurableSteps) -> tuple[Publication, Receipt]:
        steps.ahead("draft", work, "draft")
        steps.do("plan", work, "plan")
        steps.do("stop", work, "stop")
        steps.do("draft", work, "draft")
        steps.do("push", work, "push")
        return DONE

    return pipeline


def test_a_step_that_is_begun_ahead_runs_beside_the_next_one_and_once(tmp_path: Path) -> None:
    is_drafting = threading.Event()
    work = Work(plan=[lambda: until(is_drafting.is_set)], draft=[is_drafting.set])

    with running(tmp_path, planning(work)) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)
        names = [step.name for step in jobs.steps(job)]

    assert sorted(work.calls) == ["draft", "plan", "push", "stop"]
    assert names == ["plan", "stop", "draft", "push"]


def test_the_failure_of_a_step_that_was_begun_ahead_is_that_step_s(tmp_path: Path) -> None:
    work = Work(draft=[ModelError("the model refused")])

    with running(tmp_path, planning(work)) as jobs:
        record = ended(jobs)

    assert (record.state, record.failed_step) == (State.FAILED, "draft")
    assert work.calls.count("draft") == 1


def test_a_step_that_is_recorded_already_is_not_begun_ahead_again(tmp_path: Path) -> None:
    gate = Gate()
    work = Work(push=[lambda: end_with(jobs, gate)])
    with running(tmp_path, planning(work)) as jobs:
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)

    with running(tmp_path, planning(work)) as jobs:
        finish(jobs, job)

    assert work.calls.count("draft") == 1


def test_a_cancelled_job_ends_only_with_what_it_began_ahead(tmp_path: Path) -> None:
    gate, is_planned = Gate(), threading.Event()
    left: list[bool] = []

    def pipeline(job: Job, steps: DurableSteps) -> tuple[Publication, Receipt]:
        gate.is_cancelled = lambda _: steps.clock.is_cancelled
        steps.ahead("draft", gate, job)
        try:
            steps.do("plan", is_planned.wait)
            steps.do("stop", is_planned.wait)
            return DONE
        finally:
            left.append(gate.left.is_set())

    with running(tmp_path, pipeline) as jobs:
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        jobs.cancel(job)
        is_planned.set()
        until(lambda: found(jobs, job).state is State.CANCELLED)

    assert left
    assert gate.left.is_set()
