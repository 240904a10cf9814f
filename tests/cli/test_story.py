from datetime import UTC, datetime

from agent.cli import progress
from agent.cli.story import story
from agent.evidence import of_proof, of_receipt, of_refusal, of_turns
from agent.values import Outcome, Proof, Receipt, Try, Verdict
from tests.orders import Said, Shop, draft, js

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_task_nobody_knows_has_no_story(shop: Shop) -> None:
    assert story(shop.workspace, "shop") == []


def test_the_story_is_what_was_asked_said_tried_and_sent(shop: Shop) -> None:
    order = shop.order(brief="Sell flowers.")
    repository = shop.desk.repository(order)
    proof = Proof((Verdict(js("document.title"), Outcome.FAILED, "it was empty"),))
    repository.record_attempt(1, draft({"index.html": b"<p>"}, 2))
    repository.record_evidence(1, of_refusal(1, "that is no page"))
    repository.record_evidence(1, of_turns(2, [Said("a page").turn]))
    repository.record_evidence(1, of_proof(2, proof))
    repository.record_evidence(1, of_receipt(Receipt("http://e", (Try(AT, 400, "wrong sha"),))))
    commit = shop.done(order)

    told = progress.story(story(shop.workspace, "shop"))

    for words in (
        "Sell flowers.",
        "refused: that is no page",
        "model: 1 tokens in, 2 out",
        "git show refs/evidence/1:attempts/2/prompt.md",
        "failed   document.title: it was empty",
        commit,
        "http://e at 2026-11-22T00:00:00.000+00:00: 400 wrong sha",
    ):
        assert words in told
    assert "None" not in told


def test_a_round_that_failed_is_part_of_the_story(shop: Shop) -> None:
    shop.order(brief="Sell flowers.")

    (told,) = story(shop.workspace, "shop")

    assert [round_["commit"] for round_ in told["rounds"]] == [None]
    assert "revision   none" in progress.story([told])


def test_a_clone_without_evidence_still_tells_what_git_knows(shop: Shop) -> None:
    shop.done(shop.order(), {"index.html": b"<p>"})
    shop.workspace.remove(shop.workspace.repository("shop"))
    shop.order(round_=2)

    (told,) = story(shop.workspace, "shop")

    assert [(each["round"], each["brief"]) for each in told["rounds"]] == [
        (1, "Sell things."),
        (2, "Sell things."),
    ]


def test_orders_are_told_oldest_first_and_other_tasks_not_at_all(shop: Shop) -> None:
    for number in range(11):
        shop.order(nonce=f"{number}")
    shop.order("shop-12")
    shop.order("shopping")

    told = story(shop.workspace, "shop")

    names = [each["repository"].rpartition("/")[2] for each in told]
    assert names == ["shop", *(f"shop-{number}" for number in range(2, 12))]


def test_what_others_wrote_does_not_reach_the_terminal_as_codes(shop: Shop) -> None:
    shop.order(brief="Sell\x1b[2J flowers.")

    assert "\x1b" not in progress.story(story(shop.workspace, "shop"))
