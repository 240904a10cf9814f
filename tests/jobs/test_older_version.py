"""A workspace and journal that version 0.1 left behind when it was killed, taken over by this one.

`recorded/workspace-0.1.tar.xz` has a finished job, a failed one, one that was killed while it
notified, and two rounds of a task that were still queued.
"""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.build import Galley
from agent.jobs import Jobs, State
from agent.settings import Settings
from agent.web.app import application, site_routes
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, in_background
from agent.workspace import Workspace
from tests.jobs.toy import until

RECORDED = Path(__file__).parent / "recorded" / "workspace-0.1.tar.xz"
DONE = "done.1.14f60e1c8fa21849"
FAILED = "failed.1.a99593e82d63e0be"
UNDER_WAY = "under-way.1.3af424e8054dbf71"
QUEUED = ("queued.1.7ba44a73d021ea55", "queued.2.fa0c15991c3b9ec0")
PAGE = "index.html\n```html\n<!doctype html>\n<title>Hello</title>\n<h1>Hello</h1>\n</html>\n```\n"


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    """The jobs of the recorded workspace, in a server of this version."""
    with tarfile.open(RECORDED) as archive:
        archive.extractall(tmp_path, filter="data")
    answers = tmp_path / "answers"
    answers.mkdir()
    for number in range(1, 9):
        (answers / f"{number}.md").write_text(PAGE)
    settings = Settings.read({"WORKSPACE": str(tmp_path), "MODEL": f"scripted:{answers}"})
    listener = bound("127.0.0.1", 0)
    routes = site_routes(LocalPages(tmp_path / "forge"))
    with in_background(application(routes, 1024), listener):
        no_browser = {"PATH": str(tmp_path)}
        with Galley(settings, no_browser, address_of(listener), lambda *_: None) as galley:
            yield galley.jobs


def steps_of(jobs: Jobs, job: str) -> list[str]:
    return [step.name for step in jobs.steps(job)]


def test_ended_jobs_are_listed_as_they_ended(jobs: Jobs) -> None:
    done, failed = jobs.find(DONE), jobs.find(FAILED)

    assert done
    assert failed
    assert done.state is State.DONE
    assert done.publication
    assert done.publication.revision.proof == "2/2 passed"
    assert failed.state is State.FAILED
    assert failed.failed_step == "draft"
    assert [step.result for step in jobs.steps(DONE)][::8] == [
        "recorded by an older version",
        "http://127.0.0.1:9377/ok answered 200",
    ]


@pytest.mark.slow
def test_unfinished_jobs_begin_anew_and_nothing_is_made_twice(jobs: Jobs, tmp_path: Path) -> None:
    waiting = (UNDER_WAY, QUEUED[0])  # nobody answers at their evaluation URL any more

    for job in waiting:
        until(lambda job=job: "notify" in steps_of(jobs, job), 60)  # type: ignore[misc]

    workspace = Workspace(tmp_path)
    assert sorted(path.name for path in workspace.repos.iterdir()) == [
        "done",
        "failed",
        "queued",
        "under-way",
    ]
    assert len(workspace.repository("under-way").rounds()) == 1
    assert {jobs.find(job).state for job in (*waiting, QUEUED[1])} == {  # type: ignore[union-attr]
        State.RUNNING,
        State.QUEUED,
    }


@pytest.mark.slow
def test_a_failed_job_is_retried_from_its_first_step(jobs: Jobs) -> None:
    jobs.retry(FAILED)

    until(lambda: "publish" in steps_of(jobs, FAILED), 60)
    assert steps_of(jobs, FAILED)[:2] == ["open", "plan"]


def test_repositories_are_read_as_before(jobs: Jobs, tmp_path: Path) -> None:
    repository = Workspace(tmp_path).repository("done")

    ((round_, _),) = repository.rounds()

    assert round_.summary == "A page that says hello"
    assert b"Hello" in (repository.read("refs/attempts/1/1", "index.html") or b"")
    assert "receipt.json" in repository.evidence(1)
