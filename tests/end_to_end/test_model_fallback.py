"""A model that is busy and then silent, over HTTP: another one finishes the job in time."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, said, serving
from tests.openai_server import Asked, Fault, OpenAIServer, Reply, busy

pytestmark = [pytest.mark.slow, pytest.mark.minutes]


def evidence(repository: Path, name: str) -> str:
    command = ["git", "-C", str(repository), "show", f"refs/evidence/1:{name}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_another_model_finishes_when_the_first_is_busy_and_then_silent(
    script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    page = script.page("clock")
    answer = f"Summary: A clock\n\nindex.html\n```html\n{page.decode()}```\n"

    def reply(asked: Asked) -> Reply:
        if asked.body["model"] == "second":
            return answer
        return busy(0.1) if len(models.asked) == 1 else Fault.HANG

    with OpenAIServer(reply) as models:
        settings = {
            "MODEL": "openai/first",
            "FALLBACK_MODELS": "openai/second",
            "OPENAI_BASE_URL": models.base_url,
            "DEADLINE_SECONDS": "60",
        }
        with serving(tmp_path / "work", script, settings) as server:
            posted = server.post("clock", evaluation_url=evaluator.url)

    assert posted.status_code == 200, posted.text
    assert [each.page for each in evaluator.of("clock", 1)] == [page]
    assert [each.body["model"] for each in models.asked] == ["first", "first", "second"]
    (usage,) = json.loads(evidence(tmp_path / "work/repos/clock", "attempts/1/usage.json"))
    assert usage["model"] == "openai/second"
    limited, silent = usage["failures"]
    assert limited.startswith("openai/first at 127.0.0.1")
    assert "answered 429" in limited
    assert "hangs: nothing came for" in silent
    assert said("clock", 1) in models.asked[-1].text
