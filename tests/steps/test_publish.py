from dataclasses import replace

import pytest
from git import Repo

from agent.deadline import Deadline
from agent.errors import HostError, Unpublishable, WorkspaceLost
from agent.hosts.local_host import LocalHost
from agent.loaded_job import LoadedJob
from agent.page_fetch import fetch_page
from agent.ports import SecretLocation, Served
from agent.push_guard import PushGuard
from agent.served_revision import FetchPage
from agent.steps.commit import Committing
from agent.steps.publish import Publishing
from agent.steps.push import Pushing
from agent.values import (
    Outcome,
    Proof,
    ProvedDraft,
    Publication,
    RetryIn,
    Revision,
    Verdict,
)
from agent.workspace.repository import MAIN, Repository
from tests.orders import PAGE, Shop, content, js, round_record

LOGO = b"\x89PNG\x00\r\n"
FILES = {"index.html": PAGE, "logo.png": LOGO}
PROOF = Proof((Verdict(js("document.title === 'Shop'"), Outcome.PASSED, "true"),))


class Trusting:
    """A detector that finds nothing: what it would find is tested with the gate."""

    def search(self, content: bytes) -> SecretLocation | None:
        return None


COMMITTING = Committing("Ann Author")


def pushing(shop: Shop, secret: str = "hunter22") -> Pushing:
    guard = PushGuard([secret], Trusting())
    return Pushing(shop.forge, guard, LocalHost("http://127.0.0.1:9"))


def publishing(base_url: str = "http://127.0.0.1:9", fetch: FetchPage = fetch_page) -> Publishing:
    return Publishing(LocalHost(base_url), fetch)


def proved(loaded: LoadedJob, files: dict[str, bytes] = FILES) -> ProvedDraft:
    return ProvedDraft(loaded.repository.record_draft(loaded.round, 1, content(files)), PROOF)


def pushed(shop: Shop, loaded: LoadedJob) -> Revision:
    return pushing(shop).push(loaded, COMMITTING.commit(loaded, proved(loaded)))


def test_the_best_attempt_becomes_the_rounds_commit_with_its_proof(shop: Shop) -> None:
    loaded = shop.loaded()

    revision = COMMITTING.commit(loaded, proved(loaded))

    assert revision.witness == "index.html"
    files = loaded.repository.files(revision.commit)
    assert files["logo.png"] == LOGO
    assert files[".nojekyll"] == b""
    assert b"is hereby granted" in files["LICENSE"]
    assert b"Ann Author" in files["LICENSE"]
    assert b"| passed |" in files["README.md"]


def test_committing_again_gives_the_same_revision(shop: Shop) -> None:
    loaded = shop.loaded()
    best = proved(loaded)

    assert COMMITTING.commit(loaded, best) == COMMITTING.commit(loaded, best)
    assert len(loaded.repository.rounds()) == 1


def test_a_crash_right_after_the_commit_costs_neither_tag_nor_files(shop: Shop) -> None:
    loaded = shop.loaded()
    best = proved(loaded)
    committed = COMMITTING.commit(loaded, best)
    repository = loaded.repository
    forget_what_follows_the_commit(repository)

    again = COMMITTING.commit(loaded, best)

    assert again == committed
    assert (repository.path / "index.html").read_bytes() == PAGE
    assert pushing(shop).push(loaded, again) == committed
    assert "refs/tags/round-1" in Repository(shop.forge.path("shop")).refs("refs/tags")


def forget_what_follows_the_commit(repository: Repository) -> None:
    (repository.path / ".git/refs/tags/round-1").unlink()
    (repository.path / ".git/index").unlink()
    for path in repository.path.iterdir():
        if path.is_file():
            path.unlink()


def test_an_attempt_that_went_with_its_machine_is_not_committed(shop: Shop) -> None:
    loaded = shop.loaded()
    best = proved(loaded)
    elsewhere = Shop(shop.root / "elsewhere", shop.forge)

    with pytest.raises(WorkspaceLost):
        COMMITTING.commit(elsewhere.loaded(), best)


def test_a_commit_that_went_with_its_machine_is_not_pushed(shop: Shop) -> None:
    loaded = shop.loaded()
    committed = COMMITTING.commit(loaded, proved(loaded))
    elsewhere = Shop(shop.root / "elsewhere", shop.forge)

    with pytest.raises(WorkspaceLost):
        pushing(shop).push(elsewhere.loaded(), committed)


def a_person_pushes(shop: Shop, loaded: LoadedJob) -> str:
    person = Repository.create(shop.root / "person")
    commit = person.commit_round(round_record(9), {"notes.txt": b"mine"})
    assert person.push(loaded.remote.git_url, 9, shop.forge.transport())
    return commit


def test_a_push_keeps_what_a_person_pushed_meanwhile(shop: Shop) -> None:
    loaded = shop.loaded()
    committed = COMMITTING.commit(loaded, proved(loaded))
    theirs = a_person_pushes(shop, loaded)

    moved = pushing(shop).push(loaded, committed)

    on_forge = Repository(shop.forge.path("shop"))
    assert on_forge.head == moved.commit
    with Repo(on_forge.path) as repo:
        assert [parent.hexsha for parent in repo.commit("main").parents] == [theirs]
    assert on_forge.files(MAIN)["notes.txt"] == b"mine"


def test_a_push_that_crashed_in_its_move_tells_of_the_commit_that_is_there(shop: Shop) -> None:
    loaded = shop.loaded()
    committed = COMMITTING.commit(loaded, proved(loaded))
    repository = loaded.repository
    moved = repository.move_onto(fetched_by(repository, shop, loaded), 1)
    repository.tag(1, committed.commit)

    revision = pushing(shop).push(loaded, committed)

    assert revision.commit == moved
    on_forge = Repository(shop.forge.path("shop"))
    assert on_forge.refs("refs/") | {"refs/tags/round-9": ""} == {
        "refs/heads/main": moved,
        "refs/tags/round-1": moved,
        "refs/tags/round-9": "",
    }


def fetched_by(repository: Repository, shop: Shop, loaded: LoadedJob) -> str:
    a_person_pushes(shop, loaded)
    fetched = repository.fetch(loaded.remote.git_url, shop.forge.transport())
    assert fetched
    return fetched


def test_a_known_secret_is_not_pushed_and_not_in_the_way_of_the_next_round(shop: Shop) -> None:
    loaded = shop.loaded()
    committed = COMMITTING.commit(loaded, proved(loaded, {"index.html": b"<p>\nhunter22"}))

    with pytest.raises(Unpublishable, match="index.html:2"):
        pushing(shop).push(loaded, committed)

    assert Repository(shop.forge.path("shop")).head is None
    assert loaded.repository.head is None


def test_a_publication_exists_once_the_page_was_seen(shop: Shop, pages: str) -> None:
    loaded = shop.loaded()
    stage = publishing(pages)
    revision = pushed(shop, loaded)

    publication = stage.publish(loaded, revision)

    assert publication == Publication(loaded.remote.repo_url, f"{pages}/pages/shop/", revision)
    assert b"seen_at" in loaded.repository.evidence(1)["publication.json"]


def test_an_old_page_that_is_still_served_is_no_publication(shop: Shop, pages: str) -> None:
    loaded = shop.loaded()
    stage = publishing(pages)
    pushed(shop, loaded)
    later = shop.loaded(round_=2)
    unpushed = COMMITTING.commit(later, proved(later, {"index.html": b"<p>new"}))

    seen = stage.publish(later, unpushed)

    assert isinstance(seen, RetryIn)
    assert "not yet the committed one" in seen.seen
    assert 1 <= seen.seconds <= 5
    assert "publication.json" not in later.repository.evidence(2)


def test_a_host_that_answers_nothing_is_waited_for_and_then_an_error(shop: Shop) -> None:
    loaded = shop.loaded()
    stage = publishing()
    revision = pushed(shop, loaded)

    assert isinstance(stage.publish(loaded, revision), RetryIn)
    late = replace(loaded, deadlines=replace(loaded.deadlines, whole=Deadline.within(0)))
    with pytest.raises(HostError, match="index.html answers 0"):
        stage.publish(late, revision)


def test_the_page_itself_must_answer_as_well(shop: Shop) -> None:
    def only_files(url: str, deadline: Deadline) -> Served:
        return Served(200, PAGE) if "index.html" in url else Served(404, b"")

    loaded = shop.loaded()
    stage = publishing(fetch=only_files)

    seen = stage.publish(loaded, pushed(shop, loaded))

    assert isinstance(seen, RetryIn)
    assert seen.seen.startswith("the page answers 404")


@pytest.mark.parametrize(
    ("files", "witness"),
    [
        ({"index.html": PAGE, "a.css": b"a"}, "index.html"),
        ({"b/c d.css": b"c", ".hidden": b"h", "d/.e/f": b"f"}, "b/c d.css"),
        ({".hidden": b"h"}, "LICENSE"),
    ],
)
def test_the_witness_is_a_changed_file_that_hosts_serve(
    shop: Shop, files: dict[str, bytes], witness: str
) -> None:
    loaded = shop.loaded()

    revision = COMMITTING.commit(loaded, proved(loaded, files))

    assert revision.witness == witness


def test_a_repository_without_a_page_is_published_by_its_files(shop: Shop, pages: str) -> None:
    loaded = shop.loaded()
    stage = publishing(pages)
    committed = COMMITTING.commit(loaded, proved(loaded, {"data set #1?.json": b"[]"}))
    revision = pushing(shop).push(loaded, committed)

    assert isinstance(stage.publish(loaded, revision), Publication)
