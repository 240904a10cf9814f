import pytest

from agent.deadline import Deadline
from agent.drafting.claims import contested_tests, labels_of, superseded_claims
from agent.ports import DraftRequest
from agent.values import Brief
from tests.orders import js, round_record, sentence

ALPHA, MIT = js("document.title === 'Alpha'"), sentence("Has MIT license")
COUNTS = sentence("The button counts.", 2)
QUOTE = "Title and heading are Beta now"
LABELS = {ALPHA: "1.1", MIT: "1.2", COUNTS: "2.1"}


def test_checks_are_numbered_by_round_and_place() -> None:
    request = DraftRequest(
        brief=Brief("shop", 2, "Count.", "n", (COUNTS,)),
        earlier=(round_record(checks=(ALPHA, MIT)),),
        attachments=(),
        base={},
        number=1,
        tried=(),
        deadline=Deadline.within(60),
        listen=lambda piece: None,
        permit=lambda before, after: dict(after),
    )

    assert labels_of(request) == LABELS


@pytest.mark.parametrize(
    "line",
    [
        f'Superseded: 1.1 "{QUOTE}"',
        f"Superseded: 1.1 “{QUOTE}.”",
        f"Superseded: check 1.1: {QUOTE}.",
        f"**Superseded:** 1.1 — {QUOTE}",
        f"- superseded: `1.1` '{QUOTE}'",
        f"> Superseded: 1.1, {QUOTE}",
        f"### Superseded: 1.1 - *{QUOTE}*",
    ],
)
def test_a_superseded_check_is_read_however_its_line_is_written(line: str) -> None:
    (claim,) = superseded_claims(["Nothing.", f"Summary: Renames.\n\n{line}\n\nMore."], LABELS)

    assert (claim.check, claim.sentence) == (ALPHA, QUOTE)


@pytest.mark.parametrize(
    "line",
    [f'Superseded: 7.1 "{QUOTE}"', "Superseded: 1.1", "1.1 is superseded", "Superseded: all"],
)
def test_what_names_no_check_or_quotes_nothing_claims_nothing(line: str) -> None:
    assert superseded_claims([line], LABELS) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Test 2.1 is wrong: it clicks twice.",
        "**Test 2.1 is wrong:** it clicks twice.",
        "- test 2.1 is WRONG - it clicks twice.",
    ],
)
def test_a_contested_test_is_read_however_its_line_is_written(line: str) -> None:
    (contested,) = contested_tests([f"Summary: x\n{line}\n"], LABELS)

    assert (contested.check, contested.reason) == (COUNTS, "it clicks twice.")


def test_a_test_of_no_check_is_not_contested() -> None:
    assert contested_tests(["Test 3.1 is wrong: x", "Test 2.1 is right: y"], LABELS) == ()
