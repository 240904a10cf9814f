"""`--debug` on every command: the traceback of an expected failure too."""

import traceback
from typing import Any

import typer
from typer.main import get_command

from agent.logs import debug

NAME = "debug"


def asked_for(is_asked: bool) -> None:
    """Called by the option when a command line is read."""
    if is_asked:
        debug()


def everywhere(program: typer.Typer) -> Any:
    """The program as a command whose `--debug` may also stand behind a subcommand's name."""
    command: Any = get_command(program)
    option = next(each for each in command.params if each.name == NAME)
    for subcommand in command.commands.values():
        subcommand.params.append(option)
    return command


def told(error: BaseException) -> str:
    """The error's traceback."""
    return "".join(traceback.format_exception(error)).rstrip()
