"""Fifteen rounds of every kind on one app, over HTTP, with a scripted model."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, said, serving

TASK = "diary"
ROWS = "day,words\n" + "".join(f"{day},{day * 7}\n" for day in range(6000))
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Diary</title></head>
<body>
<h1>Diary</h1>
<label for="day">Day</label> <input id="day" type="number" value="1">
<button id="show">Show</button>
<output id="words">7</output>
<script>
function show() { document.querySelector("#words").textContent = day.value * 7; }
document.querySelector("#show").addEventListener("click", show);
</script>
</body>
</html>
"""
LONG_BRIEF = " ".join(f"On day {day} somebody wrote {day * 7} words." for day in range(700))


@dataclass(frozen=True)
class Step:
    """A round: what is asked, what the model answers, and what the repository must have then."""

    asks: str
    answer: str
    has: dict[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    sends: dict[str, bytes] = field(default_factory=dict)
    checks: tuple[str, ...] = ()


def change(old: str, new: str, path: str = "index.html") -> str:
    return f"```diff\n--- a/{path}\n+++ b/{path}\n@@\n-{old}\n+{new}\n```\n"


def whole(path: str, text: str) -> str:
    return f"{path}\n```\n{text}```\n"


SCRIPT = "\n".join(PAGE.split("\n")[9:11]) + "\n"
INLINE = "".join(f"-{line}\n" for line in PAGE.split("\n")[8:12])
ROUNDS = (
    Step(
        f"Build a diary from days.csv. {LONG_BRIEF}",
        whole("index.html", PAGE) + "\nExplanation: `show()` multiplies by seven.\n",
        has={"index.html": 'id="words"', "days.csv": "5999,41993"},
        sends={"days.csv": ROWS.encode(), "logo.png": b"\x89PNG\r\n\x1a\n\0"},
        checks=("js: document.title === 'Diary'",),
    ),
    Step(
        "Leave it as it is.", "Nothing to change: it is so already.\n", has={"index.html": "Diary"}
    ),
    Step(
        "Rename days.csv to days-of-writing.csv.",
        "```diff\ndiff --git a/days.csv b/days-of-writing.csv\nrename from days.csv\n"
        "rename to days-of-writing.csv\n```\n",
        has={"days-of-writing.csv": "5999,41993"},
        lacks=("days.csv",),
    ),
    Step(
        "Delete the picture logo.png.",
        "```diff\ndiff --git a/logo.png b/logo.png\ndeleted file mode 100644\n```\n",
        lacks=("logo.png",),
    ),
    Step(
        "Split the script into app.js.",
        f"```diff\n--- a/index.html\n+++ b/index.html\n@@\n{INLINE}"
        f'+<script src="app.js"></script>\n```\n\n{whole("app.js", SCRIPT)}',
        has={"index.html": '<script src="app.js">', "app.js": "function show()"},
    ),
    Step(
        "The title is no longer Diary but Journal.",
        'Superseded: 1.1 "The title is no longer Diary but Journal."\n\n'
        + change(
            '<head><meta charset="utf-8"><title>Diary</title></head>',
            '<head><meta charset="utf-8"><title>Journal</title></head>',
        ),
        has={"index.html": "<title>Journal</title>"},
        checks=("js: document.title === 'Journal'",),
    ),
    Step(
        "Add a second page about.html.",
        whole("about.html", "<!doctype html>\n<title>About</title>\n<h1>About</h1>\n</html>\n"),
        has={"about.html": "<h1>About</h1>"},
    ),
    Step(
        "Write it in German.",
        change('<html lang="en">', '<html lang="de">')
        + change("<h1>Diary</h1>", "<h1>Tagebuch</h1>"),
        has={"index.html": "<h1>Tagebuch</h1>"},
    ),
    Step(
        "Use draft.txt for the words beside the day, and do not commit draft.txt.",
        change('<button id="show">Show</button>', '<button id="show">Zeigen</button>')
        + "\n```diff\n--- a/draft.txt\n+++ /dev/null\n```\n",
        has={"index.html": "Zeigen"},
        lacks=("draft.txt",),
        sends={"draft.txt": b"Zeigen\n"},
    ),
    *(
        Step(
            f"Show {number} instead of {number - 1} at first.",
            change(
                f'<output id="words">{number - 1}</output>',
                f'<output id="words">{number}</output>',
            ),
            has={"index.html": f'id="words">{number}<'},
        )
        for number in range(8, 14)
    ),
)


@pytest.fixture(scope="module")
def galley(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("rounds") / "workspace"
    with serving(folder, script, {"PROMPT_TOKENS": "8000"}) as server:
        yield server


def test_fifteen_rounds_of_every_kind_are_committed_told_and_described(
    galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    assert len(ROUNDS) == 15
    sizes = []
    for number, step in enumerate(ROUNDS, 1):
        script.answer(TASK, number, step.answer)

        answer = galley.post(TASK, number, evaluation_url=evaluator.url, **asked(number, step))

        assert answer.status_code == 200, (number, answer.text)
        made = Made(galley.workspace / "repos" / TASK, number)
        made.check_files(step)
        made.check_readme()
        assert len(evaluator.of(TASK, number)) == 1
        assert made.turns == 1, number
        sizes.append(made.prompt_size)

    assert made.git("rev-list", "--count", "main") == "15"
    assert sizes[14] <= 1.1 * sizes[7], sizes
    assert max(sizes[1:]) < 8000 * 3, sizes
    story = history(galley.workspace)
    assert [told["round"] for told in story] == list(range(1, 16))


def asked(number: int, step: Step) -> dict[str, Any]:
    urls = {
        name: f"data:application/octet-stream;base64,{base64.b64encode(content).decode()}"
        for name, content in step.sends.items()
    }
    return {
        "brief": f"{step.asks} Also say {said(TASK, number)}.",
        "checks": list(step.checks),
        "attachments": [{"name": name, "url": url} for name, url in urls.items()],
    }


@dataclass(frozen=True)
class Made:
    """The repository after a round."""

    path: Path
    number: int

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    @property
    def files(self) -> list[str]:
        return self.git("ls-tree", "-r", "--name-only", "main").split("\n")

    @property
    def prompt_size(self) -> int:
        return len(self.git("show", f"refs/evidence/{self.number}:attempts/1/prompt.md"))

    @property
    def turns(self) -> int:
        usage = self.git("show", f"refs/evidence/{self.number}:attempts/1/usage.json")
        return len(json.loads(usage))

    def check_files(self, step: Step) -> None:
        for path, text in step.has.items():
            assert text in self.git("show", f"main:{path}"), (self.number, path)
        for path in step.lacks:
            assert path not in self.files, (self.number, path)

    def check_readme(self) -> None:
        text = self.git("show", "main:README.md")
        own = [path for path in self.files if not path.startswith((".", "docs/galley/"))]
        for path in own:
            assert path in ("README.md", "LICENSE") or f"| `{path}` |" in text, (self.number, path)
        assert text.count("| `") == len(own) - 2
        assert all(f"\nRound {number}" in text for number in range(2, self.number + 1))
        assert "`show()` multiplies by seven." in text
        assert "[the whole brief](docs/galley/brief-1.txt)" in text
        assert "Press `" in text


def history(workspace: Path) -> list[dict[str, Any]]:
    """The rounds of which `galley history` tells."""
    told = subprocess.run(
        [sys.executable, "-m", "agent", "history", TASK, "--json"],
        cwd=workspace.parent,
        env={
            "HOME": str(Path.home()),
            "PATH": str(workspace.parent / "bin"),
            "PYTHONPATH": str(Path.cwd()),
            "WORKSPACE": str(workspace),
        },
        check=True,
        capture_output=True,
        text=True,
    )
    (story,) = json.loads(told.stdout)
    rounds: list[dict[str, Any]] = story["rounds"]
    return rounds
