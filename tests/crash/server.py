"""The real server or worker with a model and a forge as slow as wanted, and a place to die at.

    CRASH_AT=commit:after MODEL_SECONDS=0.1 FORGE_SECONDS=0.1 python -m tests.crash.server serve

Everything else is what `python -m agent` has: the journal, git, HTTP, the signals. `CRASH_AT` names
a stage and a side of it: `before` its work is done, or `after` it and before that is recorded.
`MODEL_CALLS` is a file that lists the questions asked; no answer comes while a file `MODEL_HELD_BY`
is there.
`STOP_WITH`, a signal's number, sends that to the whole process group instead, and work goes on.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from agent import build
from agent.cli import main, serving
from agent.deadline import Deadline
from agent.forges.local_forge import LocalForge
from agent.pipeline import Line
from agent.ports import Inbox, Listener, Prompt
from agent.usage import Usage
from agent.values import Answer, Remote
from agent.workspace import Workspace

_WORDS = re.compile(r"Say hello to (\S+) in round (\d+)")
_PAGE = """<!doctype html>
<html lang="en">
<title>{task}</title>
<p id="hello">hello to {task} in round {round}</p>
</html>"""


class Echo:
    """A model that builds what it is asked to say, in a time of its own."""

    name = "echo"

    def __init__(self, seconds: float, calls: Path | None, held_by: Path | None) -> None:
        self._seconds = seconds
        self._calls = calls
        self._held_by = held_by

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        said = _WORDS.findall(prompt.messages[-1].text)
        task, round_ = max(said, key=lambda words: int(words[1]))
        if self._calls:
            with self._calls.open("a") as file:
                file.write(f"{task} {round_}\n")
        ends_at = time.monotonic() + self._seconds
        while (left := ends_at - time.monotonic()) > 0 or self._is_held():
            deadline.check()
            time.sleep(min(max(left, 0.01), 0.1))
        page = _PAGE.format(task=task, round=round_)
        text = f"Summary: Say hello\n\nindex.html\n```html\n{page}\n```\n"
        return Answer(text, self.name, Usage(1, 1, 0.0, self._seconds))

    def _is_held(self) -> bool:
        return self._held_by is not None and self._held_by.exists()


class SlowForge(LocalForge):
    """A local forge that is far away."""

    def __init__(self, folder: Path, seconds: float) -> None:
        super().__init__(folder)
        self._seconds = seconds

    def claim(self, repo: str, description: str, since: float) -> Remote | None:
        time.sleep(self._seconds)
        return super().claim(repo, description, since)

    def find(self, repo: str) -> Remote | None:
        time.sleep(self._seconds)
        return super().find(repo)


class Mortal(build.Galley):
    """Dies at the place that is named, once: the next start is not told to."""

    def _line(self, workspace: Workspace, inbox: Inbox, ending: ExitStack) -> Line:
        line = super()._line(workspace, inbox, ending)
        stage, _, side = os.environ.get("CRASH_AT", "").partition(":")
        names = [field.name for field in fields(Line)]
        if stage in names:
            line = replace(line, **{stage: _dying(getattr(line, stage), side)})
        return line


def _dying(stage: Callable[..., Any], side: str) -> Callable[..., Any]:
    stopping = int(os.environ.get("STOP_WITH", "0"))

    def die(*given: Any) -> Any:
        if side == "after":
            result = stage(*given)
        if not stopping:
            os.kill(os.getpid(), signal.SIGKILL)
        os.killpg(os.getpgrp(), stopping)
        return result if side == "after" else stage(*given)

    return die


def _slow_forge(settings: Any, rest: Any) -> LocalForge:
    folder = Path(os.environ.get("FORGE_FOLDER") or build.local_forge_folder(settings))
    return SlowForge(folder, float(os.environ.get("FORGE_SECONDS", "0")))


def _echo(*_: Any) -> Echo:
    seconds = float(os.environ.get("MODEL_SECONDS", "0"))
    return Echo(seconds, _path("MODEL_CALLS"), _path("MODEL_HELD_BY"))


def _path(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


_STAND_INS: tuple[tuple[object, str, object], ...] = (
    (build, "model_of", _echo),
    (build, "browser_of", lambda *_: None),
    (serving, "Galley", Mortal),
)

if __name__ == "__main__":
    for module, name, stand_in in _STAND_INS:
        setattr(module, name, stand_in)
    build._FORGES["local"] = _slow_forge
    sys.argv[0] = "galley"
    main()
