"""`galley run` on a real pseudo-terminal, with a scripted model and without a browser."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.running import only_git
from tests.jobs.toy import until
from tests.openai_server import Fault, OpenAIServer, Says
from tests.terminal import OnTerminal, on_terminal

pytestmark = pytest.mark.slow

PAGE = "<!doctype html>\n<title>Zebra</title>\n<h1>Zebra\x1b]0;owned\x07</h1>\n</html>\n"
WHOLE = f"Summary: Shows a zebra.\n\nindex.html\n```html\n{PAGE}```\n"
BRIEF = "---\ntask: zebra\nchecks: [index.html exists, stripes.css exists]\n---\nShow a zebra.\n"
SERVED = "until you press Ctrl-C"
TITLE = "\x1b]0;"


@contextmanager
def run(folder: Path, **settings: str) -> Iterator[OnTerminal]:
    (folder / "brief.md").write_text(BRIEF)
    environment = {
        "HOME": str(Path.home()),
        "LANG": "C.UTF-8",
        "PATH": str(only_git(folder / "bin")),
        "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
        "PYTHONPATH": str(Path.cwd()),
        "PORT": "0",
        "MAX_REPAIRS": "0",
        "TERM": "xterm-256color",
        **settings,
    }
    command = [sys.executable, "-m", "agent", "run", "brief.md"]
    with on_terminal(command, folder, environment) as running:
        yield running


@pytest.fixture
def answers(tmp_path: Path) -> str:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "1.md").write_text(WHOLE)
    return f"scripted:{folder}"


def test_the_line_is_drawn_while_it_runs_and_leaves_the_steps_and_checks(
    tmp_path: Path, answers: str
) -> None:
    with run(tmp_path, MODEL=answers) as running:
        running.read_until(SERVED)
        running.press_ctrl_c()
        code = running.read_to_the_end()

    lines = running.text.splitlines()
    assert code == 0
    assert " left\n" in running.text
    assert any(line.startswith("prove    1/2 passed") for line in lines)
    assert "  passed   index.html exists" in lines
    assert any(line.startswith("  failed   stripes.css exists: ") for line in lines)
    assert "\x1b[32mpassed" in running.seen
    assert any(line.endswith("history zebra") for line in lines)
    assert any(line.endswith("new zebra") for line in lines)
    assert TITLE not in running.seen


def test_what_the_model_writes_is_shown_as_it_comes(tmp_path: Path) -> None:
    with (
        OpenAIServer([Says(WHOLE, pieces=30, pause=0.1)]) as model,
        run(tmp_path, MODEL="some-model", OPENAI_BASE_URL=model.base_url) as running,
    ):
        running.read_until("characters written")
        running.read_until("<title>Zebra</title>")
        running.read_until(SERVED)
        running.press_ctrl_c()
        running.read_to_the_end()

    assert TITLE not in running.seen


@pytest.mark.parametrize("setting", ["NO_COLOR=1", "TERM=dumb"])
def test_plain_lines_can_be_had(tmp_path: Path, answers: str, setting: str) -> None:
    name, value = setting.split("=")

    with run(tmp_path, MODEL=answers, **{name: value}) as running:
        running.read_until(SERVED)
        running.press_ctrl_c()
        running.read_to_the_end()

    assert "prove    1/2 passed" in running.text
    assert "\x1b" not in running.seen
    assert " left\n" not in running.text


def test_ctrl_c_publishes_the_best_attempt_and_is_told_above_the_view(tmp_path: Path) -> None:
    settings = {"MODEL": "some-model", "MAX_REPAIRS": "3", "OWN_TESTS": "false", "REVIEW": "false"}
    with (
        OpenAIServer([WHOLE, Fault.HANG]) as model,
        run(tmp_path, OPENAI_BASE_URL=model.base_url, **settings) as running,
    ):
        until(lambda: running.read_some() and len(model.asked) == 2, 120)
        running.press_ctrl_c()
        running.read_until(SERVED)
        running.press_ctrl_c()
        code = running.read_to_the_end()

    assert code == 0
    assert "the best one so far is published" in running.text
    assert "proof       1/2 passed" in running.text
    assert running.seen.rindex("\x1b[?25h") > running.seen.rindex("\x1b[?25l")
