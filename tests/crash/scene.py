"""A server that is killed and started again, an evaluator, and what must be true in the end."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from agent.inbox import FolderInbox, TableInbox
from agent.jobs import JobDatabase, JobRecord, Jobs, State
from agent.workspace import git_environment
from agent.workspace.repository import Repository

SECRET = "a-secret-that-callers-share"
_START_SECONDS = 60.0


@dataclass
class Evaluator:
    """What was notified, and under which key."""

    url: str
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def evaluating() -> Iterator[Evaluator]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            evaluator.told.append((self.headers["Idempotency-Key"], payload))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: `told` has it all."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    evaluator = Evaluator(f"http://127.0.0.1:{server.server_port}/notify")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield evaluator
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Scene:
    """A workspace with a server on it that may die; `accepted` are the jobs it answered for."""

    root: Path
    evaluator: Evaluator
    settings: Mapping[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    crashes: int = 0
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(
        self, crash_at: str = "", command: str = "serve", **settings: str
    ) -> subprocess.Popen[bytes]:
        """A process on the workspace, or where the settings say, without waiting for it."""
        self.root.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": os.getcwd(),
            "PORT": str(self.port or _free_port()),
            "SECRET": SECRET,
            "WORKSPACE": str(self.workspace),
            "ALLOW_PRIVATE_URLS": "true",
            "CRASH_AT": crash_at,
            **self.settings,
            **settings,
        }
        self.port = self.port or int(environment["PORT"])
        with (self.root / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.server", command],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # its process group is signalled, and is not the test's
            )
        if command == "serve":
            self.process = process
        return process

    def until_ready(self) -> None:
        ends_at = time.monotonic() + _START_SECONDS
        while not self._is_healthy():
            assert self.process
            self._insist(self.process.poll() is None and time.monotonic() < ends_at)
            time.sleep(0.05)

    def _is_healthy(self) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=2).ok
        except requests.RequestException:
            return False

    def body(self, task: str, round_: int, nonce: str = "") -> dict[str, Any]:
        return {
            "email": "student@example.com",
            "secret": SECRET,
            "task": task,
            "round": round_,
            "nonce": nonce or f"{task}-{round_}",
            "brief": f"Say hello to {task} in round {round_}",
            "evaluation_url": self.evaluator.url,
        }

    def submit(self, task: str, round_: int = 1, nonce: str = "") -> str | None:
        """The job, once it is accepted; None where no answer came."""
        try:
            answer = requests.post(
                f"{self.url}/api-endpoint",
                json=self.body(task, round_, nonce),
                headers={"Prefer": "respond-async"},
                timeout=30,
            )
        except requests.RequestException:
            return None
        if answer.status_code != 202:
            return None
        job = str(answer.json()["job"])
        self.accepted.add(job)
        return job

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.crashes += 1

    def wait_for_death(self, seconds: float = 60) -> None:
        assert self.process
        assert self.process.wait(seconds) == -signal.SIGKILL, self.log()
        self.crashes += 1

    def wait_for_stop(self, seconds: float = 60) -> None:
        """Until the server has ended by itself, after a signal that it took for an order."""
        assert self.process
        assert self.process.wait(seconds) in (0, 128 + signal.SIGINT), self.log()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    @contextmanager
    def jobs(self) -> Iterator[Jobs]:
        url = self.settings.get("DATABASE_URL", "")
        inbox = TableInbox(url) if url else FolderInbox(self.workspace / "inbox")
        jobs = Jobs(JobDatabase(self.workspace, url), inbox, 60)
        try:
            yield jobs
        finally:
            jobs.stop()

    def until_final(self, seconds: float = 120) -> None:
        ends_at = time.monotonic() + seconds
        with self.jobs() as jobs:
            while jobs.are_final(list(self.accepted)) != self.accepted:
                self._insist(time.monotonic() < ends_at)
                time.sleep(0.1)

    def _insist(self, claim: bool) -> None:
        """Where the claim does not hold, fail with the log and leave no server behind."""
        if not claim:
            if self.process:
                self.process.kill()
            raise AssertionError(self.log())

    def log(self) -> str:
        return (self.root / "log").read_text(errors="replace")[-6000:]


@dataclass
class Findings:
    """The counts that `make crash` prints; every one but the first three is to be 0."""

    accepted: int = 0
    crashes: int = 0
    notified_again: int = 0
    notified_too_often: int = 0
    lost: int = 0
    failed: int = 0
    doubled: int = 0
    wrongly_notified: int = 0
    not_notified: int = 0
    keys_that_changed: int = 0
    crooked_histories: int = 0
    broken_repositories: int = 0
    broken_journals: int = 0

    def add(self, other: "Findings") -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def is_fine(self) -> bool:
        harmless = {"accepted", "crashes", "notified_again"}
        return not any(value for name, value in vars(self).items() if name not in harmless)

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in vars(self).items())


def findings(scene: Scene) -> Findings:
    """Judge a scene whose jobs have ended and whose server is stopped."""
    with scene.jobs() as jobs:
        records = {job: jobs.find(job) for job in scene.accepted}
    found = Findings(accepted=len(scene.accepted), crashes=scene.crashes)
    done = {job: r for job, r in records.items() if r and r.state is State.DONE}
    found.lost = sum(record is None or not record.state.is_final for record in records.values())
    found.failed = len(records) - found.lost - len(done)
    _judge_notifications(scene, done, found)
    forge = Path(scene.settings.get("FORGE_FOLDER") or scene.workspace / "forge")
    for bare in sorted(forge.glob("*.git")):
        _judge_repository(bare, found)
    for clone in sorted(scene.root.glob("*/repos/*")):
        found.broken_repositories += not _git(clone, "fsck", "--strict", "--no-dangling")[0]
    if not scene.settings.get("DATABASE_URL"):
        connection = sqlite3.connect(scene.workspace / "jobs.sqlite")
        found.broken_journals += connection.execute("PRAGMA integrity_check").fetchone() != ("ok",)
        connection.close()
    return found


def _judge_notifications(scene: Scene, done: Mapping[str, JobRecord], found: Findings) -> None:
    tries: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for key, payload in scene.evaluator.told:
        place = (payload["task"], payload["round"])
        tries.setdefault(place, []).append((key, payload["commit_sha"]))
    for record in done.values():
        told = tries.get((record.job.task, record.job.round), [])
        commit = record.publication.revision.commit if record.publication else ""
        found.not_notified += not told
        found.notified_again += max(0, len(told) - 1)
        found.notified_too_often += len(told) - 1 > scene.crashes
        found.keys_that_changed += len({key for key, _ in told}) > 1
        found.wrongly_notified += sum(sha != commit for _, sha in told)


def _judge_repository(bare: Path, found: Findings) -> None:
    fine, _ = _git(bare, "fsck", "--strict", "--no-dangling")
    found.broken_repositories += not fine
    has_main, commits = _git(bare, "rev-list", "--first-parent", "refs/heads/main")
    if not has_main:
        return
    _, merges = _git(bare, "rev-list", "--min-parents=2", "refs/heads/main")
    found.crooked_histories += bool(merges.split())
    rounds = Counter(round_.request for round_, _ in Repository(bare).rounds())
    found.doubled += sum(count - 1 for count in rounds.values())
    found.doubled += len(commits.split()) - sum(rounds.values())


def _git(path: Path, *command: str) -> tuple[bool, str]:
    done = subprocess.run(
        ["git", "-C", str(path), *command],
        env={**os.environ, **git_environment.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
