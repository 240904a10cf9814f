import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.checks import checked, readiness
from agent.cli.commands import program
from agent.cli.findings import CheckLine
from agent.inbox import FolderInbox
from agent.jobs import JobDatabase
from agent.settings import Settings
from agent.workspace import Workspace
from tests.jobs.toy import ToyLine, brief, finish, working

NOTHING: Mapping[str, str] = {"PATH": "/nowhere", "HOME": "/nowhere"}


def scripted(tmp_path: Path) -> str:
    """A scripted model that has an answer."""
    (tmp_path / "1.md").write_text("Summary: A page")
    return f"scripted:{tmp_path}"


def lines(tmp_path: Path, **settings: str) -> dict[str, CheckLine]:
    workspace = str(tmp_path / "workspace")
    given = {"WORKSPACE": workspace, "MODEL": scripted(tmp_path), **settings}
    return {line.subject: line for line in checked(Settings.read(given), NOTHING)}


def test_everything_that_a_run_needs_is_looked_at(tmp_path: Path) -> None:
    found = lines(tmp_path)

    assert list(found) == ["settings", "git", "workspace", "journal", "model", "browser"]
    assert [line.subject for line in found.values() if not line.is_fine] == ["browser"]
    assert "CHROMIUM_PATH" in found["browser"].action


@pytest.mark.parametrize(
    ("settings", "subject", "finding"),
    [
        ({"MODEL": "gemini/x"}, "model", "GEMINI_API_KEY"),
        ({"MODEL": "scripted:/no/such"}, "model", "/no/such is no folder"),
        ({"MODEL": "scripted:/proc/self"}, "model", "/proc/self has no 1.md"),
        ({"FALLBACK_MODELS": "scripted:/no/such"}, "model", "/no/such is no folder"),
        ({"MODEL": "", "MODEL_PATH": "/no/such.gguf"}, "model", "/no/such.gguf"),
        ({"CHROMIUM_PATH": "/no/such/browser"}, "browser", "/no/such/browser"),
        ({"WORKSPACE": "/proc/nowhere"}, "workspace", "/proc/nowhere: "),
    ],
)
def test_what_is_wrong_is_one_line_with_the_next_action(
    tmp_path: Path, settings: dict[str, str], subject: str, finding: str
) -> None:
    found = lines(tmp_path, **settings)

    assert "browser" in found
    assert not found[subject].is_fine
    assert finding in found[subject].finding
    assert found[subject].action
    assert len(str(found[subject]).splitlines()) == 1


def test_no_key_shows_in_what_is_found(tmp_path: Path) -> None:
    keys = {
        "OPENAI_API_KEY": "sk-hush",
        "OPENAI_BASE_URL": "http://me:hush@127.0.0.1:9/v1",
        "SECRET": "hush-hush",
        "MODEL": "gpt-x",
    }

    found = "\n".join(map(str, lines(tmp_path, **keys).values()))

    assert "hush" not in found
    assert "openai/gpt-x" in found


def test_a_server_is_ready_without_a_browser_and_not_without_a_model(tmp_path: Path) -> None:
    fine = Settings.read({"WORKSPACE": str(tmp_path), "MODEL": scripted(tmp_path)})
    keyless = Settings.read({"WORKSPACE": str(tmp_path), "MODEL": "gemini/x"})
    Workspace(tmp_path)
    FolderInbox(tmp_path / "inbox")
    JobDatabase(tmp_path).create()

    assert readiness(fine, NOTHING)["status"] == "ready"
    assert readiness(fine, NOTHING)["browser"]["ok"] is False
    assert readiness(keyless, NOTHING)["status"] == "not ready"


def test_the_journal_is_opened_as_a_server_opens_it(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"

    before = lines(tmp_path)["journal"]
    left = sorted(path.name for path in workspace.iterdir() if path.name != "inbox")
    JobDatabase(workspace).create()
    after = lines(tmp_path)["journal"]

    assert before.is_fine
    assert before.finding == f"{workspace}/jobs.sqlite begins with the first job"
    assert left == []
    assert after.is_fine
    assert after.finding == f"{workspace}/jobs.sqlite"


def test_a_journal_that_no_server_can_open_is_found(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "jobs.sqlite").write_bytes(b"This is a text." * 100)

    found = lines(tmp_path)["journal"]

    assert not found.is_fine
    assert "file is not a database" in found.finding
    assert "move the file away" in found.action


def test_a_journal_that_takes_no_queue_is_found(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    JobDatabase(workspace).create()
    connection = sqlite3.connect(workspace / "jobs.sqlite")
    connection.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON queues "
        "BEGIN SELECT RAISE(ABORT, 'no queues here'); END"
    )
    connection.commit()
    connection.close()

    found = lines(tmp_path)["journal"]

    assert not found.is_fine
    assert "no queues here" in found.finding


def test_a_journal_that_a_process_works_on_is_left_to_it(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()

    with working(workspace, ToyLine()) as jobs:
        found = lines(tmp_path)["journal"]
        finish(jobs, jobs.submit(brief()).id)

    assert found.is_fine
    assert found.finding.endswith("jobs.sqlite, a running process has it open")


def test_the_command_ends_with_3_when_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, "MODEL": "gemini/x"})
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(program, ["check", "--json"])

    assert result.exit_code == 3
    told = {line["subject"]: line for line in json.loads(result.stdout)}
    assert told["model"]["ok"] is False
    assert told["model"]["action"] == "set the key"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "finding"),
    [
        ("anthropic/claude", "the model anthropic/claude needs ANTHROPIC_API_KEY"),
        ("nonsense/x", "no provider is known for the model nonsense/x"),
    ],
)
def test_a_model_of_a_provider_without_its_key_is_found(
    tmp_path: Path, model: str, finding: str
) -> None:
    told = check(tmp_path, PATH=os.environ["PATH"], MODEL=model)

    assert f"FAIL endpoint   {finding}; set it, or set another MODEL" in told.stdout
    assert told.returncode == 3


@pytest.mark.slow
def test_the_key_of_a_provider_may_be_in_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=sk-ant-x\nMODEL=anthropic/claude\n")

    told = check(tmp_path, PATH=os.environ["PATH"])

    assert "endpoint" not in told.stdout
    assert "ok   model      anthropic/claude" in told.stdout


@pytest.mark.slow
def test_a_misspelled_setting_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=5000\nGITHUB_TOKN=ghp_hush\n")

    told = check(tmp_path, PATH=os.environ["PATH"])

    assert told.stderr == "galley: GITHUB_TOKN is no setting: is GITHUB_TOKEN meant?\n"
    assert told.returncode == 3


@pytest.mark.slow
def test_a_database_that_is_away_is_one_line_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://galley:hush-hush@127.0.0.1:9/galley"

    told = check(tmp_path, DATABASE_URL=url, PATH=os.environ["PATH"])

    assert told.stderr == ""
    (line,) = [line for line in told.stdout.splitlines() if " journal " in line]
    assert line.startswith("FAIL journal    postgresql://127.0.0.1:9/galley: ")
    assert "Connection refused; start the database" in line
    assert "hush" not in line


def test_without_git_nothing_begins_and_the_message_says_why(tmp_path: Path) -> None:
    told = check(tmp_path, PATH="/nowhere")

    assert told.stderr == "galley: git was not found: install git and put it on the PATH\n"
    assert told.returncode == 3


def check(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "agent", "check"],
        env={"HOME": "/nowhere", "PYTHONPATH": str(Path.cwd()), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
