"""Completes commands, options and the names of tasks in bash, zsh and fish."""

import os
from enum import StrEnum
from pathlib import Path

from typer.completion import completion_init, get_completion_script

from agent.errors import GalleyError

PROGRAM = "galley"


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def script(shell: Shell) -> str:
    """What a shell runs once so that it completes the program's command lines."""
    return get_completion_script(
        prog_name=PROGRAM, complete_var=f"_{PROGRAM.upper()}_COMPLETE", shell=shell
    )


def prepare() -> None:
    """Have the program answer a shell that asks for completions."""
    completion_init()


def task_names(incomplete: str) -> list[str]:
    """The tasks of this workspace that begin so; none where it cannot be read."""
    from agent.settings import Settings
    from agent.story import tasks
    from agent.workspace import Workspace

    try:
        workspace = Workspace(Settings.read(os.environ, Path(".env")).workspace)
        return [task for task in tasks(workspace) if task.startswith(incomplete)]
    except GalleyError:
        return []
