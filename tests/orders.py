"""A workspace with a local forge in a temporary folder: what the steps are tested with."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.deadline import Deadline
from agent.forges.local_forge import LocalForge
from agent.intake.attachments import Limits
from agent.intake.material import Intake
from agent.intake.request import Request
from agent.loaded_job import Deadlines, LoadedJob
from agent.loader import Loader
from agent.outbound import Fetched
from agent.ports import Prompt
from agent.start_point import StartPoint
from agent.steps.open import Opening
from agent.usage import Usage
from agent.values import Answer, Brief, Check, CheckKind, DraftContent, Job, Remote, Round
from agent.workspace import Workspace
from agent.workspace.repository import Repository

PAGE = b"<!doctype html>\n<title>Shop</title>\n<p id=total>92.00</p>\n"


class Pocket:
    """An inbox that forgets everything with its process."""

    def __init__(self) -> None:
        self._records: dict[str, bytes] = {}

    def put(self, job_id: str, record: bytes) -> bool:
        return self._records.setdefault(job_id, record) is record

    def get(self, job_id: str) -> bytes | None:
        return self._records.get(job_id)

    def drop(self, job_id: str) -> None:
        self._records.pop(job_id, None)

    def kept_before(self, moment: float) -> list[str]:
        return []


class Clock:
    """The time of one run of a job that nobody cancels."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.is_cancelled = False
        self.is_hurried = False
        self.is_stopping = False


class Shop:
    """A machine: a workspace and an inbox under `root`, a forge, and a loader.

    `links` are the attachments behind URLs: their bytes by URL; `fetched` counts the visits.
    """

    def __init__(self, root: Path, forge: LocalForge | None = None) -> None:
        self.root = root
        self.workspace = Workspace(root)
        self.forge = forge or LocalForge(root / "forge")
        self.inbox = Pocket()
        self.links: dict[str, bytes] = {}
        self.fetched: list[str] = []
        intake = Intake(Limits(), self._fetch)
        start = StartPoint(lambda url, deadline: ())
        self.loader = Loader(self.workspace, self.forge, self.inbox, intake, 0.9, start=start)

    def job(self, task: str = "shop", round_: int = 1, nonce: str = "n", **more: object) -> Job:
        """An accepted request. What is left out is what most tests do not care about."""
        fields = {"brief": "Sell things.", **more, "task": task, "round": round_, "nonce": nonce}
        identity = f"{task}.{round_}.{nonce.encode().hex()}"
        self.inbox.put(identity, Request.read(fields).record())
        return Job(identity, task, round_, time.time() - 1, time.time() + 60)

    def open(self, job: Job) -> Remote:
        return Opening(self.loader, self.workspace, self.forge).open(job, Clock(job.deadline))

    def load(self, job: Job) -> LoadedJob:
        """What the steps of a new run of a job work with."""
        clock = Clock(job.deadline)
        remote = Opening(self.loader, self.workspace, self.forge).open(job, clock)
        return self.loader.load(job, remote, clock)

    def loaded(
        self, task: str = "shop", round_: int = 1, nonce: str = "n", **more: object
    ) -> LoadedJob:
        return self.load(self.job(task, round_, nonce, **more))

    def done(self, loaded: LoadedJob, files: Mapping[str, bytes] | None = None) -> str:
        """The job's round as a commit that is on the forge."""
        round_ = round_record(loaded.round, loaded.job.task, request=loaded.request)
        commit = loaded.repository.commit_round(
            round_, files or {"index.html": PAGE + round_.proof.encode()}
        )
        transport = self.forge.transport()
        assert loaded.repository.push(loaded.remote.git_url, loaded.round, transport)
        return commit

    @contextmanager
    def served(self) -> Iterator[str]:
        """The forge's pages on loopback; gives the base URL."""
        # Imported here because most tests need no server, and it brings the journal with it.
        from agent.web.app import application, site_routes
        from agent.web.local_pages import LocalPages
        from agent.web.server import address_of, bound, in_background

        listener = bound("127.0.0.1", 0)
        with in_background(application(site_routes(LocalPages(self.forge.folder)), 1024), listener):
            yield address_of(listener)

    def _fetch(self, url: str, cap: int, deadline: Deadline) -> Fetched:
        self.fetched.append(url)
        return Fetched(200, self.links[url], "text/csv", url)


def loaded_job(job: Job, remote: Remote, folder: Path) -> LoadedJob:
    """A job whose steps look at nothing but the job itself."""
    deadline = Deadline(job.deadline)
    return LoadedJob(
        job=job,
        remote=remote,
        brief=Brief(job.task, job.round, "Sell things.", "n"),
        request="r1",
        earlier=(),
        earlier_attachments=(),
        repository=Repository(folder),
        deadlines=Deadlines(deadline, deadline, deadline),
    )


def round_record(
    number: int = 1,
    task: str = "shop",
    brief: str = "Sell things.",
    checks: tuple[Check, ...] = (),
    request: str = "",
) -> Round:
    """A round as a commit tells of it."""
    proof = f"{number}/{number} passed"
    return Round(
        number, task, "Sell things", brief, checks, "model", proof, request or f"r{number}"
    )


def content(files: Mapping[str, bytes], summary: str = "Sell things") -> DraftContent:
    return DraftContent(files, summary, "", "model")


def js(text: str, round_: int = 1) -> Check:
    return Check(CheckKind.JS, text, round_)


def sentence(text: str, round_: int = 1) -> Check:
    return Check(CheckKind.SENTENCE, text, round_)


@dataclass(frozen=True)
class Said:
    """A turn of a conversation for records: what a model said when it was asked anything."""

    text: str

    @property
    def turn(self) -> tuple[Prompt, Answer]:
        return Prompt(()), Answer(self.text, "model", Usage(1, 2, None, 0.5))
