"""Completion by a real bash, with the command on its PATH as an installation puts it there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli.shell_completion import Shell, script
from tests.orders import Shop

pytestmark = pytest.mark.slow

Completed = Callable[[str], list[str]]
ASK = """
source <(galley completion bash)
COMP_WORDS=({words}) COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_galley_completion galley
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def completed(tmp_path: Path, shop: Shop) -> Completed:
    """What bash offers for the words of a line, of which the last is begun."""
    command = tmp_path / "bin" / "galley"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m agent "$@"\n')
    command.chmod(0o755)
    environment = {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path.cwd()),
        "WORKSPACE": str(shop.root),
    }

    def complete(words: str) -> list[str]:
        asked = ASK.format(words=words)
        bash = ["bash", "--norc", "-c", asked]
        return subprocess.check_output(bash, env=environment, text=True, cwd=tmp_path).split()

    return complete


def test_bash_completes_commands_options_and_tasks(completed: Completed, shop: Shop) -> None:
    shop.done(shop.loaded("cafe"), {"index.html": b"<p>"})
    shop.done(shop.loaded("shop"), {"index.html": b"<p>"})

    assert completed("galley hi") == ["history"]
    assert completed("galley history --j") == ["--json"]
    assert completed("galley history c") == ["cafe"]
    assert completed("galley completion ''") == ["bash", "zsh", "fish"]


def test_a_brief_is_completed_by_the_shell_as_any_file(completed: Completed) -> None:
    assert completed("galley run br") == []


def test_settings_that_cannot_be_read_complete_nothing_and_say_nothing(
    completed: Completed, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=none\n")

    assert completed("galley history c") == []


@pytest.mark.parametrize("shell", Shell)
def test_the_script_is_one_that_its_shell_can_read(shell: Shell) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")

    subprocess.run([shell, "-n"], input=script(shell), text=True, check=True)
