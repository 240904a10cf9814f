"""JSON as browsers take it: what they refuse, round or drop is found."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.json_syntax import parse_json, valid_json
from agent.intake.shapes import shapes_of
from agent.intake.unreadable import Unreadable
from tests.intake.sent import attached


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": NaN}', "it holds NaN, which JSON does not allow"),
        ("[-Infinity]", "it holds -Infinity"),
        ('{"a": 1, // one\n"b": 2}', "it has comments"),
        ('{"a": 1} /* end', "it has comments"),
        ("[1, 2,]", "it has trailing commas"),
        ('{"a": [1,\n], // x\n}', "it has trailing commas"),
        ('{"a": 1, "a": 2}', "keys stand twice in one object (a): browsers keep the last"),
        ("[9007199254740993]", "integers past 2^53 (9007199254740993)"),
    ],
)
def test_what_browsers_do_not_take_is_named(text: str, fault: str) -> None:
    assert any(fault in each for each in parse_json(text).faults)


@pytest.mark.parametrize(
    "text", ['{"a": "NaN // , ] /* "}', '["\\\\", "//"]', "[9007199254740992]", "[1.5e3, null]"]
)
def test_sound_json_has_no_faults(text: str) -> None:
    assert parse_json(text).faults == ()
    assert valid_json(text) == text


@pytest.mark.parametrize(
    "text", ["{oops", "[1 2]", "", '{"a": undefined}', "[" * 200_000, "[" + "[]," * 2_000_001]
)
def test_what_is_no_json_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_json(text)


@pytest.mark.parametrize("text", ["/*" * 500_000, '"' * 500_001, ",]" * 300_000])
def test_text_that_only_begins_like_comments_is_read_in_time(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_json(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_json_with_comments_and_trailing_commas_has_the_same_values(value: object) -> None:
    sound = json.dumps(value, indent=1)
    odd = f"// first\n{sound} /* last */"

    assert json.loads(valid_json(odd)) == value


def test_the_model_is_shown_what_to_do_about_json_that_browsers_refuse() -> None:
    (shape,) = shapes_of([attached("a.json", b'{"n": [1, NaN]}')], 2_000)

    assert any("browsers refuse the whole file" in fact for fact in shape.facts)
    assert any("`from: NAME#valid`" in fact for fact in shape.facts)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbf[1]", "begins with a byte order mark"),
        ("[1]".encode("utf-16"), "encoded as utf-16, not UTF-8"),
    ],
)
def test_bytes_that_json_should_not_begin_with_are_named(content: bytes, said: str) -> None:
    (shape,) = shapes_of([attached("a.json", content)], 2_000)

    assert any(said in fact for fact in shape.facts)
