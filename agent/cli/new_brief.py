"""`galley new`: asks for a brief at the terminal and writes it as the JSON that `run` takes."""

import json
import sys
from collections.abc import Iterator, Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any

from agent.cli.output import print
from agent.errors import IntakeError
from agent.intake.brief_file import attach, task_name
from agent.intake.request import Request, number_or_text

_LONGEST_NAME_WORDS = 5


def asked(task: str, round_: int) -> dict[str, Any]:
    """The fields of a request, as they were answered. Raises IntakeError for a brief of no use.

    `task` (empty: not known yet) and `round_` are what is proposed.
    """
    what = f"What must change in {task}" if round_ > 1 else "What must the app do"
    brief = "\n".join(_lines(f"{what}? An empty line ends it."))
    words = " ".join(brief.split()[:_LONGEST_NAME_WORDS])
    fields: dict[str, Any] = {
        "task": _or_else("Task, which names the repository", task or task_name(words)),
        "round": number_or_text(_or_else("Round; 2 and later change what is there", str(round_))),
        "brief": brief,
        "checks": list(
            _lines("Checks, one a line, `js: …` for an expression. An empty line ends them.")
        ),
        "attachments": [
            attach(Path(line).expanduser())
            for line in _lines("Files to attach, one a line. An empty line ends them.")
        ],
    }
    Request.read(fields)
    return {name: value for name, value in fields.items() if value}


def free_file(fields: Mapping[str, Any]) -> Path:
    """A name for the brief's file that no file has yet."""
    name = fields["task"] if fields["round"] == 1 else f"{fields['task']}-round-{fields['round']}"
    further = (Path(f"{name}-{number}.json") for number in count(2))
    return next(path for path in chain([Path(f"{name}.json")], further) if not path.exists())


def refuse_existing(path: Path) -> None:
    """Raises IntakeError where there is such a file: before anything is asked."""
    if path.exists():
        raise IntakeError(f"{path} is there already; name another file")


def write(fields: dict[str, Any], path: Path) -> None:
    """Raises IntakeError where none can be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(fields, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise IntakeError(f"{path} cannot be written: {error.strerror}") from None


def _lines(question: str) -> Iterator[str]:
    """Lines until an empty one."""
    print(question, file=sys.stderr)
    while line := _answer("> "):
        yield line


def _or_else(question: str, default: str) -> str:
    return _answer(f"{question} [{default}]: ") or default


def _answer(question: str) -> str:
    """One line; the end of the input is an empty one. Standard output is kept for data."""
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return input()
    except EOFError:
        return ""
