"""The story of a task, read from git alone: what was asked, said, tried, seen and sent."""

import json
import re
from typing import Any

from agent.workspace import Workspace, asked
from agent.workspace.repository import Repository, evidence_ref


def story(workspace: Workspace, task: str) -> list[dict[str, Any]]:
    """Each repository of the task, oldest first, with its rounds."""
    pattern = re.compile(re.escape(task) + r"(-[0-9]+)?", re.IGNORECASE)
    found = (path.name for path in workspace.repos.iterdir() if pattern.fullmatch(path.name))
    names = sorted(found, key=lambda name: (len(name), name))
    told = [_repository(workspace.repository(name)) for name in names]
    return [repository for repository in told if repository["task"] == task]


def _repository(repository: Repository) -> dict[str, Any]:
    committed = {round_.number: (round_, commit) for round_, commit in repository.rounds()}
    with_evidence = {int(ref.rpartition("/")[2]) for ref in repository.refs("refs/evidence/")}
    rounds = [
        _round(repository, number, committed.get(number))
        for number in sorted(committed.keys() | with_evidence)
    ]
    task = next((told["task"] for told in rounds if told["task"]), "")
    return {"task": task, "repository": str(repository.path), "rounds": rounds}


def _round(repository: Repository, number: int, committed: Any) -> dict[str, Any]:
    request = asked(repository, number) or {}
    round_, commit = committed or (None, None)
    return {
        "round": number,
        "task": request.get("task") or (round_.task if round_ else ""),
        "brief": request.get("brief") or (round_.brief if round_ else ""),
        "attempts": _attempts(repository, number),
        "commit": commit.hexsha if commit else None,
        "proof": round_.proof if round_ else None,
        "publication": _json(repository, number, "publication.json"),
        "receipt": _json(repository, number, "receipt.json"),
    }


def _attempts(repository: Repository, number: int) -> list[dict[str, Any]]:
    evidence = repository.evidence(number)
    numbers = {int(path.split("/")[1]) for path in evidence if path.startswith("attempts/")}
    return [
        {
            "attempt": attempt,
            "ref": f"refs/attempts/{number}/{attempt}",
            "asked": f"git show {evidence_ref(number)}:attempts/{attempt}/prompt.md",
            "said": f"git show {evidence_ref(number)}:attempts/{attempt}/answer.md",
            "usage": _json(repository, number, f"attempts/{attempt}/usage.json"),
            "proof": _json(repository, number, f"attempts/{attempt}/proof.json"),
            "refused": (evidence.get(f"attempts/{attempt}/refused.txt") or b"").decode().strip(),
        }
        for attempt in sorted(numbers)
    ]


def _json(repository: Repository, number: int, path: str) -> Any:
    record = repository.read(evidence_ref(number), path)
    return json.loads(record) if record else None
