"""The command line: `galley run | serve | worker | check | history | jobs | retry | cancel`."""

import os
import shutil
import sys

from agent.callers_repository import leave_callers_repository
from agent.cli.exits import exit_code
from agent.cli.output import print
from agent.errors import ConfigurationError, GalleyError

__all__ = ["main"]


def main() -> None:
    """Run a command; an expected failure is one message and an exit code, a bug a traceback."""
    try:
        _run()
    except GalleyError as error:
        print(f"galley: {error}", file=sys.stderr)
        raise SystemExit(exit_code(error)) from None


def _run() -> None:
    """Raises GalleyError. GitPython cannot even be imported where there is no git.

    The variables are dropped first: GitPython runs git when it is imported.
    """
    if shutil.which("git") is None:
        raise ConfigurationError("git was not found: install git and put it on the PATH")
    leave_callers_repository(os.environ)
    from agent.cli.commands import program

    program(prog_name="galley")
