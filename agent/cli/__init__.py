"""The command line: `galley run`, `new`, `serve`, `check`, `history`, `jobs` and others."""

import os
import shutil
import sys

from agent.callers_repository import leave_callers_repository
from agent.cli.exits import exit_code
from agent.cli.output import print
from agent.errors import ConfigurationError, GalleyError
from agent.logs import is_debugging

__all__ = ["main"]


def main() -> None:
    """Run a command; an expected failure is one message and an exit code, a bug a traceback."""
    try:
        _run()
    except GalleyError as error:
        if is_debugging():
            from agent.cli.debugging import told

            print(told(error), file=sys.stderr)
        print(f"galley: {error}", file=sys.stderr)
        raise SystemExit(exit_code(error)) from None


def _run() -> None:
    """Raises GalleyError. GitPython cannot even be imported where there is no git.

    The variables are dropped first: GitPython runs git when it is imported.
    """
    if shutil.which("git") is None:
        raise ConfigurationError("git was not found: install git and put it on the PATH")
    leave_callers_repository(os.environ)
    from agent.cli import debugging, shell_completion
    from agent.cli.commands import program

    shell_completion.prepare()
    debugging.everywhere(program)(prog_name=shell_completion.PROGRAM)
