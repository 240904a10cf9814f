"""Rounds over HTTP, proved in a browser, that change what earlier rounds asked for."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.openai_server import OpenAIServer

pytestmark = pytest.mark.browser

ALPHA, BETA = "document.title === 'Alpha'", "document.title === 'Beta'"
ASKED = "Title and heading are Beta now."
_BROWSER = {"PATH": os.environ["PATH"], "PLAYWRIGHT_BROWSERS_PATH": "", "OWN_TESTS": "false"}


def page(title: str) -> str:
    content = (
        f'<!doctype html>\n<html lang="en">\n<title>{title}</title>\n<h1>{title}</h1>\n</html>\n'
    )
    return f"Summary: Shows {title}.\n\nindex.html\n```html\n{content}```\n"


def renamed(claim: str = "") -> str:
    hunks = "".join(f"@@\n-{old}\n+{old.replace('Alpha', 'Beta')}\n" for old in _LINES)
    return f"Summary: Rename.\n{claim}\n```diff\n--- a/index.html\n+++ b/index.html\n{hunks}```\n"


_LINES = ("<title>Alpha</title>", "<h1>Alpha</h1>")


@dataclass
class Scene:
    galley: Serving
    model: OpenAIServer

    def post(self, round_: int, evaluator: Evaluator, brief: str, checks: list[str]) -> None:
        answer = self.galley.post(
            "shop", round_, brief=brief, checks=checks, evaluation_url=evaluator.url
        )
        assert answer.status_code == 200, answer.text

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.galley.workspace / "repos" / "shop"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def outcomes(self, round_: int, attempt: int) -> dict[str, str]:
        proof = self.git("show", f"refs/evidence/{round_}:attempts/{attempt}/proof.json")
        return {each["check"]: each["outcome"] for each in json.loads(proof)["verdicts"]}


@contextmanager
def scene(folder: Path, answers: Sequence[str]) -> Iterator[Scene]:
    with OpenAIServer(answers) as model:
        settings = {"OPENAI_BASE_URL": model.base_url, "MODEL": "some-model", **_BROWSER}
        with serving(folder / "workspace", Script(folder), settings) as galley:
            yield Scene(galley, model)


def test_a_later_round_overrides_a_check_and_is_not_repaired(
    tmp_path: Path, evaluator: Evaluator
) -> None:
    with scene(tmp_path, [page("Alpha"), renamed()]) as now:
        now.post(1, evaluator, "A page.", [f"js: {ALPHA}"])

        now.post(2, evaluator, ASKED, [f"js: {BETA}"])

        assert now.outcomes(2, 1) == {ALPHA: "superseded", BETA: "passed"}
        assert "<title>Beta</title>" in now.git("show", "main:index.html")
        assert f"`{ALPHA}`: round 2 asks for something else" in now.git("show", "main:README.md")
        assert f"Superseded: {ALPHA}" in now.git("log", "-1", "--format=%B", "main")
        assert len(now.model.asked) == 2


@pytest.mark.parametrize(
    ("quote", "outcome"), [(ASKED, "superseded"), ("The owner wants it otherwise.", "failed")]
)
def test_a_claim_is_believed_where_it_quotes_the_brief(
    tmp_path: Path, evaluator: Evaluator, quote: str, outcome: str
) -> None:
    claim = f'\nSuperseded: 1.1 "{quote}"\n'
    with scene(tmp_path, [page("Alpha"), renamed(claim), *["It is fine."] * 3]) as now:
        now.post(1, evaluator, "A page.", [f"js: {ALPHA}"])

        now.post(2, evaluator, ASKED, [])

        assert now.outcomes(2, 1) == {ALPHA: outcome}
        assert "<title>Beta</title>" in now.git("show", "main:index.html")
        assert (len(now.model.asked) == 2) is (outcome == "superseded")
        assert ("Superseded:" in now.git("log", "-1", "--format=%B", "main")) is (
            outcome == "superseded"
        )
