import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import IntakeError
from agent.forges.local_forge import LocalForge
from agent.intake.attachments import Limits
from agent.intake.material import Intake
from agent.loader import Loader
from agent.outbound import Fetched, OutboundError
from agent.start_point import StartPoint
from agent.values import Job, Remote
from agent.workspace.repository import Repository
from tests.orders import Shop, js, round_record, sentence

CSV = [{"name": "data.csv", "url": "data:text/csv,a%2Cb"}]

START = StartPoint(lambda url, deadline: ())


def test_round_1_gets_a_repository_of_its_name_with_the_request_on_record(shop: Shop) -> None:
    loaded = shop.loaded(brief="Sell flowers.", email="me@example.com")

    record = loaded.repository.evidence(1)["request.json"]
    assert loaded.remote.repo == "shop"
    assert json.loads(record)["brief"] == "Sell flowers."
    assert b"secret" not in record


def test_opening_again_gives_the_same_order(shop: Shop) -> None:
    job = shop.job()

    assert shop.open(job) == shop.open(job)
    assert shop.forge.find("shop-2") is None


def test_a_new_nonce_for_round_1_is_a_new_order_in_a_fresh_repository(shop: Shop) -> None:
    first = shop.loaded(nonce="one")
    shop.done(first)

    again = shop.loaded(nonce="two")

    assert again.remote.repo == "shop-2"
    assert again.repository.head is None


def test_a_new_order_does_not_take_what_another_one_had_begun(shop: Shop) -> None:
    shop.loaded(nonce="one")

    assert shop.loaded(nonce="two").remote.repo == "shop-2"
    assert shop.loaded(nonce="one").remote.repo == "shop"


def test_a_later_round_revises_the_newest_repository(shop: Shop) -> None:
    shop.done(shop.loaded(nonce="one"))
    shop.done(shop.loaded(nonce="two"))

    assert shop.loaded(round_=2).remote.repo == "shop-2"


def test_a_later_round_finds_the_newest_repository_though_the_first_is_gone(shop: Shop) -> None:
    shop.done(shop.loaded(nonce="one"))
    shop.done(shop.loaded(nonce="two"))
    shutil.rmtree(shop.forge.path("shop"))
    shop.workspace.remove(shop.workspace.repository("shop"))

    assert shop.loaded(round_=2).remote.repo == "shop-2"


def test_a_repository_deleted_on_the_forge_is_made_again_with_all_rounds(shop: Shop) -> None:
    first = shop.done(shop.loaded())
    shutil.rmtree(shop.forge.path("shop"))

    second = shop.loaded(round_=2)
    commit = shop.done(second)

    on_forge = Repository(shop.forge.path("shop"))
    assert second.remote.repo == "shop"
    assert [made.hexsha for _, made in on_forge.rounds()] == [first, commit]
    assert json.loads(second.repository.evidence(2)["rebuilt.json"])["missing"] == "shop"
    assert shop.forge.find("shop-2") is None


def test_a_repository_whose_name_is_taken_is_made_again_under_the_next(shop: Shop) -> None:
    first = shop.done(shop.loaded())
    taken = HidingForge(shop.root / "forge", "shop")
    machine = Shop(shop.root, taken)

    second = machine.loaded(round_=2)

    assert second.remote.repo == "shop-2"
    assert second.repository.head == first
    assert "request.json" in second.repository.evidence(1)


class HidingForge(LocalForge):
    """A forge whose repository of one name is not seen, though the name is in use."""

    def __init__(self, folder: Path, hidden: str) -> None:
        super().__init__(folder)
        self._hidden = hidden

    def find(self, repo: str) -> Remote | None:
        return None if repo == self._hidden else super().find(repo)


def test_a_later_round_finds_its_repository_in_an_empty_workspace(shop: Shop) -> None:
    commit = shop.done(shop.loaded())
    shop.workspace.remove(shop.workspace.repository("shop"))

    loaded = shop.loaded(round_=2)

    assert loaded.remote.repo == "shop"
    assert loaded.repository.head == commit


def test_a_later_round_starts_from_what_another_machine_pushed(shop: Shop) -> None:
    shop.done(shop.loaded())
    elsewhere = Shop(shop.root / "elsewhere", shop.forge)
    commit = elsewhere.done(elsewhere.loaded(round_=2))

    loaded = shop.loaded(round_=3)

    assert loaded.repository.head == commit
    assert [round_.number for round_ in loaded.earlier] == [1, 2]


def test_a_later_round_of_a_task_nobody_knows_begins_it(shop: Shop) -> None:
    loaded = shop.loaded(round_=2)

    assert loaded.remote.repo == "shop"
    assert loaded.earlier == ()


def test_a_later_round_follows_one_that_failed_before_its_commit(shop: Shop) -> None:
    shop.loaded(brief="Sell flowers.", checks=["js: true"])

    loaded = shop.loaded(round_=2)

    assert loaded.remote.repo == "shop"
    (earlier,) = loaded.earlier
    assert earlier.brief == "Sell flowers."
    assert loaded.checks == (js("true"),)


def test_a_task_whose_name_looks_like_a_second_repository_is_its_own(shop: Shop) -> None:
    shop.done(shop.loaded("shop"))
    own = shop.loaded("shop-2")
    shop.done(own)

    assert own.remote.repo == "shop-2"
    assert shop.loaded("shop", round_=2).remote.repo == "shop"
    assert shop.loaded("shop-2", round_=2).remote.repo == "shop-2"
    assert shop.loaded("shop", nonce="new").remote.repo == "shop-3"


def test_tasks_that_differ_in_case_do_not_share_a_repository(shop: Shop) -> None:
    shop.done(shop.loaded("Shop"))

    assert shop.loaded("shop").remote.repo == "shop-2"


def test_a_round_ordered_anew_does_not_take_the_old_ones_attempts(shop: Shop) -> None:
    shop.done(shop.loaded())
    old = shop.loaded(round_=2, nonce="old", brief="Make it blue.")
    repository = old.repository
    repository.record_evidence(2, {"attempts/1/refused.txt": b"no"})

    new = shop.loaded(round_=2, nonce="new", brief="Make it red.")

    evidence = repository.evidence(2)
    assert new.remote.repo == old.remote.repo
    assert list(evidence) == ["request.json"]
    assert json.loads(evidence["request.json"])["brief"] == "Make it red."


def test_the_brief_has_checks_and_attachments_of_the_request(shop: Shop) -> None:
    loaded = shop.loaded(checks=["js: 1", {"js": "2"}, "Has MIT license", " "], attachments=CSV)

    brief = loaded.brief

    assert brief.checks == (js("1"), js("2"), sentence("Has MIT license"))
    assert [(each.name, each.content) for each in brief.attachments] == [("data.csv", b"a,b")]


def test_a_link_is_fetched_once_and_kept_as_evidence(shop: Shop) -> None:
    shop.links["http://x/data.csv"] = b"a,b\n"
    loaded = shop.loaded(
        attachments=[{"name": "data.csv", "url": "http://x/data.csv"}, CSV[0] | {"name": "b.csv"}]
    )

    brief = loaded.brief

    assert [each.content for each in brief.attachments] == [b"a,b\n", b"a,b"]
    assert shop.fetched == ["http://x/data.csv"]
    evidence = loaded.repository.evidence(1)
    assert evidence.keys() == {"request.json", "attachments/data.csv"}


def test_what_a_commit_says_of_its_request_does_not_tell_the_nonce(shop: Shop) -> None:
    first, second = shop.loaded("one", nonce="n"), shop.loaded("two", nonce="n")

    assert first.request != second.request
    assert len(first.request) == 16


def test_a_job_whose_request_is_gone_says_so(shop: Shop) -> None:
    with pytest.raises(IntakeError, match="send it again"):
        shop.open(Job("shop.1.lost", "shop", 1, 0, 0))


def test_an_attachment_that_cannot_be_had_leaves_no_repository_on_the_forge(shop: Shop) -> None:
    def fail(url: str, cap: int, deadline: Deadline) -> Fetched:
        raise OutboundError(f"GET {url}: the connection failed")

    shop.loader = Loader(
        shop.workspace, shop.forge, shop.inbox, Intake(Limits(), fail), 0.9, start=START
    )

    with pytest.raises(IntakeError, match="the connection failed"):
        shop.open(shop.job(attachments=[{"name": "a.csv", "url": "https://x/a.csv"}]))

    assert shop.forge.find("shop") is None


def test_a_check_that_a_round_overrode_is_wanted_no_longer(shop: Shop) -> None:
    alpha, beta = js("document.title === 'Alpha'"), js("document.title === 'Beta'", 2)
    again = js("document.title === 'Alpha'", 3)
    rounds = (
        round_record(1, checks=(alpha,)),
        replace(round_record(2, checks=(beta,)), superseded=(alpha.text,)),
        replace(round_record(3, checks=(again,)), superseded=(beta.text,)),
    )
    loaded = shop.loaded()

    assert replace(loaded, earlier=rounds[:1]).checks == (alpha,)
    assert replace(loaded, earlier=rounds[:2]).checks == (beta,)
    assert replace(loaded, earlier=rounds).checks == (again,)
