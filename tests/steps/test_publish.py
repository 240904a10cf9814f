from dataclasses import replace

import pytest
from git import Repo

from agent.deadline import Deadline
from agent.errors import HostError, Unpublishable
from agent.gate import Gate
from agent.gate.place import Place
from agent.hosts.local import LocalHost
from agent.ports import Served
from agent.publishing import Publishing, View
from agent.values import (
    Later,
    Order,
    Outcome,
    Proof,
    Publication,
    Revision,
    Trial,
    Verdict,
)
from agent.viewing import view
from agent.workspace.repository import MAIN, Repository
from tests.orders import PAGE, Shop, draft, js, told

LOGO = b"\x89PNG\x00\r\n"
FILES = {"index.html": PAGE, "logo.png": LOGO}
PROOF = Proof((Verdict(js("document.title === 'Shop'"), Outcome.PASSED, "true"),))


class Trusting:
    """A detector that finds nothing: what it would find is tested with the gate."""

    def search(self, content: bytes) -> Place | None:
        return None


def publishing(
    shop: Shop, base_url: str = "http://127.0.0.1:9", look: View = view, secret: str = "hunter22"
) -> Publishing:
    return Publishing(
        desk=shop.desk,
        forge=shop.forge,
        gate=Gate([secret], Trusting()),
        host=LocalHost(base_url),
        view=look,
        holder="Ann Author",
        deadlines=lambda job: Deadline(job.deadline),
    )


def tried(shop: Shop, order: Order, files: dict[str, bytes] = FILES) -> Trial:
    return Trial(shop.desk.repository(order).record_attempt(order.round, draft(files)), PROOF)


def pushed(shop: Shop, order: Order, stage: Publishing) -> Revision:
    committed = stage.commit(order, tried(shop, order))
    assert committed
    revision = stage.push(order, committed)
    assert revision
    return revision


def test_the_best_attempt_becomes_the_rounds_commit_with_its_proof(shop: Shop) -> None:
    order = shop.order()

    revision = publishing(shop).commit(order, tried(shop, order))

    assert revision
    assert revision.witness == "index.html"
    files = shop.desk.repository(order).files(revision.commit)
    assert files["logo.png"] == LOGO
    assert files[".nojekyll"] == b""
    assert b"is hereby granted" in files["LICENSE"]
    assert b"Ann Author" in files["LICENSE"]
    assert b"| passed |" in files["README.md"]


def test_committing_again_gives_the_same_revision(shop: Shop) -> None:
    order = shop.order()
    trial = tried(shop, order)

    assert publishing(shop).commit(order, trial) == publishing(shop).commit(order, trial)
    assert len(shop.desk.repository(order).rounds()) == 1


def test_a_crash_right_after_the_commit_costs_neither_tag_nor_files(shop: Shop) -> None:
    order = shop.order()
    trial = tried(shop, order)
    stage = publishing(shop)
    committed = stage.commit(order, trial)
    repository = shop.desk.repository(order)
    forget_what_follows_the_commit(repository)

    again = stage.commit(order, trial)

    assert again == committed
    assert (repository.path / "index.html").read_bytes() == PAGE
    assert again is not None
    assert stage.push(order, again) == committed
    assert "refs/tags/round-1" in Repository(shop.forge.path("shop")).refs("refs/tags")


def forget_what_follows_the_commit(repository: Repository) -> None:
    (repository.path / ".git/refs/tags/round-1").unlink()
    (repository.path / ".git/index").unlink()
    for path in repository.path.iterdir():
        if path.is_file():
            path.unlink()


def test_an_attempt_that_went_with_its_machine_is_not_committed(shop: Shop) -> None:
    order = shop.order()
    trial = tried(shop, order)
    shop.workspace.remove(shop.desk.repository(order))

    assert publishing(shop).commit(order, trial) is None


def test_a_commit_that_went_with_its_machine_is_not_pushed(shop: Shop) -> None:
    order = shop.order()
    committed = publishing(shop).commit(order, tried(shop, order))
    assert committed
    shop.workspace.remove(shop.desk.repository(order))

    assert publishing(shop).push(order, committed) is None


def a_person_pushes(shop: Shop, order: Order) -> str:
    person = Repository.create(shop.root / "person")
    commit = person.commit_round(told(9), {"notes.txt": b"mine"})
    assert person.push(order.remote.git_url, 9, shop.forge.transport())
    return commit


def test_a_push_keeps_what_a_person_pushed_meanwhile(shop: Shop) -> None:
    order = shop.order()
    stage = publishing(shop)
    committed = stage.commit(order, tried(shop, order))
    theirs = a_person_pushes(shop, order)
    assert committed

    moved = stage.push(order, committed)

    assert moved is not None
    on_forge = Repository(shop.forge.path("shop"))
    assert on_forge.head == moved.commit
    with Repo(on_forge.path) as repo:
        assert [parent.hexsha for parent in repo.commit("main").parents] == [theirs]
    assert on_forge.files(MAIN)["notes.txt"] == b"mine"


def test_a_push_that_crashed_in_its_move_tells_of_the_commit_that_is_there(shop: Shop) -> None:
    order = shop.order()
    stage = publishing(shop)
    committed = stage.commit(order, tried(shop, order))
    assert committed
    repository = shop.desk.repository(order)
    moved = repository.move_onto(fetched_by(repository, shop, order), 1)
    repository.tag(1, committed.commit)

    revision = stage.push(order, committed)

    assert revision is not None
    assert revision.commit == moved
    on_forge = Repository(shop.forge.path("shop"))
    assert on_forge.refs("refs/") | {"refs/tags/round-9": ""} == {
        "refs/heads/main": moved,
        "refs/tags/round-1": moved,
        "refs/tags/round-9": "",
    }


def fetched_by(repository: Repository, shop: Shop, order: Order) -> str:
    a_person_pushes(shop, order)
    fetched = repository.fetch(order.remote.git_url, shop.forge.transport())
    assert fetched
    return fetched


def test_a_known_secret_is_not_pushed_and_not_in_the_way_of_the_next_round(shop: Shop) -> None:
    order = shop.order()
    stage = publishing(shop, secret="hunter22")
    committed = stage.commit(order, tried(shop, order, {"index.html": b"<p>\nhunter22"}))
    assert committed

    with pytest.raises(Unpublishable, match="index.html:2"):
        stage.push(order, committed)

    assert Repository(shop.forge.path("shop")).head is None
    assert shop.desk.repository(order).head is None


def test_a_publication_exists_once_the_page_was_seen(shop: Shop, pages: str) -> None:
    order = shop.order()
    stage = publishing(shop, pages)
    revision = pushed(shop, order, stage)

    publication = stage.publish(order, revision)

    assert publication == Publication(order.remote.repo_url, f"{pages}/pages/shop/", revision)
    assert b"seen_at" in shop.desk.repository(order).evidence(1)["publication.json"]


def test_an_old_page_that_is_still_served_is_no_publication(shop: Shop, pages: str) -> None:
    order = shop.order()
    stage = publishing(shop, pages)
    pushed(shop, order, stage)
    later = shop.order(round_=2)
    unpushed = stage.commit(later, tried(shop, later, {"index.html": b"<p>new"}))
    assert unpushed

    seen = stage.publish(later, unpushed)

    assert isinstance(seen, Later)
    assert "not yet the committed one" in seen.seen
    assert 1 <= seen.seconds <= 5
    assert "publication.json" not in shop.desk.repository(later).evidence(2)


def test_a_host_that_answers_nothing_is_waited_for_and_then_an_error(shop: Shop) -> None:
    order = shop.order()
    stage = publishing(shop)
    revision = pushed(shop, order, stage)

    assert isinstance(stage.publish(order, revision), Later)
    late = replace(order, job=replace(order.job, deadline=order.job.accepted_at))
    with pytest.raises(HostError, match="index.html answers 0"):
        stage.publish(late, revision)


def test_the_page_itself_must_answer_as_well(shop: Shop) -> None:
    def only_files(url: str, deadline: Deadline) -> Served:
        return Served(200, PAGE) if "index.html" in url else Served(404, b"")

    order = shop.order()
    stage = publishing(shop, look=only_files)

    seen = stage.publish(order, pushed(shop, order, stage))

    assert isinstance(seen, Later)
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
    order = shop.order()

    revision = publishing(shop).commit(order, tried(shop, order, files))

    assert revision
    assert revision.witness == witness


def test_a_repository_without_a_page_is_published_by_its_files(shop: Shop, pages: str) -> None:
    order = shop.order()
    stage = publishing(shop, pages)
    committed = stage.commit(order, tried(shop, order, {"data set #1?.json": b"[]"}))
    assert committed
    revision = stage.push(order, committed)
    assert revision

    assert isinstance(stage.publish(order, revision), Publication)
