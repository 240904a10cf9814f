"""A server whose model replays answers, with a real browser: for tests of the whole loop."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving

_SETTINGS = {
    "PATH": os.environ["PATH"],
    "PLAYWRIGHT_BROWSERS_PATH": os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
    "DEADLINE_SECONDS": "300",
}


@dataclass
class Replay:
    """`folder` has the answers; every brief is a round of one `task`."""

    task: str
    galley: Serving
    folder: Path
    evaluator: Evaluator

    def answers(self, name: str, text: str, when: str = "") -> None:
        words = f"when: {when}\n" if when else ""
        (self.folder / f"{name}.md").write_text(words + text, encoding="utf-8")

    def post(self, round_: int, brief: str, *checks: str) -> dict[str, Any]:
        answer = self.galley.post(
            self.task, round_, brief=brief, checks=list(checks), evaluation_url=self.evaluator.url
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.galley.workspace / "repos" / self.task), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def evidence(self, round_: int, path: str) -> Any:
        return json.loads(self.git("show", f"refs/evidence/{round_}:{path}"))


@contextmanager
def replaying(task: str, folder: Path, evaluator: Evaluator, **settings: str) -> Iterator[Replay]:
    answers = folder / "answers"
    answers.mkdir()
    with serving(folder / "workspace", Script(answers), {**_SETTINGS, **settings}) as galley:
        yield Replay(task, galley, answers, evaluator)
