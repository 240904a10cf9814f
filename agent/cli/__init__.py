"""The command line: `galley run | serve | worker | check | history | jobs | retry | cancel`."""

import os
import sys

from agent.cli.commands import program
from agent.cli.exits import exit_code
from agent.errors import GalleyError
from agent.workspace import safety

__all__ = ["main"]


def main() -> None:
    """Run a command; an expected failure is one message and an exit code, a bug a traceback."""
    safety.leave_callers_repository(os.environ)
    try:
        program(prog_name="galley")
    except GalleyError as error:
        print(f"galley: {error}", file=sys.stderr)
        raise SystemExit(exit_code(error)) from None
