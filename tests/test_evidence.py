import json
from datetime import UTC, datetime

from agent import evidence
from agent.ports import Message, Prompt
from agent.usage import Usage
from agent.values import Answer, Outcome, Proof, Publication, Receipt, Revision, Try, Verdict
from tests.orders import js

SHA = "a" * 40


def turn(said: str, *asked: Message) -> tuple[Prompt, Answer]:
    return Prompt(asked), Answer(said, "model", Usage(3, 5, 0.25, 1.5))


def test_a_conversation_is_kept_turn_by_turn_without_repeating_itself() -> None:
    system, first = Message("system", "Be brief."), Message("user", "Make a page.")
    said, second = Message("assistant", "no page"), Message("user", "That is no page.")
    turns = [turn("no page", system, first), turn("<p>", system, first, said, second)]

    kept = evidence.of_turns(2, turns)

    prompt = kept["attempts/2/prompt.md"].decode()
    assert prompt.count("Be brief.") == prompt.count("Make a page.") == 1
    assert prompt.count("That is no page.") == 1
    assert "no page\n" not in prompt.replace("That is no page.", "")
    assert kept["attempts/2/answer.md"] == b"no page\n\n<!-- turn 2 -->\n<p>\n"
    usage = json.loads(kept["attempts/2/usage.json"])
    assert [each["cost"] for each in usage] == [0.25, 0.25]
    assert usage[0]["model"] == "model"


def test_a_proof_is_kept_with_its_pictures() -> None:
    verdict = Verdict(js("document.title === 'é'", 2), Outcome.FAILED, "it was 'x'")
    proof = Proof((verdict,), ("it throws",), screenshots={"desktop": b"D", "phone": b"P"})

    kept = evidence.of_proof(1, proof)

    assert kept["attempts/1/screenshot.png"] == b"D"
    assert kept["attempts/1/screenshot-phone.png"] == b"P"
    told = json.loads(kept["attempts/1/proof.json"])
    assert told["summary"] == "0/1 passed"
    assert told["verdicts"] == [
        {
            "round": 2,
            "kind": "js",
            "check": "document.title === 'é'",
            "outcome": "failed",
            "observed": "it was 'x'",
        }
    ]
    assert "é" in kept["attempts/1/proof.json"].decode()


def test_a_publication_says_what_was_seen_and_when() -> None:
    revision = Revision("shop", 1, SHA, "index.html")

    kept = evidence.of_publication(Publication("http://r", "http://p/", revision))

    told = json.loads(kept["publication.json"])
    assert told["revision"]["commit"] == SHA
    assert datetime.fromisoformat(told["seen_at"]).tzinfo == UTC


def test_a_receipt_has_each_try_with_its_time_and_status() -> None:
    at = datetime(2026, 11, 22, 1, 2, 3, 456789, UTC)
    receipt = Receipt("http://e", (Try(at, None, "no route"), Try(at, 200, "ok")))

    told = json.loads(evidence.of_receipt(receipt)["receipt.json"])

    assert told["url"] == "http://e"
    assert [each["status"] for each in told["tries"]] == [None, 200]
    assert told["tries"][0]["at"] == "2026-11-22T01:02:03.456+00:00"
