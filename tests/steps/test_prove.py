from agent.deadline import Deadline
from agent.proofing.prover import Prover
from agent.proofing.stage import Proofing
from agent.values import Plan
from tests.orders import Shop, draft

CHECKS = ["The total grows when an item is added"]


def proofing(shop: Shop) -> Proofing:
    return Proofing(shop.desk, Prover(None), lambda job: Deadline(job.deadline))


def test_a_draft_is_proved_where_it_was_made(shop: Shop) -> None:
    order = shop.order()
    attempt = shop.desk.repository(order).record_attempt(1, draft({"index.html": b"<p>hello"}))

    proof = proofing(shop).prove(order, Plan(0, 0), attempt)

    assert proof
    assert "attempts/1/proof.json" in shop.desk.repository(order).evidence(1)


def test_a_draft_of_a_machine_that_is_gone_is_not(shop: Shop) -> None:
    gone = Shop(shop.root / "gone")
    lost = gone.desk.repository(gone.order()).record_attempt(1, draft({"index.html": b"<p>hello"}))

    assert proofing(shop).prove(shop.order(), Plan(0, 0), lost) is None


def test_tests_that_went_with_their_machine_are_not_done_without(shop: Shop) -> None:
    order = shop.order(checks=CHECKS)
    attempt = shop.desk.repository(order).record_attempt(1, draft({"index.html": b"<p>hello"}))

    assert proofing(shop).prove(order, Plan(1, 0), attempt)
    assert proofing(shop).prove(order, Plan(1, 1), attempt) is None
