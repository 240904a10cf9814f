"""Sends what schemathesis makes of `/openapi.json` and holds every answer against it.

    python -m tests.web.conformance 2000

The cases go to the real API over a toy line, half of them with the secret and half without.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.acceptance import validate
from agent.intake.request import Request
from agent.settings import Settings
from agent.web.openapi import description
from tests.jobs.toy import ToyLine
from tests.web.toy_api import served

ALL_PHASES = ("--phases", "examples,coverage,fuzzing")

_SECRET = "the-secret"
_MAX_BODY = 10_000_000
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "ignored_auth",
)
_LONGEST_LINE = 300
_SENT = re.compile(r"(\d+) generated")


@dataclass(frozen=True)
class Outcome:
    """How many cases were sent, and what was found wrong; empty where nothing was."""

    cases: int
    complaint: str


def conform(each_call: int, is_known: bool, *options: str) -> Outcome:
    """The outcome of so many random cases for each call; `options` are those of schemathesis."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(
            folder, ToyLine(), max_body=_MAX_BODY, validate=_validate, secret=_SECRET
        ) as server:
            sent = [server.post(wait=True, task=task, secret=_SECRET) for task in ("a", "b")]
            jobs = [answer.json()["job"] for answer in sent]
            file = folder / "openapi.json"
            file.write_text(json.dumps(_described(jobs, is_known)))
            secret = ["--header", f"Authorization: Bearer {_SECRET}"] if is_known else []
            cases = ["--max-examples", str(each_call), *(options or ALL_PHASES)]
            return _run([str(file), "--url", server.url, *cases, *secret], folder)


def _described(jobs: Sequence[str], is_known: bool) -> dict[str, Any]:
    """The description with jobs that exist and one that does not; and with the secret, if known."""
    told: dict[str, Any] = json.loads(json.dumps(description()))
    told["components"]["parameters"]["Job"]["schema"]["enum"] = [*jobs, "none"]
    if is_known:
        told["components"]["schemas"]["EndpointRequest"]["properties"]["secret"]["const"] = _SECRET
    return told


def _run(options: Sequence[str], folder: Path) -> Outcome:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", "--seed", "1"]
    done = subprocess.run(
        [*command, "--no-color", "--checks", ",".join(_CHECKS), *options],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    told = "\n".join(line[:_LONGEST_LINE] for line in (done.stdout + done.stderr).splitlines())
    sent = _SENT.search(told)
    return Outcome(int(sent[1]) if sent else 0, told if done.returncode else "")


def _validate(request: Request) -> None:
    validate(Settings.read({}), request)


def main(cases: int) -> int:
    """Sends at least so many cases, and prints how many and what was wrong."""
    status = 0
    for is_known in (True, False):
        sent, each_call = 0, cases // 25
        while sent < cases / 2:
            outcome = conform(each_call, is_known)
            sent, each_call = outcome.cases, each_call * 2
            if outcome.complaint:
                print(outcome.complaint)
                status = 1
                break
        print(f"{sent} cases {'with' if is_known else 'without'} the secret")
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
