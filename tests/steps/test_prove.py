import pytest

from agent.errors import WorkspaceLost
from agent.proofing.prover import Prover
from agent.steps.prove import Proving
from agent.values import Plan
from tests.orders import Shop, content

CHECKS = ["The total grows when an item is added"]


PROVING = Proving(Prover(None))


def test_a_draft_is_proved_where_it_was_made(shop: Shop) -> None:
    loaded = shop.loaded()
    draft = loaded.repository.record_draft(1, 1, content({"index.html": b"<p>hello"}))

    proof = PROVING.prove(loaded, Plan(0, 0), draft)

    assert proof
    assert "attempts/1/proof.json" in loaded.repository.evidence(1)


def test_a_draft_of_a_machine_that_is_gone_is_not(shop: Shop) -> None:
    gone = Shop(shop.root / "gone")
    lost = gone.loaded().repository.record_draft(1, 1, content({"index.html": b"<p>hello"}))

    with pytest.raises(WorkspaceLost):
        PROVING.prove(shop.loaded(), Plan(0, 0), lost)


def test_tests_that_went_with_their_machine_are_not_done_without(shop: Shop) -> None:
    loaded = shop.loaded(checks=CHECKS)
    draft = loaded.repository.record_draft(1, 1, content({"index.html": b"<p>hello"}))

    assert PROVING.prove(loaded, Plan(1, 0), draft)
    with pytest.raises(WorkspaceLost):
        PROVING.prove(loaded, Plan(1, 1), draft)
