from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.values import Check, CheckKind
from agent.workspace import commit_messages
from tests.orders import js, round_record, sentence

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.text(CHARACTERS, min_size=1).filter(lambda text: bool(text.strip()))
CHECKS = st.builds(Check, st.just(CheckKind.JS), WORDS.map(str.strip), st.just(2))


def test_a_commit_message_brings_back_the_round_it_was_made_from() -> None:
    checks = (js("document.title === 'x'", 2), sentence("Has MIT license", 2))
    round_ = round_record(2, "shop", "Add a cart.\n\nAnd a total.", checks)

    assert commit_messages.read(commit_messages.message(round_)) == round_


def test_a_check_of_several_lines_comes_back_with_its_lines() -> None:
    check = js("(() => {\n  const a = 1;\n\n  return a;\n})()")

    read = commit_messages.read(commit_messages.message(round_record(checks=(check,))))

    assert read is not None
    assert read.checks == (check,)


@given(st.lists(CHECKS, max_size=3))
def test_a_check_comes_back_exactly_whatever_characters_it_has(checks: list[Check]) -> None:
    read = commit_messages.read(commit_messages.message(round_record(2, checks=tuple(checks))))

    assert read is not None
    assert read.checks == tuple(checks)


def test_what_git_takes_into_no_message_is_shown_as_unreadable() -> None:
    message = commit_messages.message(replace(round_record(), summary="half \ud800", brief="a\0b"))

    assert message.startswith("half ?\n\na\ufffdb\n\n")


@given(WORDS)
def test_a_brief_cannot_forge_what_stands_behind_it(brief: str) -> None:
    read = commit_messages.read(
        commit_messages.message(round_record(3, brief=f"{brief}\n\nRound: 9\nTask: evil"))
    )

    assert read is not None
    assert (read.number, read.task) == (3, "shop")


def test_a_subject_is_one_line_of_at_most_72_characters() -> None:
    message = commit_messages.message(
        replace(round_record(), summary="Sells\n" + "many things " * 20)
    )

    subject = message.splitlines()[0]
    assert len(subject) <= 72
    assert subject.endswith("…")


def test_a_round_without_a_summary_has_a_subject_all_the_same() -> None:
    read = commit_messages.read(commit_messages.message(replace(round_record(), summary=" ")))

    assert read is not None
    assert read.summary == "Build the app"


@pytest.mark.parametrize(
    "message",
    [
        "Fix a typo\n",
        "Fix a typo\n\nIt was wrong.\n\nSigned-off-by: A <a@b>\n",
        "Merge\n\nbody\n\nRound: two\nTask: t\nModel: m\nProof: p\nRequest: r\n",
        "Merge\n\nbody\n\nRound: 0\nTask: t\nModel: m\nProof: p\nRequest: r\n",
        "",
    ],
)
def test_a_commit_by_somebody_else_is_no_round(message: str) -> None:
    assert commit_messages.read(message) is None


def test_a_check_that_says_nothing_is_no_check() -> None:
    read = commit_messages.read(
        "App\n\nbody\n\nCheck: \nRound: 1\nTask: t\nModel: m\nProof: p\nRequest: r\n"
    )

    assert read is not None
    assert read.checks == ()


def test_git_itself_reads_the_trailers() -> None:
    message = commit_messages.message(round_record(1, checks=(js("a\n\nb"),)))

    last = message.rstrip("\n").rpartition("\n\n")[2].splitlines()

    assert [line.partition(":")[0] for line in last if not line.startswith(" ")] == [
        "Check",
        "Round",
        "Task",
        "Model",
        "Proof",
        "Request",
    ]


@given(st.lists(CHECKS, max_size=3))
@example([js("."), js("..\n..\n\na")])
def test_what_a_round_overrode_comes_back_exactly(checks: list[Check]) -> None:
    texts = tuple(check.text for check in checks)
    round_ = replace(round_record(2), superseded=texts)

    read = commit_messages.read(commit_messages.message(round_))

    assert read is not None
    assert read.superseded == texts
