"""The story of a task, read from git: what was asked, said, tried, seen and sent."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.errors import IntakeError, WorkspaceError
from agent.intake.request import Request
from agent.values import Round, is_success
from agent.workspace import REQUEST, Workspace
from agent.workspace.repository import Repository

_EVIDENCE = re.compile(r"(refs(?:/superseded/(\d+))?)/evidence/(\d+)")
_ATTEMPT = re.compile(r"attempts/(\d+)/")


FailureOf = Callable[[Mapping[str, Any]], str]
"""Why the job of a recorded request ended before it was done; empty where that is not known."""


def _not_known(request: Mapping[str, Any]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a round: its evidence, its commit on `main`, or both.

    `refs` is what its refs begin with: `refs`, or `refs/superseded/<n>` since it was ordered anew.
    """

    number: int
    refs: str
    files: Mapping[str, bytes]
    round: Round | None
    commit: str | None

    @property
    def evidence(self) -> str:
        return f"{self.refs}/evidence/{self.number}"

    @property
    def request(self) -> dict[str, Any]:
        return self.json(REQUEST) or {}

    @property
    def task(self) -> str:
        return self.request.get("task") or (self.round.task if self.round else "")

    def story(
        self, failure_of: FailureOf = _not_known, is_superseded: bool = False
    ) -> dict[str, Any]:
        """The order's round as it is told."""
        return _round(self, failure_of, is_superseded)

    def json(self, path: str) -> Any:
        record = self.files.get(path)
        return json.loads(record) if record else None


def story(
    workspace: Workspace, task: str, failure_of: FailureOf = _not_known
) -> list[dict[str, Any]]:
    """Each repository of the task, oldest first, with its rounds."""
    told = [
        _repository(workspace.repository(name), failure_of)
        for name in names_of_task(workspace, task)
    ]
    return [repository for repository in told if repository["task"] == task]


def names_of_task(workspace: Workspace, task: str) -> list[str]:
    """The repositories that a task may have, by their names; the older before the newer."""
    pattern = re.compile(re.escape(task) + r"(-[0-9]+)?", re.IGNORECASE)
    return [name for name in _names(workspace) if pattern.fullmatch(name)]


def newest(workspace: Workspace, task: str) -> Repository | None:
    """The newest repository of the task that has a commit."""
    for name in reversed(_names(workspace)):
        with workspace.repository(name) as repository:
            if repository.head and _task_of(repository) == task:
                return repository
    return None


def tasks(workspace: Workspace) -> list[str]:
    """Every task that has a story."""
    found = {_task_of(workspace.repository(name)) for name in _names(workspace)}
    return sorted(found - {""}, key=str.casefold)


def _task_of(repository: Repository) -> str:
    """Whose repository it is, by its commits or its requests; empty where it cannot be read."""
    try:
        if rounds := repository.rounds():
            return rounds[-1][0].task
        refs = (ref for ref in repository.refs("refs/") if _EVIDENCE.fullmatch(ref))
        records = (repository.read(ref, REQUEST) for ref in refs)
        return next((str(json.loads(record)["task"]) for record in records if record), "")
    except WorkspaceError:
        return ""


def _names(workspace: Workspace) -> list[str]:
    """The repositories; of one task the older before the newer."""
    found = (path.name for path in workspace.repos.iterdir())
    return sorted(found, key=lambda name: (len(name), name))


def _repository(repository: Repository, failure_of: FailureOf) -> dict[str, Any]:
    orders = orders_of(repository)
    newest = {order.number: order for order in orders}
    return {
        "task": _task(orders),
        "repository": str(repository.path),
        "rounds": [
            order.story(failure_of, is_superseded=order is not newest[order.number])
            for order in orders
        ],
    }


def _task(orders: list[Order]) -> str:
    return next((order.task for order in orders if order.task), "")


def orders_of(repository: Repository) -> list[Order]:
    """Round by round, and of the orders of a round the older before the newer."""
    committed = {made.request: (made, commit.hexsha) for made, commit in repository.rounds()}
    with_evidence = list(_with_evidence(repository, committed))
    known = {order.commit for order in with_evidence}
    without = [
        Order(made.number, "refs", {}, made, commit)
        for made, commit in committed.values()
        if commit not in known
    ]
    return sorted([*without, *with_evidence], key=lambda order: order.number)


def _with_evidence(
    repository: Repository, committed: Mapping[str, tuple[Round, str]]
) -> Iterator[Order]:
    refs = {**repository.refs("refs/superseded/"), **repository.refs("refs/evidence/")}
    found = [match for ref in refs if (match := _EVIDENCE.fullmatch(ref))]
    for match in sorted(found, key=lambda m: (m[2] is None, int(m[2] or 0), int(m[3]))):
        files = repository.files(match[0])
        made, commit = committed.get(_request_id(files), (None, None))
        yield Order(int(match[3]), match[1], files, made, commit)


def _request_id(files: Mapping[str, bytes]) -> str:
    """What the commit that answers this order says of its request."""
    record = files.get(REQUEST)
    try:
        return Request.read(json.loads(record)).digest[:16] if record else ""
    except IntakeError:  # of a Galley that took other requests than this one
        return ""


def _round(order: Order, failure_of: FailureOf, is_superseded: bool) -> dict[str, Any]:
    receipt = order.json("receipt.json")
    return {
        "round": order.number,
        "superseded": is_superseded,
        "task": order.task,
        "brief": order.request.get("brief") or (order.round.brief if order.round else ""),
        "attempts": _attempts(order),
        "commit": order.commit,
        "proof": order.round.proof if order.round else None,
        "publication": order.json("publication.json"),
        "receipt": receipt,
        "failure": failure_of(order.request) if order.request and not _is_final(receipt) else "",
    }


def _is_final(receipt: Mapping[str, Any] | None) -> bool:
    """Whether a job was done with that: nobody was to be notified, or somebody was."""
    if receipt is None:
        return False
    return not receipt["tries"] or is_success(receipt["tries"][-1]["status"])


def find_evidence(
    repository: Repository, number: int, is_wanted: Callable[[Mapping[str, Any]], bool]
) -> str:
    """The ref of the evidence whose request is wanted; empty where there is none."""
    refs = {**repository.refs("refs/evidence/"), **repository.refs("refs/superseded/")}
    for ref in refs:
        found = _EVIDENCE.fullmatch(ref)
        record = repository.read(ref, REQUEST) if found and int(found[3]) == number else None
        if record and is_wanted(json.loads(record)):
            return ref
    return ""


def order_at(repository: Repository, ref: str) -> Order:
    """The order whose evidence is at a ref."""
    found = _EVIDENCE.fullmatch(ref)
    if found is None:
        raise AssertionError(f"{ref} is no evidence")
    number = int(found[3])
    return Order(number, found[1], repository.files(ref), None, None)


def _attempts(order: Order) -> list[dict[str, Any]]:
    numbers = {int(found[1]) for path in order.files if (found := _ATTEMPT.match(path))}
    return [
        {
            "attempt": attempt,
            "ref": f"{order.refs}/attempts/{order.number}/{attempt}",
            "asked": f"git show {order.evidence}:attempts/{attempt}/prompt.md",
            "said": f"git show {order.evidence}:attempts/{attempt}/answer.md",
            "usage": order.json(f"attempts/{attempt}/usage.json"),
            "proof": order.json(f"attempts/{attempt}/proof.json"),
            "polish": order.json(f"attempts/{attempt}/polish.json"),
            "review": order.json(f"attempts/{attempt}/review.json"),
            "refused": order.files.get(f"attempts/{attempt}/refused.txt", b"").decode().strip(),
        }
        for attempt in sorted(numbers)
    ]
