"""Prints for the command line; what comes from elsewhere cannot move a terminal's cursor."""

import builtins
import sys
from typing import TextIO

from agent.inert_text import visible


def print(
    text: object, *, end: str = "\n", file: TextIO | None = None, flush: bool = False
) -> None:
    """The built-in `print` for one text, with control characters shown as escapes."""
    builtins.print(visible(str(text)), end=end, file=file or sys.stdout, flush=flush)
