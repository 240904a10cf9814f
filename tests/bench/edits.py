"""How well answers are applied: this engine against git, patch and mpatch, on the tests' own cases.

right: the tree that must come of it, or a refusal where there must be one.
silently wrong: another tree, without saying so. The rest was refused although it can be placed.

python -m tests.bench.edits [--json]
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import mpatch

from agent.drafting.edits import EditRefused, apply
from tests.drafting.edits.answer_forms import ALL
from tests.drafting.edits.cases import PLACED, REFUSED, Case

Tool = Callable[[Mapping[str, str], str], dict[str, str] | None]
"""Applies an answer to a tree; None if the tool says that it could not."""

FENCED = re.compile(r"^```(?:diff)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Score:
    """Shares in percent, and the mean time of a case in milliseconds."""

    tool: str
    right: float
    silently_wrong: float
    milliseconds: float


def ours(files: Mapping[str, str], answer: str) -> dict[str, str] | None:
    try:
        return apply(files, answer)
    except EditRefused:
        return None


def by_git(files: Mapping[str, str], answer: str) -> dict[str, str] | None:
    return _in_folder(
        files, lambda folder: _run(folder, _diff(answer), "git", "apply", "--recount")
    )


def by_patch(files: Mapping[str, str], answer: str) -> dict[str, str] | None:
    command = ("patch", "-p1", "--batch", "--no-backup-if-mismatch", "--forward")
    return _in_folder(files, lambda folder: _run(folder, _diff(answer), *command))


def by_mpatch(files: Mapping[str, str], answer: str) -> dict[str, str] | None:
    def act(folder: Path) -> bool:
        try:
            patches = mpatch.parse_auto(answer)
            result = mpatch.apply_patches_to_dir_atomic(patches, str(folder))
        except mpatch.MpatchError:
            return False
        return bool(patches) and bool(result.all_succeeded)

    return _in_folder(files, act)


TOOLS: dict[str, Tool] = {
    "galley": ours,
    "git apply --recount": by_git,
    "patch": by_patch,
    "mpatch": by_mpatch,
}


def measured(name: str, tool: Tool, cases: list[Case]) -> Score:
    right = wrong = 0
    start = time.perf_counter()
    for case in cases:
        got = tool(case.before, case.answer)
        right += got == case.tree
        wrong += got is not None and got != case.tree
    took = time.perf_counter() - start
    count = len(cases)
    return Score(name, 100 * right / count, 100 * wrong / count, 1000 * took / count)


def _diff(answer: str) -> str:
    """What a caller of git would hand it: the fenced blocks, or else the whole answer."""
    return "".join(FENCED.findall(answer)) or answer


def _in_folder(files: Mapping[str, str], act: Callable[[Path], bool]) -> dict[str, str] | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in files.items():
            (folder / path).write_bytes(text.encode())
        if not act(folder):
            return None
        found = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes().decode() for path in found}


def _run(folder: Path, text: str, *command: str) -> bool:
    done = subprocess.run(
        command, cwd=folder, input=text.encode(), capture_output=True, check=False
    )
    return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    as_json = parser.parse_args().json
    cases = [*PLACED, *REFUSED, *ALL]
    scores = [measured(name, tool, cases) for name, tool in TOOLS.items()]
    if as_json:
        json.dump([asdict(score) for score in scores], sys.stdout, indent=2)
        return
    print(f"| {len(cases)} answers | right % | silently wrong % | ms per case |")
    print("| --- | ---: | ---: | ---: |")
    for score in scores:
        figures = f"{score.right:.1f} | {score.silently_wrong:.1f} | {score.milliseconds:.1f}"
        print(f"| {score.tool} | {figures} |")


if __name__ == "__main__":
    main()
