"""A model that sees reviews a right draft and polishes it: by command and over HTTP, for real."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from agent.workspace.repository import MAIN, Repository
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import SECRET, Script, Serving, serving
from tests.jobs.toy import until
from tests.openai_server import Asked, Fault, OpenAIServer, Reply

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OBJECTION = "heading: it is cut off, it should be readable as a whole"
BRIEF = "Show the heading Zebra in #top."
CHECK = "js: document.querySelector('#top').textContent === 'Zebra'"


def page(style: str = "", heading: str = "Zebra") -> str:
    html = (
        '<!doctype html>\n<html lang="en">\n<title>Zebra</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<style>h1 {{ {style} }}</style>\n<main><h1 id=top>{heading}</h1></main>\n</html>\n"
    )
    return f"Summary: Shows a zebra.\n\nindex.html\n```html\n{html}```\n"


DRAFT, POLISHED, BROKEN = page("margin: 0"), page("margin: 2rem"), page("margin: 2rem", "Horse")


def model(review: Reply, polish: Reply) -> Callable[[Asked], Reply]:
    """A model that sees: it tells the draft, its review and the polish apart by their prompts."""

    def answer(asked: Asked) -> Reply:
        if "You look at pictures" in asked.text:
            return review
        return polish if "objects to this" in asked.text else DRAFT

    return answer


def settings(server: OpenAIServer) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PLAYWRIGHT_BROWSERS_PATH": os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        "MODEL": "gpt-4o",
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": "a key",
        "OWN_TESTS": "false",
    }


def run(folder: Path, server: OpenAIServer) -> dict[str, Any]:
    """What `galley run --json` says of the brief."""
    brief = {"task": "zebra", "brief": BRIEF, "checks": [CHECK]}
    (folder / "brief.json").write_text(json.dumps(brief))
    done = subprocess.run(
        [sys.executable, "-m", "agent", "run", "brief.json", "--json"],
        cwd=folder,
        env={
            "HOME": str(Path.home()),
            "PYTHONPATH": str(Path.cwd()),
            "PORT": "0",
            **settings(server),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def recorded(workspace: Path) -> tuple[str, Mapping[str, bytes]]:
    """The published page and the evidence of the round."""
    with Repository(workspace / "repos" / "zebra") as repository:
        return repository.files(MAIN)["index.html"].decode(), repository.evidence(1)


def pictures(asked: Asked) -> int:
    return json.dumps(asked.body["messages"]).count('"image_url": {')


def test_what_a_review_objects_to_is_polished_and_published(tmp_path: Path) -> None:
    with OpenAIServer(model(f"- {OBJECTION}", POLISHED)) as server:
        said = run(tmp_path, server)

        _, review, polish = server.asked
        published, kept = recorded(tmp_path / "workspace")
    assert said["proof"] == "1/1 passed"
    assert "margin: 2rem" in published
    assert (pictures(review), pictures(polish)) == (2, 2)
    assert f"- {OBJECTION}" in polish.text
    assert json.loads(kept["attempts/1/proof.json"])["review"] == [OBJECTION]
    assert json.loads(kept["attempts/1/review-usage.json"])[0]["prompt_tokens"] > 0
    assert json.loads(kept["attempts/2/polish.json"]) == {"of": 1, "kept": True}


@pytest.mark.parametrize(
    ("review", "polish", "asked"),
    [
        ("NOTHING", POLISHED, 2),
        (f"- {OBJECTION}", BROKEN, 3),
        (f"- {OBJECTION}", "I would rather not.", 3),
    ],
)
def test_a_polish_that_gains_nothing_is_not_published(
    tmp_path: Path, review: str, polish: str, asked: int
) -> None:
    with OpenAIServer(model(review, polish)) as server:
        said = run(tmp_path, server)

        published, _ = recorded(tmp_path / "workspace")
        assert len(server.asked) == asked
    assert said["proof"] == "1/1 passed"
    assert "margin: 0" in published
    assert "Zebra</h1>" in published


@pytest.mark.parametrize(("hanging", "asked"), [("review", 2), ("polish", 3)])
def test_a_job_whose_server_is_killed_meanwhile_is_finished_by_the_next(
    tmp_path: Path, evaluator: Evaluator, hanging: str, asked: int
) -> None:
    review: Reply = Fault.HANG if hanging == "review" else f"- {OBJECTION}"
    with OpenAIServer(model(review, Fault.HANG)) as first:
        with served(tmp_path, first) as galley:
            job = order(galley, evaluator)
            until(lambda: len(first.asked) == asked, 240)
            galley.process.kill()

    with OpenAIServer(model(f"- {OBJECTION}", POLISHED)) as second:
        with served(tmp_path, second) as galley:
            until(lambda: galley.job(job)["state"] == "done", 240)

    published, _ = recorded(tmp_path / "workspace")
    assert "margin: 2rem" in published


@pytest.mark.parametrize(("hanging", "asked"), [("review", 2), ("polish", 3)])
def test_a_job_can_be_cancelled_meanwhile(
    tmp_path: Path, evaluator: Evaluator, hanging: str, asked: int
) -> None:
    review: Reply = Fault.HANG if hanging == "review" else f"- {OBJECTION}"
    with OpenAIServer(model(review, Fault.HANG)) as server, served(tmp_path, server) as galley:
        job = order(galley, evaluator)
        until(lambda: len(server.asked) == asked, 240)

        with requests.Session() as session:
            session.trust_env = False
            bearer = {"Authorization": f"Bearer {SECRET}"}
            session.post(f"{galley.url}/jobs/{job}/cancel", headers=bearer, timeout=30)

        until(lambda: galley.job(job)["state"] == "cancelled", 120)
        with Repository(galley.workspace / "repos" / "zebra") as repository:
            assert repository.head is None


def served(folder: Path, server: OpenAIServer) -> Any:
    script = folder / "answers"
    script.mkdir(exist_ok=True)
    return serving(folder / "workspace", Script(script), settings(server))


def order(galley: Serving, evaluator: Evaluator) -> str:
    accepted = galley.post_async("zebra", brief=BRIEF, checks=[CHECK], evaluation_url=evaluator.url)
    assert accepted.status_code == 202, accepted.text
    return str(accepted.headers["Location"].rpartition("/")[2])
