"""The plain clients that drive the test GitHub: `requests` and the git command itself."""

import base64
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import requests

from .server import GitHub

PATIENCE_SECONDS = 60.0
CALL_TIMEOUT_SECONDS = 60.0

T = TypeVar("T")


class Api:
    """The REST API as one token sees it; None for nobody's."""

    def __init__(self, github: GitHub, token: str | None) -> None:
        self._github = github
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """One call below the base path, without retries."""
        headers = {**self._headers, **options.pop("headers", {})}
        options.setdefault("timeout", CALL_TIMEOUT_SECONDS)
        return requests.request(method, self._github.api_url + path, headers=headers, **options)

    def create(self, name: str = "todo", **wished: Any) -> requests.Response:
        """Ask for a repository of one's own."""
        return self.call("POST", "/user/repos", json={"name": name, **wished})


class WorkTree:
    """A git work tree on disk whose remote is a repository of the test GitHub."""

    def __init__(self, folder: Path, github: GitHub, token: str | None) -> None:
        self.folder = folder
        self._github = github
        self._token = token
        folder.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git here, nobody's configuration read, the token in the environment only."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=CALL_TIMEOUT_SECONDS,
            check=False,
        )

    def commit(self, files: dict[str, str], message: str = "Round 1") -> str:
        """Write the files, commit them, and return the sha."""
        if not (self.folder / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD").stdout.strip()

    def push(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Push main to `owner/name`."""
        return self.git("push", *options, self.url(name), "main")

    def clone(self, name: str) -> subprocess.CompletedProcess[str]:
        """Clone `owner/name` into this folder."""
        return self.git("clone", "--quiet", self.url(name), ".")

    def url(self, name: str) -> str:
        """The address of a repository, without credentials."""
        return f"{self._github.url}/{name}.git"

    def _environment(self) -> dict[str, str]:
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Octo Cat",
            "GIT_AUTHOR_EMAIL": "octocat@users.noreply.example",
            "GIT_COMMITTER_NAME": "Octo Cat",
            "GIT_COMMITTER_EMAIL": "octocat@users.noreply.example",
        }
        if self._token:
            credentials = base64.b64encode(f"x-access-token:{self._token}".encode()).decode()
            environment |= {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{self._github.url}/.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {credentials}",
            }
        return environment


def eventually(look: Callable[[], T], wanted: Callable[[T], bool]) -> T:
    """What `look` sees once it is wanted; AssertionError with the last sight after a minute."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    seen = look()
    while not wanted(seen):
        assert time.monotonic() < ends_at, f"still {seen!r} after {PATIENCE_SECONDS} s"
        seen = look()
    return seen
