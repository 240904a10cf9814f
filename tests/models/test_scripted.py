from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, ModelError
from agent.models.scripted import Scripted
from agent.ports import Message, Prompt


def ask(model: Scripted, text: str) -> str:
    prompt = Prompt((Message("system", "Be brief."), Message("user", text)))
    return model.answer(prompt, Deadline.within(5), lambda piece: None).text


def folder(place: Path, **answers: str) -> Path:
    for name, text in answers.items():
        (place / f"{name.removeprefix('n')}.md").write_text(text)
    return place


def test_answers_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    model = Scripted(folder(tmp_path, n10="tenth", n2="second", n1="first", notes="not one"))

    assert [ask(model, "more") for _ in range(3)] == ["first", "second", "tenth"]


def test_an_answer_for_certain_words_waits_for_them(tmp_path: Path) -> None:
    model = Scripted(folder(tmp_path, n1="when: make it blue\nblue\n", n2="plain"))

    assert ask(model, "a page") == "plain"
    assert ask(model, "now make it blue, please") == "blue\n"


def test_a_later_round_finds_its_answer_in_a_new_process(tmp_path: Path) -> None:
    place = folder(tmp_path, n1="round 1", n2="when: make it blue\nround 2")

    assert ask(Scripted(place), "a page") == "round 1"
    assert ask(Scripted(place), "a page, now make it blue") == "round 2"


def test_running_out_of_answers_says_so(tmp_path: Path) -> None:
    model = Scripted(folder(tmp_path, n1="first", n2="when: blue\nblue"))
    ask(model, "a page")

    with pytest.raises(ModelError, match=r"no answer left .* \(1 given, 1 kept .*add 3\.md"):
        ask(model, "a page")


def test_a_folder_that_is_not_there_has_no_answers(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no answer left"):
        ask(Scripted(tmp_path / "absent"), "a page")


def test_the_answer_is_heard_line_by_line(tmp_path: Path) -> None:
    model = Scripted(folder(tmp_path, n1="one\ntwo\n"))
    heard: list[str] = []

    answer = model.answer(Prompt((Message("user", "?"),)), Deadline.within(5), heard.append)

    assert heard == ["one\n", "two\n"]
    assert answer.model == f"scripted:{tmp_path}"


def test_a_cancelled_job_hears_nothing(tmp_path: Path) -> None:
    model = Scripted(folder(tmp_path, n1="one\n"))
    cancelled = Deadline(Deadline.within(5).at, lambda: True)

    with pytest.raises(Cancelled):
        model.answer(Prompt((Message("user", "?"),)), cancelled, lambda piece: None)


def test_a_question_that_a_job_can_do_without_is_answered_only_by_name(tmp_path: Path) -> None:
    model = Scripted(folder(tmp_path, n1="a page", n2="when: blue\nblue", n3="when: brief\nyes\n"))
    named, other = (
        Prompt((Message("system", text), Message("user", "now blue")), is_optional=True)
        for text in ("You read a brief.", "You read something else.")
    )

    said = model.answer(named, Deadline.within(5), lambda piece: None).text

    assert said == "yes\n"
    with pytest.raises(ModelError, match="no answer left"):
        model.answer(other, Deadline.within(5), lambda piece: None)
