import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from agent import scaffold

PROMPTS = sorted(path.name for path in (scaffold.HOME / "prompts").glob("*.jinja"))


def test_the_site_is_what_the_scaffolds_folder_holds() -> None:
    assert scaffold.SITE_PATHS == (".nojekyll", "LICENSE", "README.md")


@pytest.mark.parametrize("name", ["prompts/build.md", "prompts/repair.md", "prompts/revise.md"])
def test_a_variable_that_is_not_given_is_a_bug_and_not_an_empty_text(name: str) -> None:
    with pytest.raises(UndefinedError):
        scaffold.text(name)


def test_a_text_ends_with_one_line_end() -> None:
    assert re.search(r"[^\s]\n\Z", scaffold.prompt("system"))


def test_a_quotation_keeps_every_line_inside() -> None:
    assert scaffold.quoted("one\n\n# two\n") == "> one\n>\n> # two"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x", "`x`"),
        ("a `b` c", "``a `b` c``"),
        ("`b`", "`` `b` ``"),
        ("``", "``` `` ```"),
        ("two\nlines", "`two lines`"),
    ],
)
def test_a_code_span_holds_text_with_backticks(text: str, code: str) -> None:
    assert scaffold.code(text) == code


@given(st.text(alphabet="`~a\n "))
def test_no_text_closes_the_fence_around_it(text: str) -> None:
    lines = scaffold.fenced(text, "html").split("\n")
    ticks = lines[-1]

    assert lines[0] == f"{ticks}html"
    assert not any(line.strip().startswith(ticks) for line in lines[1:-1])


def test_a_long_text_on_one_line_is_cut() -> None:
    assert scaffold.oneline("a\n b") == "a b"
    assert len(scaffold.oneline("word " * 100)) == 200
