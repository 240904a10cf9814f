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
    assert "The other edits (index.html) are fine and are kept" in asked(talk, 1)
    assert "<h1>New</h1>" not in asked(talk, 1)
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
    assert "are fine and are kept" in asked(talk, 2)


def test_a_model_may_see_a_file_before_it_answers(shop: Shop) -> None:
    talk = conversation(shop, "Show: `index.html`\n\nShow: missing.js", GOOD)

    after = talk.hold(ASKED)

    assert b"<h1>New</h1>" in after["index.html"]
    assert f"BEGIN FILE index.html\n{PAGE}" in asked(talk, 1)
    assert "- missing.js cannot be shown" in asked(talk, 1)


def test_a_model_that_only_asks_to_see_files_is_shown_three_and_then_refused(shop: Shop) -> None:
    talk = conversation(shop, *["Show: index.html"] * 4, GOOD)

    after = talk.hold(ASKED)

    assert b"<h1>New</h1>" in after["index.html"]
    assert "no more files can be shown" not in asked(talk, 2)
    assert "no more files can be shown" in asked(talk, 3)
    assert "That answer cannot be used" in asked(talk, 4)


def test_an_app_that_is_as_it_is_asked_for_stays_in_one_turn(shop: Shop) -> None:
    talk = conversation(shop, "Summary: Nothing to change: the heading is there.", GOOD)

    assert talk.hold(ASKED) == BASE
    assert len(talk.request.turns) == 1


def test_the_same_files_given_twice_mean_that_nothing_is_to_change(shop: Shop) -> None:
    same = f"index.html\n```\n{PAGE}```\n"
    talk = conversation(shop, same, same, GOOD)

    assert talk.hold(ASKED) == BASE
    assert len(talk.request.turns) == 2


def test_a_refusal_names_the_first_line_that_differs(shop: Shop) -> None:
    swapped = "```diff\n--- a/index.html\n+++ b/index.html\n@@\n-<p>two</p>\n-<p>one</p>\n+x\n```\n"
    talk = conversation(shop, swapped, GOOD)

    talk.hold(ASKED)

    assert "'<p>two</p>' is not followed by '<p>one</p>', where the file has '</html>'" in (
        asked(talk, 1)
    )


def test_of_a_long_edit_that_failed_only_the_beginning_comes_back(shop: Shop) -> None:
    lines = "".join(f"-<p>{number}</p>\n" for number in range(200))
    talk = conversation(
        shop, f"```diff\n--- a/index.html\n+++ b/index.html\n@@\n{lines}```\n", GOOD
    )

    talk.hold(ASKED)

    assert "<p>5</p>" in asked(talk, 1)
    assert "<p>150</p>" not in asked(talk, 1)
    assert "more lines)" in asked(talk, 1)


def test_only_where_files_were_sent_one_can_be_taken_over(shop: Shop) -> None:
    talk = conversation(shop, "no", "no", GOOD)

    talk.hold(ASKED)

    assert "from:" not in asked(talk, 2)
