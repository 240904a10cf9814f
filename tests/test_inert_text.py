import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.inert_text import visible, with_references, without_markup, without_references

ACTIVE = [
    "Fixes owner/other#1",
    "closes #12",
    "GH-3",
    "thanks @octocat",
    "@org/team",
    "owner/other@0123456789abcdef",
    "https://github.com/owner/other/issues/1",
    "https://github.com/owner/other/pull/1",
    "[skip ci]",
    "[ci skip]",
    "[no ci]",
    "[skip actions]",
    "[actions skip]",
    "skip-checks: true",
]
REFERENCE = re.compile(
    r"(?<!\w)@\w|\w@[0-9a-f]{7}|#\d|GH-\d|/(issues|pull)/\d|\[(skip|ci|no|actions) |skip-checks:"
)


@pytest.mark.parametrize("text", ACTIVE)
def test_what_a_forge_acts_on_is_broken_and_comes_back(text: str) -> None:
    broken = without_references(text)

    assert REFERENCE.search(text)
    assert not REFERENCE.search(broken)
    assert with_references(broken) == text


@pytest.mark.parametrize("text", ["a@example.com", "color: #fff", "list[0] < 1 # one", "5 @ 3"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert without_references(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_exactly(text: str) -> None:
    assert with_references(without_references(text)) == text


@given(st.text())
def test_nothing_that_moves_a_cursor_is_left(text: str) -> None:
    for shown in (visible(text), without_references(text), without_markup(text)):
        assert [c for c in shown if not c.isprintable() and c not in "\n\t\u200c\u200d\u200a"] == [
            c
            for c in text
            if not c.isprintable() and visible(c) == c and c not in "\n\t\u200c\u200d\u200a"
        ]
        assert "\x1b" not in shown


def test_escapes_are_shown_as_json_writes_them() -> None:
    shown = visible("a\x1b[31m\r\x9b\u202e")

    assert shown == r"a\u001b[31m\u000d\u009b\u202e"
    assert json.loads(f'"{shown}"') == "a\x1b[31m\r\x9b\u202e"


@pytest.mark.parametrize(
    "text",
    [
        "<img src=//spy.example>",
        "</details>",
        "<!-- hidden",
        "![x](//spy.example)",
        "<svg/onload=x>",
    ],
)
def test_a_readme_has_no_markup_of_others(text: str) -> None:
    assert not re.search(r"<[A-Za-z/!?]|!\[", without_markup(text))
