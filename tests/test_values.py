import pickle
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from agent.proof_counts import FailedCheck, ProofCounts
from agent.usage import Usage
from agent.values import (
    Answer,
    Brief,
    Check,
    CheckKind,
    Draft,
    DraftContent,
    Outcome,
    Proof,
    Publication,
    Receipt,
    Revision,
    Try,
    Verdict,
    is_success,
)
from tests.orders import content, js

SHA = "0123456789abcdef" * 2 + "01234567"
SEEN = datetime(2026, 11, 22, tzinfo=UTC)


def proof(*outcomes: Outcome, faults: tuple[str, ...] = ()) -> Proof:
    return Proof(tuple(Verdict(js("true"), outcome, "seen") for outcome in outcomes), faults)


def receipt(*statuses: int | None) -> Receipt:
    return Receipt("http://x/", tuple(Try(SEEN, status, "") for status in statuses))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Check(CheckKind.JS, "  ", 1),
        lambda: Check(CheckKind.JS, "true", 0),
        lambda: Brief("task", 0, "text", "nonce"),
        lambda: Brief("", 1, "text", "nonce"),
        lambda: Brief("task", 1, "text", ""),
        lambda: content({}),
        lambda: content({"index.html": b""}, summary=" "),
        lambda: Draft(0, SHA, SHA, "summary", "model"),
        lambda: Draft(1, SHA[:12], SHA, "summary", "model"),
        lambda: Revision("repo", 1, SHA.upper(), "index.html"),
        lambda: Revision("repo", 1, SHA + "0", "index.html"),
        lambda: Revision("repo", 1, SHA + "\n", "index.html"),
        lambda: Publication("http://r", "http://p/page", Revision("r", 1, SHA, "index.html")),
    ],
)
def test_a_value_refuses_to_exist_wrong(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_a_draft_does_not_change_with_the_mapping_it_was_made_of() -> None:
    files = {"index.html": b"old"}
    made = content(files)

    files["index.html"] = b"new"

    assert made.files == {"index.html": b"old"}
    with pytest.raises(TypeError):
        made.files["x"] = b""  # type: ignore[index]


def test_bytes_stay_out_of_what_is_printed() -> None:
    assert "secret-looking" not in repr(DraftContent({"a": b"secret-looking"}, "sum", "", "model"))


@pytest.mark.parametrize(
    ("said", "text"),
    [("a\ud83d\ude00b", "a😀b"), ("a\ud83db", "a\ufffdb"), ("\ude00", "\ufffd"), ("a😀", "a😀")],
)
def test_an_answer_is_text_that_can_be_written(said: str, text: str) -> None:
    answer = Answer(said, "model", Usage(0, 0, None, 0.0))

    assert answer.text == text
    answer.text.encode()


def test_only_passed_counts_as_passed() -> None:
    mixed = proof(Outcome.PASSED, Outcome.UNPROVED, Outcome.PASSED)

    assert mixed.summary == "2/3 passed, 1 unproved"
    assert proof(Outcome.PASSED).summary == "1/1 passed"
    assert proof().summary == "0/0 passed"


def test_a_proof_is_clean_when_nothing_is_known_to_be_wrong() -> None:
    assert proof().is_clean
    assert proof(Outcome.PASSED, Outcome.UNPROVED).is_clean
    assert not proof(Outcome.PASSED, Outcome.FAILED).is_clean
    assert not proof(Outcome.PASSED, faults=("it throws",)).is_clean


@pytest.mark.parametrize(
    ("status", "success"),
    [
        (200, True),
        (204, True),
        (299, True),
        (199, False),
        (302, False),
        (500, False),
        (None, False),
    ],
)
def test_a_redirect_is_no_success(status: int | None, success: bool) -> None:
    assert is_success(status) is success


def test_a_receipt_is_delivered_when_its_last_try_was_taken() -> None:
    assert receipt(None, 500, 200).is_delivered
    assert not receipt(200, 500).is_delivered
    assert not receipt().is_delivered


def test_a_proof_is_counted_with_what_was_observed_of_each_failed_check() -> None:
    outcomes = (Outcome.FAILED, Outcome.PASSED, Outcome.UNPROVED, Outcome.SUPERSEDED)

    counts = proof(*outcomes).counts

    assert counts == ProofCounts(1, 1, (FailedCheck("true", "seen"),))


def test_a_revision_of_an_older_journal_has_no_counts() -> None:
    revision = Revision("repo", 1, SHA, "index.html", proof="1/1 passed")
    older = Revision.__new__(Revision)

    older.__setstate__(["repo", 1, SHA, "index.html", "", "1/1 passed"])

    assert older == revision


def test_the_journal_gives_back_the_counts_of_a_revision() -> None:
    revision = Revision("repo", 1, SHA, "index.html", counts=proof(Outcome.FAILED).counts)

    assert pickle.loads(pickle.dumps(revision)) == revision
