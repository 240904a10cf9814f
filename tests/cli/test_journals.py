"""`galley jobs`, `retry` and `cancel`, beside a process that works on the same journal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent import __version__
from agent.cli.commands import program
from agent.errors import ConfigurationError, GalleyError, ModelError
from agent.jobs import NotPossible, State
from agent.values import Job
from tests.jobs.toy import Gate, ToyLine, brief, finish, until, working
from tests.orders import Shop

Command = Callable[..., str]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command on the test's workspace; what it printed to stdout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKSPACE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*words: str) -> str:
        program(list(words), standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def told(command: Command, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command; what it said on stderr."""

    def run(*words: str) -> str:
        capsys.readouterr()
        program(list(words), standalone_mode=False)
        return capsys.readouterr().err

    return run


def test_jobs_are_listed_with_what_came_of_them(tmp_path: Path, command: Command) -> None:
    with working(tmp_path, ToyLine()) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)

        lines, told = command("jobs"), json.loads(command("jobs", "--json"))

    assert f"done       {job}  http://x/p/" in lines
    assert told[0]["job"] == job


def test_a_failed_job_is_retried(tmp_path: Path, command: Command) -> None:
    toy = ToyLine({"push": _fail})

    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)
        assert "push: no network" in command("jobs")
        toy.on = {}
        command("retry", job)
        finish(jobs, job)
        record = jobs.find(job)
        with pytest.raises(NotPossible):
            command("retry", job)

    assert record is not None
    assert record.state is State.DONE


@pytest.mark.slow
def test_a_running_job_is_cancelled(tmp_path: Path, command: Command) -> None:
    gate = Gate()

    toy = ToyLine({"draft": gate})

    with working(tmp_path, toy) as jobs:
        gate.is_cancelled = toy.is_cancelled
        job = jobs.submit(brief()).id
        until(gate.reached.is_set)
        told = command("cancel", job)
        until(lambda: jobs.steps(job)[-1].name != "draft", 5)

    assert "cancelled" in told


@pytest.mark.slow
def test_a_retry_that_is_cancelled_keeps_the_reason_it_was_retried_for(
    tmp_path: Path, command: Command
) -> None:
    toy = ToyLine({"push": _fail})

    with working(tmp_path, toy) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)
        for gate in (Gate(), Gate()):
            gate.is_cancelled = toy.is_cancelled
            toy.on = {"push": gate}
            command("retry", job)
            until(gate.reached.is_set)
            command("cancel", job)
            until(gate.left.is_set)

        (told,) = json.loads(command("jobs", "--json"))

    assert told["state"] == "cancelled"
    assert told["message"] == "the job was cancelled; before that it had failed at push: no network"


def test_the_history_of_a_round_that_failed_gives_the_reason(
    tmp_path: Path, command: Command
) -> None:
    shop = Shop(tmp_path)
    shop.loaded(**brief().model_dump(mode="json"))

    with working(tmp_path, ToyLine({"push": _fail})) as jobs:
        finish(jobs, jobs.submit(brief()).id)
        text, told = command("history", "shop"), json.loads(command("history", "shop", "--json"))

    assert "failed     push: no network" in text
    assert told[0]["rounds"][0]["failure"] == "push: no network"


def test_the_version_is_told(command: Command) -> None:
    assert command("--version") == f"galley {__version__}\n"


def test_who_retries_or_cancels_is_told_what_becomes_of_the_job(
    tmp_path: Path, told: Command
) -> None:
    with working(tmp_path, ToyLine({"push": _fail})) as jobs:
        job = jobs.submit(brief()).id
        finish(jobs, job)

    retried, cancelled = told("retry", job), told("cancel", job)

    assert "where none runs, start one now: the job's time ends at " in retried
    assert f"`galley retry {job}`" in cancelled


def test_a_workspace_without_a_journal_says_so(command: Command) -> None:
    with pytest.raises(GalleyError, match="no job was ever accepted"):
        command("jobs")


def test_a_worker_needs_a_journal_that_it_can_share(command: Command) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        command("worker")


def _fail(job: Job) -> None:
    raise ModelError("no network")
