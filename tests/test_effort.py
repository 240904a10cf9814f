"""How often a clean job does what costs: counts, not times, as docs/architecture.md has them."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from git import Repo

from agent.build import Galley
from agent.intake import data_uris
from agent.intake.request import Request
from agent.jobs import State
from agent.settings import Settings
from agent.web.app import application, site_routes
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, in_background
from agent.workspace import Workspace
from agent.workspace.repository import Repository
from tests.jobs.toy import until

PAGE = "index.html\n```html\n<!doctype html>\n<title>Hello</title>\n<h1>Hello</h1>\n</html>\n```\n"
CSV = {"name": "data.csv", "url": "data:text/csv,a%2Cb%0A1%2C2%0A"}

BARE_GIT_COMMANDS = 16
"""What leaves the same refs behind with git alone: two inits, an object, a tree, a commit and a ref
for the round and for its draft, a fast-import for each of four pieces of evidence, a push, and a
checkout."""


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Calls by what they do, from now on."""
    found: Counter[str] = Counter()

    def counted(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            found[name] += 1
            return original(*arguments, **options)

        return call

    read = Request.read.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(Request, "read", classmethod(counted("requests parsed", read)))
    decode = counted("attachments decoded", data_uris.read_data_uri)
    monkeypatch.setattr("agent.intake.attachments.read_data_uri", decode)
    for owner, method, name in (
        (Repo, "__init__", "repositories opened"),
        (Repository, "fetch", "fetches"),
        (Repository, "rounds", "rounds read"),
        (Workspace, "find", "repositories looked up"),
        (subprocess.Popen, "__init__", "processes"),
    ):
        monkeypatch.setattr(owner, method, counted(name, getattr(owner, method)))
    return found


@pytest.fixture
def writes() -> Iterator[list[str]]:
    """The parameters of every statement that writes to the journal, from now on."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, given: object, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(repr(given))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture
def galley(tmp_path: Path) -> Iterator[Galley]:
    answers = tmp_path / "answers"
    answers.mkdir()
    for number in (1, 2):
        (answers / f"{number}.md").write_text(PAGE)
    settings = Settings.read({"WORKSPACE": str(tmp_path), "MODEL": f"scripted:{answers}"})
    listener = bound("127.0.0.1", 0)
    with in_background(application(site_routes(LocalPages(tmp_path / "forge")), 1024), listener):
        no_browser = {"PATH": str(tmp_path)}
        with Galley(settings, no_browser, address_of(listener), lambda *_: None) as galley:
            yield galley


def test_a_clean_job_reads_once_and_starts_few_processes(
    galley: Galley, counts: Counter[str]
) -> None:
    request = Request.read({"task": "hello", "brief": "Say hello.", "attachments": [CSV]})
    galley.validate(request)

    job = galley.jobs.submit(request).id
    until(lambda: bool(galley.jobs.are_final([job])), 60)

    record = galley.jobs.find(job)
    assert record
    assert record.state is State.DONE
    assert counts["requests parsed"] <= 2
    assert counts["attachments decoded"] <= 2
    assert counts["fetches"] == 0  # a fresh repository is level with the forge
    assert counts["rounds read"] <= 4
    assert counts["repositories looked up"] <= 4
    assert counts["repositories opened"] <= 15
    assert counts["processes"] <= BARE_GIT_COMMANDS + 3


def test_a_clean_job_writes_twice_to_the_journal_for_a_step(
    galley: Galley, writes: list[str]
) -> None:
    job = galley.jobs.submit(Request.read({"task": "hello", "brief": "Say hello."})).id
    until(lambda: bool(galley.jobs.are_final([job])), 60)

    steps = galley.jobs.steps(job)
    about_the_job = [given for given in writes if job in given]
    assert len(steps) > 1
    assert len(about_the_job) <= 2 * len(steps) + 6


def test_a_later_job_of_a_process_starts_fewer_processes_than_bare_git_commands(
    galley: Galley, counts: Counter[str]
) -> None:
    first, second = (Request.read({"task": task, "brief": "Say hello."}) for task in ("one", "two"))
    job = galley.jobs.submit(first).id
    until(lambda: bool(galley.jobs.are_final([job])), 60)
    counts.clear()

    job = galley.jobs.submit(second).id
    until(lambda: bool(galley.jobs.are_final([job])), 60)

    record = galley.jobs.find(job)
    assert record
    assert record.state is State.DONE
    assert 0 < counts["processes"] < BARE_GIT_COMMANDS
