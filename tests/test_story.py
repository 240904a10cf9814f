import re
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from agent.cli import progress
from agent.cli.commands import program
from agent.evidence import of_proof, of_receipt, of_refusal, of_turns
from agent.story import story, tasks
from agent.values import Outcome, Proof, Receipt, Try, Verdict
from tests import docs
from tests.orders import Said, Shop, content, js

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_task_nobody_knows_has_no_story(shop: Shop) -> None:
    assert story(shop.workspace, "shop") == []


def test_the_story_is_what_was_asked_said_tried_and_sent(shop: Shop) -> None:
    loaded = shop.loaded(brief="Sell flowers.")
    repository = loaded.repository
    proof = Proof((Verdict(js("document.title"), Outcome.FAILED, "it was empty"),))
    repository.record_draft(1, 2, content({"index.html": b"<p>"}))
    repository.record_evidence(1, of_refusal(1, "that is no page", 0.0))
    repository.record_evidence(1, {"attempts/notes.txt": b"of no attempt"})
    repository.record_evidence(1, of_turns(2, [Said("a page").turn]))
    repository.record_evidence(1, of_proof(2, proof))
    repository.record_evidence(1, of_receipt(Receipt("http://e", (Try(AT, 400, "wrong sha"),))))
    commit = shop.done(loaded)

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
    shop.loaded(brief="Sell flowers.")

    (told,) = story(shop.workspace, "shop")

    assert [round_["commit"] for round_ in told["rounds"]] == [None]
    assert "revision   none" in progress.story([told])


def test_a_clone_without_evidence_still_tells_what_git_knows(shop: Shop) -> None:
    shop.done(shop.loaded(), {"index.html": b"<p>"})
    shop.workspace.remove(shop.workspace.repository("shop"))
    shop.loaded(round_=2)

    (told,) = story(shop.workspace, "shop")

    assert [(each["round"], each["brief"]) for each in told["rounds"]] == [
        (1, "Sell things."),
        (2, "Sell things."),
    ]


def test_the_documentation_names_every_field_of_the_story(shop: Shop) -> None:
    loaded = shop.loaded()
    loaded.repository.record_evidence(1, of_refusal(1, "that is no page", 0.0))
    text = (docs.HOME / "docs" / "command-line.md").read_text()
    tables = re.findall(r"^\| \w+ \| \|\n\|---\|---\|\n((?:\|.*\n)+)", text, re.MULTILINE)

    (told,) = story(shop.workspace, "shop")
    (round_,) = told["rounds"]
    (attempt,) = round_["attempts"]

    named = [
        sorted(re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines())))
        for table in tables
    ]
    assert named == [sorted(told), sorted(round_), sorted(attempt)]


def test_orders_are_told_oldest_first_and_other_tasks_not_at_all(shop: Shop) -> None:
    for number in range(11):
        shop.loaded(nonce=f"{number}")
    shop.loaded("shop-12")
    shop.loaded("shopping")

    told = story(shop.workspace, "shop")

    names = [each["repository"].rpartition("/")[2] for each in told]
    assert names == ["shop", *(f"shop-{number}" for number in range(2, 12))]


def test_a_round_that_was_ordered_anew_is_told_before_the_order_that_counts(shop: Shop) -> None:
    shop.done(shop.loaded(), {"index.html": b"<p>"})
    second = shop.loaded(round_=2, nonce="a", brief="Sell tea.")
    second.repository.record_evidence(2, of_refusal(1, "that is no page", 0.0))
    old = shop.done(second, {"index.html": b"<p>tea"})
    shop.loaded(round_=2, nonce="b", brief="Sell cake.")

    (told,) = story(shop.workspace, "shop")

    _, before, now = told["rounds"]
    assert (before["brief"], before["commit"], before["superseded"]) == ("Sell tea.", old, True)
    assert (now["brief"], now["commit"], now["superseded"]) == ("Sell cake.", None, False)
    (attempt,) = before["attempts"]
    assert attempt["refused"] == "that is no page"
    assert attempt["asked"] == "git show refs/superseded/0/evidence/2:attempts/1/prompt.md"
    assert "Round 2, before it was ordered anew\n│  ├─ asked      Sell tea." in progress.story(
        [told]
    )


def test_each_order_of_a_round_has_the_commit_that_answers_it(shop: Shop) -> None:
    shop.done(shop.loaded(), {"index.html": b"<p>"})
    commits = []
    for nonce in "abc":
        loaded = shop.loaded(round_=2, nonce=nonce)
        loaded.repository.record_evidence(2, of_refusal(1, nonce, 0.0))
        commits.append(shop.done(loaded, {"index.html": nonce.encode()}))

    (told,) = story(shop.workspace, "shop")

    seconds = [each for each in told["rounds"] if each["round"] == 2]
    assert [each["commit"] for each in seconds] == commits
    assert [each["attempts"][0]["refused"] for each in seconds] == ["a", "b", "c"]
    assert [each["superseded"] for each in seconds] == [True, True, False]


def test_the_tasks_that_have_a_story_are_known(shop: Shop) -> None:
    assert tasks(shop.workspace) == []

    shop.done(shop.loaded("shop", nonce="a"))
    shop.loaded("shop", nonce="b")
    shop.loaded("Cafe")

    assert tasks(shop.workspace) == ["Cafe", "shop"]


def test_what_others_wrote_does_not_reach_the_terminal_as_codes(shop: Shop) -> None:
    shop.loaded(brief="Sell\x1b[2J flowers.")

    assert "\x1b" not in progress.story(story(shop.workspace, "shop"))


def test_without_a_task_the_command_lists_those_there_are(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKSPACE", str(shop.root))
    monkeypatch.chdir(shop.root)
    shop.loaded("cafe")

    program(["history"], standalone_mode=False)
    listed = capsys.readouterr()
    result = CliRunner().invoke(program, ["history", "shop"])

    assert listed.out == "cafe\n"
    assert "galley history TASK" in listed.err
    assert result.exit_code == 1
    assert "no repository of task shop in this workspace (tasks: cafe)" in result.output
