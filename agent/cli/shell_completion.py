"""Completes commands, options and the names of tasks in bash, zsh and fish."""

from enum import StrEnum

import typer.completion

PROGRAM = "galley"


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def script(shell: Shell) -> str:
    """What a shell runs once so that it completes the program's command lines."""
    text: str = typer.completion.get_completion_script(  # type: ignore[attr-defined]
        prog_name=PROGRAM, complete_var=f"_{PROGRAM.upper()}_COMPLETE", shell=shell
    )
    return text


def prepare() -> None:
    """Have the program answer a shell that asks for completions."""
    typer.completion.completion_init()  # type: ignore[attr-defined]
