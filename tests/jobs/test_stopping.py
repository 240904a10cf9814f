"""A process that stops in the middle of a step: no failure of that moment is the job's."""

import threading
from pathlib import Path

import pytest

from agent.errors import ForgeError
from agent.jobs import Jobs, State
from agent.values import Job
from tests.jobs.toy import ToyLine, brief, finish, until, working

STEPS = ["open", "draft", "prove", "commit", "push", "publish", "notify"]
FAILURES = [ForgeError("the forge hung up"), BrokenPipeError(), KeyError("a bug")]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_step_that_fails_while_the_process_stops_is_done_by_the_next_one(
    tmp_path: Path, step: str, failure: Exception
) -> None:
    reached = threading.Event()
    stopping: list[Jobs] = []

    def fail_once_it_stops(job: Job) -> None:
        reached.set()
        until(lambda: stopping[0].is_stopping)
        raise failure

    toy = ToyLine({step: fail_once_it_stops})
    with working(tmp_path, toy) as jobs:
        stopping.append(jobs)
        job = jobs.submit(brief()).id
        assert reached.wait(10)
    left = list(toy.stages_of(job))
    toy.on = {}
    with working(tmp_path, toy) as jobs:
        finish(jobs, job)
        record = jobs.find(job)

    assert step not in left
    assert record is not None
    assert record.state is State.DONE
    assert toy.stages_of(job).count(step) == 1
