"""`python -m agent serve` as a process of its own, with answers of a model laid out beforehand."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

_START_SECONDS = 300.0
_STOP_SECONDS = 60.0
_PACE_SECONDS = 0.05
_ANSWER_SECONDS = 600.0
_LISTENS = re.compile(r"Galley listens on (\S+)")
_PAGES = re.compile(r"Pages are served at (\S+)/pages/")
SECRET = "a-secret-that-callers-share"


@dataclass
class Serving:
    """A running server; `log` is what it wrote to stdout and stderr, `workspace` its folder."""

    url: str
    log: Path
    workspace: Path
    process: subprocess.Popen[bytes]

    @property
    def pages(self) -> str:
        """What the addresses of the local pages begin with."""
        found = _PAGES.search(self.log.read_text(errors="replace"))
        assert found
        return found[1]

    def post(self, task: str, round_: int = 1, **more: Any) -> requests.Response:
        """Send a brief and wait for its job."""
        return self._send(self._body(task, round_, more), {})

    def post_async(self, task: str, round_: int = 1, **more: Any) -> requests.Response:
        """Send a brief and wait for no more than that it is accepted."""
        return self._send(self._body(task, round_, more), {"Prefer": "respond-async"})

    def job(self, id_: str) -> Any:
        """The job as the API tells it."""
        with requests.Session() as session:
            session.trust_env = False
            bearer = {"Authorization": f"Bearer {SECRET}"}
            return session.get(f"{self.url}/jobs/{id_}", headers=bearer, timeout=10).json()

    def _body(self, task: str, round_: int, more: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "email": "student@example.com",
            "secret": SECRET,
            "task": task,
            "round": round_,
            "nonce": f"nonce-{task}-{round_}",
            "brief": f"Say {said(task, round_)}.",
            **more,
        }

    def _send(self, body: dict[str, Any], headers: dict[str, str]) -> requests.Response:
        url = f"{self.url}/api-endpoint"
        with requests.Session() as session:
            session.trust_env = False
            return session.post(url, json=body, headers=headers, timeout=_ANSWER_SECONDS)


@dataclass
class Script:
    """The folder of a scripted model."""

    folder: Path
    _number: int = field(default=0, init=False)

    def page(self, task: str, round_: int = 1, extra: str = "") -> bytes:
        """Lay out the page for a round of a task; its bytes."""
        head = f"<!doctype html>\n<html lang=en>\n<title>{task}</title>\n"
        page = f"{head}<p>{said(task, round_)}</p>\n{extra}</html>\n"
        self.answer(task, round_, f"index.html\n```html\n{page}```\n")
        return page.encode()

    def answer(self, task: str, round_: int, files: str) -> None:
        # The newest comes first: a later round's prompt holds the words of the earlier one too.
        number = 10_000 - self._number
        self._number += 1
        words = f"when: {said(task, round_)}.\nSummary: Say {said(task, round_)}\n\n"
        (self.folder / f"{number}.md").write_text(words + files, encoding="utf-8")


def said(task: str, round_: int) -> str:
    """Words that only this round of this task has."""
    return f"hello from {task} in round {round_}"


@contextmanager
def serving(
    workspace: Path, script: Script, settings: Mapping[str, str], descriptors: int | None = None
) -> Iterator[Serving]:
    """The server, until the block is left, with a limit on its open files where one is given.

    No browser: what it proves is not the matter here.
    """
    limit = f"ulimit -n {descriptors}; " if descriptors else ""
    log = workspace.parent / f"{workspace.name}-{time.time_ns()}.log"
    environment = {
        "HOME": str(Path.home()),  # where the secret scanner keeps its compiled rules
        "PATH": str(only_git(workspace.parent / "bin")),
        "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
        "PYTHONPATH": str(Path.cwd()),
        "PORT": "0",
        "SECRET": SECRET,
        "WORKSPACE": str(workspace),
        "MODEL": f"scripted:{script.folder}",
        "ALLOW_PRIVATE_URLS": "true",
        **settings,
    }
    workspace.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f'{limit}exec "$0" -m agent serve', sys.executable],
            cwd=workspace.parent,
            env=environment,
            stdout=stderr,
            stderr=stderr,
        )
    try:
        yield Serving(address(process, log), log, workspace, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        finally:
            process.kill()
            process.wait()


def only_git(folder: Path) -> Path:
    """A folder for the PATH with git in it and no browser."""
    git = shutil.which("git")
    assert git, "these tests need git"
    folder.mkdir(exist_ok=True)
    (folder / "git").unlink(missing_ok=True)
    (folder / "git").symlink_to(git)
    return folder


def address(process: subprocess.Popen[bytes], log: Path) -> str:
    """The URL that the process says it listens on, once it answers there."""
    ends_at = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends_at:
        found = _LISTENS.search(log.read_text(errors="replace"))
        if found and answers(found[1]):
            return found[1]
        try:
            process.wait(_PACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the server has ended: {log.read_text()}")
    raise AssertionError(f"no server after {_START_SECONDS} s: {log.read_text()}")


def answers(url: str) -> bool:
    try:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{url}/health", timeout=1).ok
    except requests.RequestException:
        return False
