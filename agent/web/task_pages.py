"""The story of a task as pages, all from git: rounds, attempts, changes, files, downloads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from agent.errors import WorkspaceError
from agent.site_archive import archive
from agent.story import Order, names_of_task, orders_of, tasks
from agent.web.access import AccessControl
from agent.web.highlighting import FileChange, changes, coloured, readable
from agent.web.job_evidence import AttemptRecord, attempts_of
from agent.web.page_response import inert, page
from agent.workspace import Workspace
from agent.workspace.repository import Repository

T = TypeVar("T")


@dataclass(frozen=True)
class TriedDraft:
    """An attempt, what it changed, and the conversation that it came of."""

    record: AttemptRecord
    changes: list[FileChange]
    prompt: str
    answer: str


@dataclass(frozen=True)
class RoundStory:
    """A round as its page shows it; `key` finds its evidence again."""

    key: str
    story: Mapping[str, Any]
    request: Mapping[str, Any]
    attachments: tuple[str, ...]
    attempts: list[TriedDraft]
    paths: list[str]


@dataclass(frozen=True)
class TaskPages:
    """Works without the journal."""

    access: AccessControl
    workspace: Workspace

    async def overview(self, http: Request) -> Response:
        self.access.require(http)
        found = await run_in_threadpool(tasks, self.workspace)
        return page(http, self.access, "tasks", tasks=found)

    async def show(self, http: Request) -> Response:
        task = http.path_params["task"]
        told = await self._read(http, self._told)
        return page(http, self.access, "task", task=task, repositories=told)

    async def files(self, http: Request) -> Response:
        """A file of a round, coloured; its bytes with `?raw`."""
        content = await self._read(http, self._file)
        path = http.path_params["path"]
        if "raw" in http.query_params:
            return inert(content, "application/octet-stream", download_as=_safe(path))
        text = readable(content)
        lines = coloured(path, text) if text else ()
        names = dict(http.path_params)
        return page(http, self.access, "file", lines=lines, size=len(content), **names)

    async def zip(self, http: Request) -> Response:
        """The round's files as they were committed, readable from a disk."""
        packed = await self._read(http, self._packed)
        name = f"{_safe(http.path_params['task'])}-round-{http.path_params['round']}.zip"
        return inert(packed, "application/zip", download_as=name)

    async def picture(self, http: Request) -> Response:
        return inert(await self._read(http, self._picture), "image/png")

    async def _read(self, http: Request, read: Callable[[Mapping[str, Any]], T]) -> T:
        """Raises HTTPException 401, 404."""
        self.access.require(http)
        try:
            return await run_in_threadpool(read, http.path_params)
        except WorkspaceError as error:
            raise HTTPException(404, str(error)) from None

    def _told(self, names: Mapping[str, Any]) -> list[tuple[str, list[RoundStory]]]:
        """The repositories of the task, newest first, with their rounds, newest first."""
        told = []
        for name in reversed(names_of_task(self.workspace, names["task"])):
            with self.workspace.repository(name) as repository:
                orders = orders_of(repository)
                if any(order.task == names["task"] for order in orders):
                    rounds = [_round_story(repository, order, orders) for order in orders]
                    told.append((name, rounds[::-1]))
        if not told:
            raise HTTPException(404, f"nothing is known of task {names['task']} here")
        return told

    def _file(self, names: Mapping[str, Any]) -> bytes:
        with self._repository(names) as repository:
            found = repository.read(_tag(names), names["path"])
        if found is None:
            raise HTTPException(404, f"round {names['round']} has no file {names['path']}")
        return found

    def _packed(self, names: Mapping[str, Any]) -> bytes:
        tag = _tag(names)
        with self._repository(names) as repository:
            if repository.resolve(tag) is None:
                raise HTTPException(404, f"there is no round {names['round']}")
            return archive(repository.files(tag), repository.name, repository.committed_at(tag))

    def _picture(self, names: Mapping[str, Any]) -> bytes:
        path = f"attempts/{names['attempt']}/{names['name']}"
        with self._repository(names) as repository:
            found = repository.read(f"{names['key'].replace('~', '/')}", path)
        if found is None or not names["name"].endswith(".png"):
            raise HTTPException(404, "there is no such picture")
        return found

    def _repository(self, names: Mapping[str, Any]) -> Repository:
        """The one that the address names, or else the task's newest. Raises HTTPException 404."""
        known = names_of_task(self.workspace, names["task"])
        wanted = names.get("repo", known[-1] if known else "")
        if wanted not in known:
            raise HTTPException(404, f"nothing is known of task {names['task']} here")
        return self.workspace.repository(wanted)


def _round_story(repository: Repository, order: Order, orders: list[Order]) -> RoundStory:
    newest = {each.number: each for each in orders}
    story = order.story(is_superseded=newest[order.number] is not order)
    before = next((e.commit for e in reversed(orders) if e.commit and e.number < order.number), "")
    base = repository.files(before) if before else {}
    attempts = []
    for record in attempts_of(order.files, story):
        ref = f"{order.refs}/attempts/{order.number}/{record.number}"
        files = repository.files(ref) if repository.resolve(ref) else {}
        changed = changes(base, files) if files else []
        folder = f"attempts/{record.number}"
        prompt, answer = (
            order.files.get(f"{folder}/{name}", b"").decode(errors="replace")
            for name in ("prompt.md", "answer.md")
        )
        attempts.append(TriedDraft(record, changed, prompt, answer))
        base = files or base
    return RoundStory(
        key=order.evidence.replace("/", "~"),
        story=story,
        request=order.request,
        attachments=tuple(each["name"] for each in order.request.get("attachments", ())),
        attempts=attempts,
        paths=repository.paths(order.commit) if order.commit else [],
    )


def _tag(names: Mapping[str, Any]) -> str:
    return f"refs/tags/round-{names['round']}"


def _safe(path: str) -> str:
    """The file's name as a header may have it."""
    name = path.rsplit("/", 1)[-1]
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
