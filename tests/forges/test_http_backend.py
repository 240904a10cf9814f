"""Git's own HTTP server, `git http-backend`, in the place of the test GitHub's."""

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import ForgeError
from agent.forges.github import GitHubForge
from agent.forges.rest import Rest
from agent.workspace.repository import Repository
from tests.github.wire import Listener, Request, Response, text_response
from tests.orders import round_record

TOKEN = "gho_" + "a1B2c3D4e5" * 3
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
MEBIBYTE = 1024 * 1024


class Backend:
    """Bare repositories under a folder, for whoever has the token, or for all where it
    `is_public`; `asked` are the requests."""

    def __init__(self, folder: Path, *, is_public: bool = False) -> None:
        self._folder = folder
        self._is_public = is_public
        self.asked: list[Request] = []
        self.broken: list[str] = []
        self.door = Listener(self._answer, self.broken.append)

    def add(self, name: str) -> str:
        """A new bare repository, whose own branch has another name than ours; its address."""
        path = self._folder / f"{name}.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "trunk", path], check=True)
        subprocess.run(["git", "-C", path, "config", "http.receivepack", "true"], check=True)
        return f"{self.door.url}/{name}.git"

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        may_ask = self._is_public or request.headers.get("Authorization") == f"Basic {BASIC}"
        if not may_ask:
            challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'}
            return text_response(401, "No anonymous access.", challenge)
        return _cgi_response(
            subprocess.run(
                ["git", "http-backend"],
                input=request.body,
                env={"PATH": os.environ["PATH"], **self._cgi_variables(request)},
                capture_output=True,
                check=True,
            ).stdout
        )

    def _cgi_variables(self, request: Request) -> dict[str, str]:
        """RFC 3875, 4.1, and what git-http-backend(1) wants besides."""
        return {
            "CONTENT_LENGTH": str(len(request.body)),
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(self._folder),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "PATH_INFO": request.path,
            "QUERY_STRING": request.raw_query,
            "REMOTE_USER": "octocat",
            "REQUEST_METHOD": request.method,
        }


def _cgi_response(written: bytes) -> Response:
    head, _, body = written.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return Response(int(headers.pop("Status", "200").split()[0]), headers, body)


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    backend = Backend(tmp_path / "forge")
    backend.door.start()
    yield backend
    backend.door.stop()
    assert backend.broken == []


def forge(backend: Backend, token: str = TOKEN) -> GitHubForge:
    return GitHubForge(Rest(backend.door.url, token, "tests", 10), backend.door.url, token, "")


def test_rounds_are_pushed_and_cloned(
    backend: Backend, repository: Repository, tmp_path: Path
) -> None:
    url, transport = backend.add("todo"), forge(backend).transport()
    assert repository.push(url, 1, transport)
    repository.commit_round(round_record(2), {"index.html": b"hello again\n"})
    assert repository.push(url, 2, transport)

    clone = Repository.create(tmp_path / "clone")
    fetched = clone.fetch(url, transport)

    assert fetched == repository.head
    assert clone.refs("refs/tags").keys() == {"refs/tags/round-1", "refs/tags/round-2"}


def test_a_repository_without_commits_has_nothing_to_fetch(
    backend: Backend, repository: Repository
) -> None:
    assert repository.fetch(backend.add("todo"), forge(backend).transport()) is None


def test_what_others_pushed_is_never_pushed_over(
    backend: Backend, repository: Repository, tmp_path: Path
) -> None:
    url, transport = backend.add("todo"), forge(backend).transport()
    assert repository.push(url, 1, transport)
    shutil.copytree(tmp_path / "todo", tmp_path / "other")
    other = Repository(tmp_path / "other")
    other.commit_round(round_record(2), {"index.html": b"hello\n", "notes.txt": b"theirs\n"})
    assert other.push(url, 2, transport)
    repository.commit_round(round_record(2, brief="Else."), {"index.html": b"ours\n"})

    assert not repository.push(url, 2, transport)
    theirs = repository.fetch(url, transport)
    assert theirs
    assert theirs == other.head
    repository.move_onto(theirs, 2)
    assert repository.push(url, 2, transport)

    assert repository.files("refs/heads/main") == {
        "index.html": b"ours\n",
        "notes.txt": b"theirs\n",
    }


def test_a_large_push_comes_whole_with_its_length(backend: Backend, tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "large")
    repository.commit_round(round_record(), {"photo.bin": os.urandom(3 * MEBIBYTE)})

    assert repository.push(backend.add("large"), 1, forge(backend).transport())

    [pushed] = [asked for asked in backend.asked if asked.method == "POST"]
    assert int(pushed.headers["Content-Length"]) > 3 * MEBIBYTE
    assert "Transfer-Encoding" not in pushed.headers


def test_a_token_that_is_not_taken_is_named(backend: Backend, repository: Repository) -> None:
    url = backend.add("todo")

    with pytest.raises(ForgeError, match="did not take GITHUB_TOKEN") as refused:
        repository.push(url, 1, forge(backend, "gho_wrong").transport())

    assert "gho_wrong" not in str(refused.value)


def test_a_repository_that_is_not_there_is_named(backend: Backend, repository: Repository) -> None:
    backend.add("todo")

    with pytest.raises(ForgeError, match="it is gone, or GITHUB_TOKEN may not see it"):
        repository.push(f"{backend.door.url}/gone.git", 1, forge(backend).transport())
