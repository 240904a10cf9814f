import threading
from itertools import islice
from pathlib import Path

import pytest

from agent.workspace import Workspace, names_of, requested
from agent.workspace.repository import Repository


def test_a_tasks_repositories_are_numbered_from_the_second() -> None:
    assert list(islice(names_of("app"), 3)) == ["app", "app-2", "app-3"]


def test_a_repository_is_found_whatever_the_case_of_its_letters(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.add("App", lambda repository: None)

    found = workspace.find("aPP")

    assert found is not None
    assert found.name == "App"
    assert workspace.add("app", lambda repository: None) is None
    assert workspace.find("ap") is None


def test_a_repository_appears_filled_or_not_at_all(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    def fill(repository: Repository) -> None:
        repository.record_evidence(1, {"request.json": b"{}"})
        raise RuntimeError("the power went off")

    with pytest.raises(RuntimeError):
        workspace.add("app", fill)

    assert workspace.find("app") is None
    assert [path.name for path in tmp_path.iterdir()] == ["repos"]


def test_two_who_add_the_same_name_at_once_get_one_repository(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    both = threading.Barrier(2)
    added: list[Repository | None] = []

    def fill(repository: Repository) -> None:
        repository.record_evidence(1, {"request.json": b"{}"})
        both.wait(10)

    threads = [
        threading.Thread(target=lambda: added.append(workspace.add("app", fill))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each is None for each in added) == [False, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repos"]
    assert requested(workspace.repository("app"), 1) == {}


def test_what_was_asked_is_read_from_the_evidence(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    repository = workspace.add(
        "app", lambda made: made.record_evidence(2, {"request.json": b'{"task": "app"}'})
    )
    assert repository

    assert requested(repository, 2) == {"task": "app"}
    assert requested(repository, 1) is None


def test_a_removed_repository_is_gone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    repository = workspace.add("app", lambda made: None)
    assert repository

    workspace.remove(repository)

    assert workspace.find("app") is None
