import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.checks import Line, checked, readiness
from agent.cli.commands import program
from agent.settings import Settings

NOTHING: Mapping[str, str] = {"PATH": "/nowhere", "HOME": "/nowhere"}


def lines(tmp_path: Path, **settings: str) -> dict[str, Line]:
    given = {"WORKSPACE": str(tmp_path / "workspace"), "MODEL": "scripted:x", **settings}
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
    keys = {"OPENAI_API_KEY": "sk-hush", "SECRET": "hush-hush", "MODEL": "gpt-x"}

    found = "\n".join(map(str, lines(tmp_path, **keys).values()))

    assert "hush" not in found
    assert "openai/gpt-x" in found


def test_a_server_is_ready_without_a_browser_and_not_without_a_model(tmp_path: Path) -> None:
    fine = Settings.read({"WORKSPACE": str(tmp_path), "MODEL": "scripted:x"})
    keyless = Settings.read({"WORKSPACE": str(tmp_path), "MODEL": "gemini/x"})

    assert readiness(fine, NOTHING)["status"] == "ready"
    assert readiness(fine, NOTHING)["browser"]["ok"] is False
    assert readiness(keyless, NOTHING)["status"] == "not ready"


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
