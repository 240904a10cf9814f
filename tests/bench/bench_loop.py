"""Measures what each part of the loop gains, on briefs with checks that the model never sees.

python -m tests.bench.bench_loop ANSWERS [--only NAME …] [--part PART] [--json]

Every brief of `loop_briefs` goes through `galley run` four times: one shot, the loop with the
caller's checks, with tests of its own, and with a review of the pictures. The model's answers are
replayed from the folder ANSWERS by the digest of their prompt; prompts that have none are left
there to be answered (see `tests/bench/recorded_answers.py`), and their briefs are left out of the
table. The `hidden` checks of a brief judge what was published, and each attempt before it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agent.deadline import Deadline
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import find_executable
from agent.proofing.prover import Prover
from agent.values import Check, CheckKind, Outcome
from agent.workspace.repository import MAIN, Repository
from tests.bench.recorded_answers import RecordedAnswers
from tests.openai_server import OpenAIServer

BRIEFS = Path(__file__).parent / "loop_briefs"
HEAD = """\
| Part | Briefs | Hidden checks passed | Briefs all right | Wrong repairs | Tokens a brief |
|---|---:|---:|---:|---:|---:|"""
_SECONDS = 600.0
_CHECKS_ALONE = {"OWN_TESTS": "false", "REVIEW": "false"}
PARTS: Mapping[str, Mapping[str, str]] = {
    "one shot": {**_CHECKS_ALONE, "MAX_REPAIRS": "0"},
    "the caller's checks": _CHECKS_ALONE,
    "and own tests": {"OWN_TESTS": "true", "REVIEW": "false"},
    "and a review": {"OWN_TESTS": "true", "REVIEW": "true"},
}


@dataclass(frozen=True, slots=True)
class LoopRun:
    """A brief's way through one part: hidden checks passed by each attempt and what was published.

    `is_whole`: no answer was missing.
    """

    brief: str
    hidden: int
    attempts: tuple[int, ...]
    published: int
    tokens: int
    is_whole: bool

    @property
    def wrong_repairs(self) -> int:
        """Attempts that passed fewer hidden checks than the one before."""
        pairs = zip(self.attempts, self.attempts[1:], strict=False)
        return sum(after < before for before, after in pairs)


def row(part: str, runs: Sequence[LoopRun]) -> str:
    """A line under `HEAD`."""
    passed, of = sum(run.published for run in runs), sum(run.hidden for run in runs)
    right = sum(run.published == run.hidden for run in runs)
    wrong = sum(run.wrong_repairs for run in runs)
    tokens = sum(run.tokens for run in runs) / max(1, len(runs))
    return f"| {part} | {len(runs)} | {passed} of {of} | {right} | {wrong} | {tokens:.0f} |"


class LoopBench:
    """Runs briefs with recorded answers, and judges them by their hidden checks."""

    def __init__(self, answers: RecordedAnswers, base_url: str, prover: Prover) -> None:
        self._answers = answers
        self._base_url = base_url
        self._prover = prover

    def run(self, brief: Path, settings: Mapping[str, str]) -> LoopRun:
        fields: dict[str, Any] = json.loads(brief.read_text(encoding="utf-8"))
        hidden = tuple(Check(CheckKind.JS, text, 1) for text in fields.pop("hidden"))
        missing = len(self._answers.missing)
        with tempfile.TemporaryDirectory(prefix="bench-loop-") as folder:
            self._galley(Path(folder), fields, settings)
            path = Path(folder) / "workspace/repos" / fields["task"]
            repository = Repository(path)
            refs = _attempts(path)
            judged = [self._passed(repository, ref, hidden) for ref in refs]
            published = self._passed(repository, MAIN, hidden) if repository.head else 0
            tokens = _tokens(path)
            repository.close()
        is_whole = len(self._answers.missing) == missing
        return LoopRun(brief.stem, len(hidden), tuple(judged), published, tokens, is_whole)

    def _galley(self, folder: Path, fields: Mapping[str, Any], settings: Mapping[str, str]) -> None:
        (folder / "brief.json").write_text(json.dumps(fields), encoding="utf-8")
        environment = {
            **{name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ},
            "PYTHONPATH": str(Path.cwd()),
            "PORT": "0",
            "MODEL": "recorded",
            "OPENAI_BASE_URL": self._base_url,
            **settings,
        }
        command = [sys.executable, "-m", "agent", "run", "brief.json", "--json"]
        ran = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            print(ran.stderr.splitlines()[-1:], file=sys.stderr)

    def _passed(self, repository: Repository, commit: str, hidden: Sequence[Check]) -> int:
        """How many hidden checks the files of a commit pass."""
        files = repository.files(commit)
        proof = self._prover.prove(files, hidden, {}, (), Deadline.within(_SECONDS))
        return proof.count(Outcome.PASSED)


def _attempts(path: Path) -> list[str]:
    """The drafts of round 1, oldest first."""
    listed = _git(path, "for-each-ref", "--format=%(refname)", "refs/attempts/1/")
    return sorted(listed.split(), key=lambda ref: int(ref.rpartition("/")[2]))


def _tokens(path: Path) -> int:
    """The tokens that all prompts and answers of a round took, as its evidence has them."""
    names = _git(path, "ls-tree", "-r", "--name-only", "refs/evidence/1").split()
    records = [name for name in names if name.endswith("usage.json")]
    turns = [turn for name in records for turn in _usage(path, name)]
    return sum(turn["prompt_tokens"] + turn["completion_tokens"] for turn in turns)


def _usage(path: Path, name: str) -> list[dict[str, int]]:
    turns: list[dict[str, int]] = json.loads(_git(path, "show", f"refs/evidence/1:{name}"))
    return turns


def _git(path: Path, *arguments: str) -> str:
    command = ["git", "-C", str(path), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def report(bench: LoopBench, briefs: Sequence[Path], parts: Sequence[str], as_json: bool) -> None:
    """The table over the briefs whose every answer is recorded, in all these parts."""
    found = {part: [bench.run(brief, PARTS[part]) for brief in briefs] for part in parts}
    whole = {
        brief.stem
        for brief in briefs
        if all(run.is_whole for runs in found.values() for run in runs if run.brief == brief.stem)
    }
    if not as_json:
        print(HEAD)
    for part, runs in found.items():
        kept = [run for run in runs if run.brief in whole]
        print(
            json.dumps({"part": part, "runs": [asdict(run) for run in kept]})
            if as_json
            else row(part, kept)
        )


def chosen() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("answers", type=Path, metavar="ANSWERS")
    options.add_argument("--only", nargs="+", metavar="NAME")
    options.add_argument("--part", action="append", choices=PARTS)
    options.add_argument("--json", action="store_true")
    return options.parse_args()


def main() -> int:
    options = chosen()
    executable = find_executable("", os.environ)
    if executable is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    briefs = [
        path
        for path in sorted(BRIEFS.glob("*.json"))
        if not options.only or path.stem in options.only
    ]
    answers = RecordedAnswers(options.answers)
    with OpenAIServer(answers) as server, Chromium(executable) as browser:
        bench = LoopBench(answers, server.base_url, Prover(browser))
        report(bench, briefs, options.part or list(PARTS), options.json)
    if answers.missing:
        print(f"{len(answers.missing)} prompts wait for an answer in {options.answers}")
    return 1 if answers.missing else 0


if __name__ == "__main__":
    sys.exit(main())
