import os
import subprocess
from pathlib import Path

import pytest

from agent.errors import ForgeError, WorkspaceError
from agent.ports import Transport
from agent.workspace.repository import MAIN, Repository, attempt_ref
from tests.orders import Shop, content, round_record

FILES = {"index.html": b"<p>hello", "docs/a b.txt": b"\x00\xff\r\n", "ü.txt": b"\n"}
TRANSPORT = Transport({"GIT_ALLOW_PROTOCOL": "file"})


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "shop")


def git(repository: Repository, *arguments: str) -> str:
    """What plain git says, as a person would ask it."""
    told = subprocess.run(
        ["git", "-C", repository.path, *arguments], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def bare(shop: Shop, name: str = "shop") -> str:
    remote = shop.forge.claim(name, "a shop", 0)
    assert remote
    return remote.git_url


def test_a_new_repository_has_no_commit(repository: Repository) -> None:
    assert repository.head is None
    assert repository.rounds() == ()
    assert repository.refs("refs/") == {}
    assert repository.read(MAIN, "index.html") is None


def test_a_round_is_one_commit_with_its_tag_and_a_clean_work_tree(repository: Repository) -> None:
    commit = repository.commit_round(round_record(), FILES)

    assert repository.head == commit
    assert git(repository, "rev-parse", "round-1") == commit
    assert git(repository, "status", "--porcelain") == ""
    assert (repository.path / "docs/a b.txt").read_bytes() == b"\x00\xff\r\n"
    assert repository.files(MAIN) == FILES
    assert git(repository, "log", "--format=%(trailers:key=Proof,valueonly)") == "1/1 passed"


def test_nothing_that_is_committed_has_an_address_of_a_person(repository: Repository) -> None:
    repository.commit_round(round_record(), FILES)

    assert git(repository, "log", "--format=%an <%ae> %cn <%ce>") == (
        "Galley <galley@localhost> Galley <galley@localhost>"
    )


def test_the_same_request_makes_one_commit_however_often_it_comes(repository: Repository) -> None:
    first = repository.commit_round(round_record(), FILES)

    again = repository.commit_round(round_record(), {"index.html": b"other"})

    assert again == first
    assert git(repository, "rev-list", "--count", "main") == "1"


def test_a_later_round_deletes_what_it_has_no_more(repository: Repository) -> None:
    repository.commit_round(round_record(1), FILES)

    second = repository.commit_round(round_record(2), {"index.html": b"<p>new"})

    assert sorted(os.listdir(repository.path)) == [".git", "index.html"]
    assert repository.changed_files(second) == ("index.html",)
    assert [round_.number for round_, _ in repository.rounds()] == [1, 2]


def test_changed_files_are_named_as_they_are(repository: Repository) -> None:
    commit = repository.commit_round(round_record(), FILES)

    assert set(repository.changed_files(commit)) == set(FILES)


def test_an_attempt_comes_back_as_it_was_recorded(repository: Repository) -> None:
    recorded = repository.record_draft(1, 2, content(FILES, "Sells\n  things  "))

    assert repository.draft(1, 2) == recorded
    assert repository.files(attempt_ref(1, 2)) == FILES
    assert repository.draft(1, 1) is None
    assert repository.head is None


@pytest.mark.parametrize("summary", ["Model: x", "a\x00b", "x" * 299 + " "])
def test_an_attempt_with_an_odd_summary_comes_back_as_well(
    repository: Repository, summary: str
) -> None:
    recorded = repository.record_draft(1, 1, content(FILES, summary=summary))

    assert repository.draft(1, 1) == recorded


def test_drafts_with_the_same_files_have_the_same_tree(repository: Repository) -> None:
    first, second = (repository.record_draft(1, number, content(FILES)) for number in (1, 2))

    assert first.tree == second.tree
    assert first.commit != second.commit or first.number != second.number


def test_evidence_grows_and_keeps_what_it_has(repository: Repository) -> None:
    repository.record_evidence(1, {"request.json": b"{}"})
    repository.record_evidence(1, {"attempts/1/answer.md": b"hello", "request.json": b"{}"})
    repository.record_evidence(10, {"request.json": b"ten"})

    assert repository.evidence(1) == {"request.json": b"{}", "attempts/1/answer.md": b"hello"}
    assert repository.evidence(1, ("attempts/", "web/")) == {"attempts/1/answer.md": b"hello"}
    assert repository.evidence(2) == {}
    assert git(repository, "rev-list", "--count", "refs/evidence/1") == "2"


def test_evidence_that_is_there_is_not_recorded_twice(repository: Repository) -> None:
    repository.record_evidence(1, {"request.json": b"{}"})
    before = repository.resolve("refs/evidence/1")

    repository.record_evidence(1, {"request.json": b"{}"})

    assert repository.resolve("refs/evidence/1") == before


def test_a_round_set_aside_is_kept_under_another_name(repository: Repository) -> None:
    for number in (1, 10):
        repository.record_evidence(number, {"request.json": b"old %d" % number})
    repository.record_draft(1, 1, content(FILES))

    repository.set_aside(1)
    repository.record_evidence(1, {"request.json": b"newer"})
    repository.set_aside(1)

    assert repository.evidence(1) == {}
    assert repository.draft(1, 1) is None
    assert repository.evidence(10) == {"request.json": b"old 10"}
    kept = repository.refs("refs/superseded/")
    assert sorted(ref.rpartition("/superseded/")[2] for ref in kept) == [
        "0/attempts/1/1",
        "0/evidence/1",
        "2/evidence/1",
    ]


def test_a_push_carries_main_and_the_tag_and_nothing_else(
    shop: Shop, repository: Repository
) -> None:
    url = bare(shop)
    commit = repository.commit_round(round_record(), FILES)
    repository.record_evidence(1, {"request.json": b"{}"})
    repository.record_draft(1, 1, content(FILES))

    assert repository.push(url, 1, TRANSPORT)

    assert Repository(shop.forge.path("shop")).refs("refs/") == {
        "refs/heads/main": commit,
        "refs/tags/round-1": commit,
    }


def test_a_push_that_is_there_already_is_a_push(shop: Shop, repository: Repository) -> None:
    url = bare(shop)
    repository.commit_round(round_record(), FILES)

    assert repository.push(url, 1, TRANSPORT)
    assert repository.push(url, 1, TRANSPORT)


def test_a_push_never_takes_away_what_somebody_else_pushed(
    shop: Shop, repository: Repository
) -> None:
    url = bare(shop)
    theirs = Repository.create(shop.root / "theirs")
    first = theirs.commit_round(round_record(), {"other.html": b"theirs"})
    assert theirs.push(url, 1, TRANSPORT)
    repository.commit_round(round_record(), FILES)

    assert not repository.push(url, 1, TRANSPORT)

    assert Repository(shop.forge.path("shop")).refs("refs/heads") == {MAIN: first}


def test_a_forge_that_is_not_there_is_an_error_in_gits_own_words(repository: Repository) -> None:
    repository.commit_round(round_record(), FILES)

    with pytest.raises(ForgeError, match=r"could not push to file:///nowhere\.git: .*nowhere"):
        repository.push("file:///nowhere.git", 1, TRANSPORT)


def test_fetching_an_empty_forge_gives_nothing(shop: Shop, repository: Repository) -> None:
    assert repository.fetch(bare(shop), TRANSPORT) is None


def test_a_commit_moves_on_top_of_changes_to_other_files(
    shop: Shop, repository: Repository
) -> None:
    url = bare(shop)
    repository.commit_round(round_record(1), FILES)
    repository.push(url, 1, TRANSPORT)
    person = clone(shop, url)
    theirs = person.commit_round(round_record(7), {**FILES, "notes.txt": b"mine"})
    person.push(url, 7, TRANSPORT)
    repository.commit_round(round_record(2), {"index.html": b"<p>two", "ü.txt": b"\n"})

    fetched = repository.fetch(url, TRANSPORT)
    assert fetched == theirs
    moved = repository.move_onto(fetched, 2)

    assert repository.files(moved) == {
        "index.html": b"<p>two",
        "ü.txt": b"\n",
        "notes.txt": b"mine",
    }
    assert git(repository, "rev-parse", "round-2", "main^") == f"{moved}\n{theirs}"
    assert (repository.path / "notes.txt").read_bytes() == b"mine"
    assert repository.push(url, 2, TRANSPORT)


def test_changes_to_the_same_file_are_not_merged_by_guessing(
    shop: Shop, repository: Repository
) -> None:
    url = bare(shop)
    repository.commit_round(round_record(1), FILES)
    repository.push(url, 1, TRANSPORT)
    person = clone(shop, url)
    person.commit_round(round_record(7), {**FILES, "index.html": b"<p>mine"})
    person.push(url, 7, TRANSPORT)
    ours = repository.commit_round(round_record(2), {**FILES, "index.html": b"<p>two"})
    fetched = repository.fetch(url, TRANSPORT)
    assert fetched

    with pytest.raises(WorkspaceError, match=r"changes to index\.html meanwhile"):
        repository.move_onto(fetched, 2)

    assert repository.head == ours


def test_a_repository_ahead_of_the_forge_stays_as_it_is(shop: Shop, repository: Repository) -> None:
    url = bare(shop)
    repository.commit_round(round_record(1), FILES)
    repository.push(url, 1, TRANSPORT)
    second = repository.commit_round(round_record(2), {"index.html": b"<p>two"})
    fetched = repository.fetch(url, TRANSPORT)
    assert fetched

    repository.take_over(fetched)

    assert repository.head == second


def test_a_forge_with_another_history_is_not_taken_over(shop: Shop, repository: Repository) -> None:
    url = bare(shop)
    theirs = Repository.create(shop.root / "theirs")
    theirs.commit_round(round_record(), {"other.html": b"theirs"})
    theirs.push(url, 1, TRANSPORT)
    ours = repository.commit_round(round_record(), FILES)
    fetched = repository.fetch(url, TRANSPORT)
    assert fetched

    with pytest.raises(WorkspaceError, match="does not continue"):
        repository.take_over(fetched)

    assert repository.head == ours


@pytest.mark.parametrize(
    "path", ["../out.txt", "/out.txt", ".git/config", "a/.GIT/hooks/x", "a//b", "git~1/config"]
)
def test_git_itself_refuses_paths_that_leave_the_tree(repository: Repository, path: str) -> None:
    for _ in range(2):  # only what git accepts is remembered
        with pytest.raises(WorkspaceError, match="git refused a path"):
            repository.commit_round(round_record(), {"index.html": b"", path: b"evil"})

    assert repository.head is None
    assert os.listdir(repository.path) == [".git"]


def test_a_repository_that_exists_is_not_made_anew(repository: Repository) -> None:
    commit = repository.commit_round(round_record(), FILES)

    assert Repository.create(repository.path).head == commit


def clone(shop: Shop, url: str) -> Repository:
    person = Repository.create(shop.root / "person")
    fetched = person.fetch(url, TRANSPORT)
    assert fetched
    person.take_over(fetched)
    return person
