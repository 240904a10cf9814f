"""Says how the user can type `galley` on this machine, for advice on what to do next."""

import os
import shlex
import shutil
import sys
from pathlib import Path


def command_line(*words: str) -> str:
    """A command to copy: `galley …`, by its path where that is not on the PATH."""
    return " ".join(shlex.quote(word) for word in (*_galley(), *words))


def _galley() -> tuple[str, ...]:
    if shutil.which("galley"):
        return ("galley",)
    script = Path(sys.executable).with_name("galley")
    return (_short(script),) if script.is_file() else (_short(Path(sys.executable)), "-m", "agent")


def _short(path: Path) -> str:
    """The path from the current folder, where it is below that."""
    folder = Path(os.getcwd())
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
