"""A round on top of an existing repository, from a path of `run` and from a URL over HTTP."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import IntakeError
from agent.start_point import StartPoint
from agent.workspace.repository import MAIN, Repository
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving
from tests.end_to_end.test_local import Command
from tests.forges.test_http_backend import Backend
from tests.github.server import GitHub

THEIRS = {"index.html": "<p>theirs</p>\n", "style.css": "p { color: red }\n"}


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    backend = Backend(tmp_path / "forge", is_public=True)
    backend.door.start()
    yield backend
    backend.door.stop()
    assert backend.broken == []


def existing(folder: Path) -> str:
    """A repository of somebody, whose branch is not called main; its commit."""
    folder.mkdir()
    for name, content in THEIRS.items():
        (folder / name).write_text(content)
    _git(folder, "init", "-q", "-b", "trunk")
    _git(folder, "add", ".")
    _git(folder, "-c", "user.name=P", "-c", "user.email=p@x", "commit", "-qm", "Begin")
    return _git(folder, "rev-parse", "HEAD")


def test_run_puts_the_round_on_top_of_a_repository_at_a_path(tmp_path: Path) -> None:
    command = Command(tmp_path)
    theirs = existing(tmp_path / "theirs")
    page = command.script.page("begun")

    ran = command("run", command.brief("begun"), "--from", "theirs")

    assert ran.returncode == 0, ran.stderr
    made = Repository(tmp_path / "workspace/repos/begun")
    assert made.read(MAIN, "index.html") == page
    assert made.read(MAIN, "style.css") == THEIRS["style.css"].encode()
    assert _git(made.path, "rev-parse", "HEAD^") == theirs
    on_forge = Repository(tmp_path / "workspace/forge/begun.git")
    assert on_forge.head == made.head


def test_a_request_starts_from_a_url_and_its_next_round_goes_on(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    backend: Backend,
    tmp_path: Path,
) -> None:
    existing(tmp_path / "theirs")
    url = backend.add("theirs")
    _git(tmp_path / "theirs", "push", "-q", tmp_path / "forge/theirs.git", "trunk")
    pages = [script.page("onward"), script.page("onward", 2)]

    answers = [
        galley.post("onward", n, evaluation_url=evaluator.url, start_from=url) for n in (1, 2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    repository = github.repository("octocat/onward")
    assert len(repository.history("main")) == 3
    assert [evaluator.of("onward", n)[0].page for n in (1, 2)] == pages
    clone = galley.workspace / "repos" / "onward"
    assert (clone / "style.css").read_text() == THEIRS["style.css"]
    assert "notes" not in answers[1].json()


def test_a_later_round_that_names_another_start_is_told_that_it_was_not_used(
    galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    for number in (1, 2):
        script.page("begun", number)
    galley.post("begun", evaluation_url=evaluator.url)

    answer = galley.post(
        "begun", 2, evaluation_url=evaluator.url, start_from="https://example.com/theirs.git"
    )

    [note] = answer.json()["notes"]
    assert note.startswith("start_from was not used: ")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/etc", "`galley run` takes a path"),
        ("file:///etc", "expected an http:// or https:// URL"),
        ("https://me:key@example.com/x.git", "without credentials"),
    ],
)
def test_a_request_that_may_not_start_there_is_refused(
    galley: Serving, evaluator: Evaluator, source: str, words: str
) -> None:
    answer = galley.post("nowhere", evaluation_url=evaluator.url, start_from=source)

    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert "key" not in answer.text


def test_a_repository_that_cannot_be_fetched_leaves_nothing_on_the_forge(
    github: GitHub, galley: Serving, evaluator: Evaluator, backend: Backend
) -> None:
    gone = f"{backend.add('empty').removesuffix('empty.git')}empty.git"

    answer = galley.post("hollow", evaluation_url=evaluator.url, start_from=gone)

    assert answer.status_code == 500
    assert "start_from: " in answer.json()["message"]
    assert "it has no commits yet" in answer.json()["message"]
    assert [each for each in github.repositories if each.name == "hollow"] == []


def test_git_connects_to_the_addresses_that_were_admitted(backend: Backend, tmp_path: Path) -> None:
    existing(tmp_path / "theirs")
    url = backend.add("theirs").replace("127.0.0.1", "pinned.invalid")
    _git(tmp_path / "theirs", "push", "-q", tmp_path / "forge/theirs.git", "trunk")
    repository = Repository.create(tmp_path / "made")

    StartPoint(lambda url, deadline: ("127.0.0.1",)).fetch(repository, url, Deadline.within(60))

    assert repository.resolve("refs/start/head")


def test_an_address_that_is_not_allowed_is_not_asked(backend: Backend, tmp_path: Path) -> None:
    def refuse(url: str, deadline: Deadline) -> tuple[str, ...]:
        raise IntakeError("refused: 127.0.0.1 is an address of this machine")

    with pytest.raises(IntakeError, match="refused"):
        StartPoint(refuse).fetch(
            Repository.create(tmp_path / "made"), backend.add("theirs"), Deadline.within(60)
        )

    assert backend.asked == []


def _git(folder: Path, *arguments: str | Path) -> str:
    answered = subprocess.run(
        ["git", "-C", folder, *arguments], capture_output=True, text=True, check=True
    )
    return answered.stdout.strip()
