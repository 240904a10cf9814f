from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.drafting.conversation import Conversation
from agent.errors import DraftRefused
from agent.models.scripted import Scripted
from agent.path_policy import permitted
from agent.ports import DraftRequest, Message, Prompt
from tests.orders import Shop

PAGE = "<!doctype html>\n<h1>Old</h1>\n<p>one</p>\n<p>two</p>\n</html>\n"
BASE = {"index.html": PAGE.encode()}
ASKED = Prompt((Message("system", "Be brief."), Message("user", "Change it.")), temperature=0.5)
GOOD = "```diff\n--- a/index.html\n+++ b/index.html\n@@\n-<h1>Old</h1>\n+<h1>New</h1>\n```\n"
BAD = "```diff\n--- a/index.html\n+++ b/index.html\n@@\n-<p>three</p>\n+<p>3</p>\n```\n"
MENDED = BAD.replace("three", "two")


def permit(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    return permitted(before, after, allow_workflows=False)


def conversation(shop: Shop, *answers: str) -> Conversation:
    folder = Path(shop.root / "answers")
    folder.mkdir()
    for number, text in enumerate(answers, 1):
        (folder / f"{number}.md").write_text(text)
    request = DraftRequest(
        brief=shop.loaded().brief,
        earlier=(),
        attachments=(),
        base=BASE,
        number=1,
        tried=(),
        deadline=Deadline.within(60),
        listen=lambda piece: None,
        permit=permit,
    )
    return Conversation(Scripted(folder), BASE, request)


def asked(talk: Conversation, turn: int) -> str:
    return talk.request.turns[turn][0].messages[-1].text


def test_a_good_answer_takes_one_turn(shop: Shop) -> None:
    talk = conversation(shop, GOOD)

    assert b"<h1>New</h1>" in talk.hold(ASKED)["index.html"]
    assert len(talk.request.turns) == 1


def test_the_second_turn_asks_only_for_what_failed(shop: Shop) -> None:
    talk = conversation(shop, GOOD + BAD, MENDED)

    after = talk.hold(ASKED)["index.html"].decode()

    assert after == PAGE.replace("Old", "New").replace("two", "3")
    assert "<p>three</p>" in asked(talk, 1)
    assert "<p>two</p>" in asked(talk, 1)
    assert "These are fine and are kept" in asked(talk, 1)
    assert "only those" in asked(talk, 1)


def test_the_third_turn_asks_for_whole_files(shop: Shop) -> None:
    talk = conversation(shop, BAD, BAD, f"index.html\n```\n{PAGE.replace('two', '3')}```\n")

    assert b"<p>3</p>" in talk.hold(ASKED)["index.html"]
    assert "write each of these files whole instead, as it should be in the end: index.html" in (
        asked(talk, 2)
    )


def test_after_three_turns_the_last_reason_is_the_refusal(shop: Shop) -> None:
    talk = conversation(shop, BAD, BAD, "I give up.", GOOD)

    with pytest.raises(DraftRefused):
        talk.hold(ASKED)

    assert len(talk.request.turns) == 3


def test_every_turn_goes_on_from_the_one_before(shop: Shop) -> None:
    talk = conversation(shop, "no", "no", GOOD)

    talk.hold(ASKED)

    (_, _), (second, _), (third, _) = talk.request.turns
    assert second.messages[:2] == ASKED.messages
    assert second.messages[2] == Message("assistant", "no")
    assert third.messages[: len(second.messages)] == second.messages
    assert third.temperature == ASKED.temperature


def test_what_may_not_be_written_is_told_like_any_other_mistake(shop: Shop) -> None:
    cname = "CNAME\n```\nevil.example\n```\n"
    talk = conversation(shop, GOOD + cname, GOOD)

    after = talk.hold(ASKED)

    assert sorted(after) == ["index.html"]
    assert "CNAME may not be changed" in asked(talk, 1)


def test_edits_are_named_only_where_there_were_edits(shop: Shop) -> None:
    talk = conversation(shop, "I would rather not.", GOOD)

    talk.hold(ASKED)

    assert "That answer cannot be used:" in asked(talk, 1)
    assert "could not be placed" not in asked(talk, 1)
    assert "Give up on edits" not in asked(talk, 1)
    assert "no file named" not in asked(talk, 1)


def test_nothing_was_changed_yet_unless_something_is_kept(shop: Shop) -> None:
    talk = conversation(shop, BAD, GOOD + BAD, MENDED)

    talk.hold(ASKED)

    assert "so nothing was changed yet" in asked(talk, 1)
    assert "only those, each with the name of its file (index.html)" in asked(talk, 1)
    assert "so nothing was changed yet" not in asked(talk, 2)
    assert "These are fine and are kept" in asked(talk, 2)
