from pathlib import Path

from agent import evidence
from agent.budget import Budget
from agent.drafting.large_model import LargeModelWriter
from agent.models.scripted import Scripted
from agent.ports import Message, Prompt
from agent.steps.commit import Committing
from agent.steps.stop import Stopping
from agent.usage import ModelUsage, Usage
from agent.values import Answer, Decision, Outcome, Proof, ProvedDraft, Verdict
from tests.orders import PAGE, Shop, content, js

FAILED = Proof((Verdict(js("false"), Outcome.FAILED, "false"),))


def tried(shop: Shop, budget: Budget) -> tuple[Decision, tuple[str, ...]]:
    """Whether a failing first attempt of 120 tokens is the last, and the notes it has."""
    loaded = shop.loaded()
    said = Answer("Summary: a shop", "model", Usage(100, 20, 0.5, 1.0))
    loaded.record(evidence.of_turns(1, [(Prompt((Message("user", "Build."),)), said)]))
    draft = loaded.repository.record_draft(1, 1, content({"index.html": PAGE}))
    proved = ProvedDraft(draft, FAILED)
    writer = LargeModelWriter(Scripted(Path("nowhere")), "diff", 3)
    decision = Stopping(writer, budget).stop(loaded, (proved,))
    return decision, Committing("Ann").commit(loaded, proved).notes


def test_a_budget_that_is_used_up_ends_drafting_and_the_sender_is_told_why(shop: Shop) -> None:
    decision, notes = tried(shop, Budget(tokens=120))

    assert decision == Decision(True, "MAX_TOKENS=120 is reached: 120 were used")
    assert notes == (f"the best attempt so far was published: {decision.reason}",)


def test_a_budget_that_is_left_changes_nothing(shop: Shop) -> None:
    decision, notes = tried(shop, Budget(tokens=121, cost=0.6))

    assert not decision.stops
    assert decision.spent == (ModelUsage("model", Usage(100, 20, 0.5, 1.0)),)
    assert notes == ()
