"""What commands load: each library costs every start its processor time and memory."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.fresh_process import loaded_by, loaded_by_front_door, loaded_by_server
from tests.jobs.postgres import postgres

pytestmark = pytest.mark.slow

COMMAND_LINE = {"typer"}
SETTINGS = COMMAND_LINE | {"dotenv", "pydantic"}
JOURNAL = SETTINGS | {"dbos", "psycopg", "yaml"}
SERVER = JOURNAL | {
    "filetype",
    "git",
    "itsdangerous",
    "jinja2",
    "python_multipart",
    "requests",
    "starlette",
    "tinytag",
    "uvicorn",
}
HELP = {
    "agent",
    "agent.callers_repository",
    "agent.cli",
    "agent.cli.commands",
    "agent.cli.debugging",
    "agent.cli.exits",
    "agent.cli.invocation",
    "agent.cli.output",
    "agent.cli.progress",
    "agent.cli.shell_completion",
    "agent.errors",
    "agent.inert_text",
    "agent.logs",
    "agent.request_id",
    "agent.url_display",
}


@pytest.fixture(scope="module")
def declared() -> set[str]:
    """The names under which the libraries that Galley declares are imported."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    names = {_normal(re.split(r"[=<>\[;]", text)[0]) for text in project["dependencies"]}
    found = packages_distributions().items()
    return {top for top, owners in found if names & {_normal(owner) for owner in owners}}


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "1.md").write_text("nothing")
    return {
        "WORKSPACE": str(tmp_path / "workspace"),
        "SECRET": "s",
        "PORT": "0",
        "MODEL": f"scripted:{answers}",
    }


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgres() as cluster:
        yield cluster.url


def test_the_help_loads_next_to_nothing(tmp_path: Path, declared: set[str]) -> None:
    shown = loaded_by("--help", workspace=tmp_path)

    assert {name for name in shown.modules if name.startswith("agent")} == HELP
    assert shown.libraries & declared == COMMAND_LINE | {"rich", "pygments"}


def test_a_list_of_tasks_needs_git_and_no_journal(tmp_path: Path, declared: set[str]) -> None:
    listed = loaded_by("history", workspace=tmp_path)

    assert listed.libraries & declared == SETTINGS | {"git"}


def test_a_list_of_jobs_needs_the_journal_alone(tmp_path: Path, declared: set[str]) -> None:
    listed = loaded_by("jobs", workspace=tmp_path)

    assert listed.libraries & declared == JOURNAL


def test_a_server_without_jobs_loads_no_browser_and_no_reader_of_documents(
    settings: dict[str, str], declared: set[str]
) -> None:
    served = loaded_by_server(settings)

    assert served.libraries & declared == SERVER


def test_a_server_that_only_accepts_loads_no_browser_and_no_model(
    settings: dict[str, str], declared: set[str], database: str
) -> None:
    served = loaded_by_server({**settings, "EXECUTE": "false", "DATABASE_URL": database})

    assert served.libraries & declared == SERVER


def test_the_front_door_loads_neither_git_nor_browser_nor_model(
    tmp_path: Path, declared: set[str], database: str
) -> None:
    settings = {"DATABASE_URL": database, "SECRET": "s", "WORKSPACE": str(tmp_path)}

    served = loaded_by_front_door(settings)

    assert served.libraries & declared == SERVER - COMMAND_LINE - {"git", "filetype", "tinytag"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
