"""Whatever part of a right answer comes, a file never has less than before without being asked.

EDIT_DRAWS sets how many examples are drawn; 10,000 by hand.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from difflib import unified_diff

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.drafting.edits import EditRefused, apply

pytestmark = pytest.mark.slow

THOROUGHLY = settings(
    max_examples=int(os.environ.get("EDIT_DRAWS", "500")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
WORDS = ("bread", "cake", "roll", "order", "price", "total", "amount", "oven", "shop", "guest")
NAMES = st.lists(st.sampled_from(WORDS), min_size=3, max_size=7, unique=True)


@dataclass(frozen=True)
class Change:
    """A file, and what it is to become."""

    path: str
    before: str
    after: str


def script_part(name: str, number: int) -> str:
    return (
        f"function {name}Of(value) {{\n  const {name} = value * {number};\n"
        f"  if ({name} < 0) {{\n    return 0;\n  }}\n  return {name};\n}}\n\n"
    )


def style_part(name: str, number: int) -> str:
    return f".{name} {{\n  margin: {number}px;\n  color: var(--{name});\n}}\n\n"


def page_part(name: str, number: int) -> str:
    return (
        f'  <section id="{name}">\n    <h2>{name}</h2>\n    <p>{number} pieces</p>\n  </section>\n'
    )


KINDS = {
    "app.js": (script_part, "const rate = 1.07;\n\n", 'console.log("ready");\n'),
    "styles.css": (style_part, "body {\n  margin: 0;\n}\n\n", "footer {\n  color: gray;\n}\n"),
    "index.html": (
        page_part,
        "<!doctype html>\n<html>\n<body>\n  <h1>Shop</h1>\n",
        "  <footer>Baked by hand</footer>\n</body>\n</html>\n",
    ),
}


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A file of some parts, of which one gets another number, and perhaps a new part behind it."""
    path = draw(st.sampled_from(sorted(KINDS)))
    part, head, tail = KINDS[path]
    names = draw(NAMES)
    changed = draw(st.integers(0, len(names) - 2))
    grows = draw(st.booleans())
    before = [part(name, 10 + n) for n, name in enumerate(names)]
    after = list(before)
    after[changed] = part(names[changed], 77)
    if grows:
        after.insert(changed + 1, part("extra", 55))
    return Change(path, head + "".join(before) + tail, head + "".join(after) + tail)


def unchanged_at_the_end(change: Change) -> int:
    """How many lines the file ends with before and after; a part that is new may begin alike."""
    old, new = change.before.splitlines()[::-1], change.after.splitlines()[::-1]
    same = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return same - 1


def whole(change: Change) -> str:
    return f"{change.path}\n```\n{change.after}```\n"


def diff(change: Change) -> str:
    lines = unified_diff(
        change.before.splitlines(True),
        change.after.splitlines(True),
        f"a/{change.path}",
        f"b/{change.path}",
    )
    return f"```diff\n{''.join(lines)}```\n"


def holds(change: Change, answer: str) -> None:
    """The answer is refused, or what comes of it is right."""
    files = {change.path: change.before, "other.txt": "kept\n"}
    try:
        tree = apply(files, answer)
    except EditRefused:
        return
    assert tree == {**files, change.path: change.after}, answer


@THOROUGHLY
@given(changes())
def test_a_whole_answer_gives_the_right_tree(change: Change) -> None:
    files = {change.path: change.before}

    assert apply(files, whole(change)) == {change.path: change.after}
    assert apply(files, diff(change)) == {change.path: change.after}


@THOROUGHLY
@given(changes(), st.sampled_from([whole, diff]), st.data())
def test_a_prefix_of_an_answer_is_no_answer(
    change: Change, form: Callable[[Change], str], data: st.DataObject
) -> None:
    answer = form(change)
    cut = data.draw(st.integers(0, len(answer) - 5))

    holds(change, answer[:cut])


@THOROUGHLY
@given(changes(), st.data())
def test_a_prefix_that_was_fenced_all_the_same_is_no_file(
    change: Change, data: st.DataObject
) -> None:
    lines = change.after.splitlines(True)
    count = data.draw(st.integers(1, len(lines)))

    holds(change, f"{change.path}\n```\n{''.join(lines[:count])}```\n")


@THOROUGHLY
@given(
    changes(),
    st.sampled_from(
        [
            "{0}\n",
            "### {0}\n\nAdd this at the end:\n\n",
            "**{0}**\n",
            "### {0}\n\nThe part that changes:\n\n",
            "Update `{0}`:\n\n",
            "Here is the complete `{0}`:\n\n",
        ]
    ),
    st.data(),
)
def test_a_fragment_never_replaces_the_file(change: Change, head: str, data: st.DataObject) -> None:
    lines = change.after.splitlines(True)
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first + 1, len(lines)))
    answer = f"{head.format(change.path)}```\n{''.join(lines[first:last])}```\n"

    holds(change, answer)


@THOROUGHLY
@given(changes(), st.sampled_from([("Before", "After"), ("Old", "New"), ("Find", "Replace with")]))
def test_two_versions_are_an_edit(change: Change, captions: tuple[str, str]) -> None:
    old, new = change.before, change.after
    while old and new and old.split("\n")[0] == new.split("\n")[0]:
        old, new = old.partition("\n")[2], new.partition("\n")[2]
    first, second = captions
    answer = f"### {change.path}\n\n**{first}:**\n```\n{old}```\n\n**{second}:**\n```\n{new}```\n"

    holds(change, answer)


@THOROUGHLY
@given(changes(), st.data())
def test_a_chunk_before_and_after_is_an_edit_or_refused(
    change: Change, data: st.DataObject
) -> None:
    old, new = change.before.splitlines(True), change.after.splitlines(True)
    first = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    start = data.draw(st.integers(max(0, first - 4), first))
    rest = data.draw(st.integers(1, 4))
    common = len(old) - len(new)
    end = min(first + rest, len(old))
    answer = (
        f"**{change.path}**\n\nBefore:\n```\n{''.join(old[start:end])}```\n\n"
        f"After:\n```\n{''.join(new[start : end - common])}```\n"
    )
    grown = "".join(old[:start]) + "".join(new[start : end - common]) + "".join(old[end:])

    holds(Change(change.path, change.before, grown), answer)


@THOROUGHLY
@given(
    changes(),
    st.sampled_from(
        [
            "rest as before",
            "the remaining parts",
            "unchanged",
            "keep the others",
            "and so on",
            "more of these",
            "der Rest bleibt",
            "same here",
            "(5 parts)",
            "[…]",
        ]
    ),
    st.data(),
)
def test_a_comment_never_takes_the_place_of_code(
    change: Change, words: str, data: st.DataObject
) -> None:
    lines = change.after.splitlines(True)
    tail = data.draw(st.integers(4, unchanged_at_the_end(change)))
    first = len(lines) - tail
    last = data.draw(st.integers(first + 3, len(lines) - 1))
    mark = {"app.js": "// {}", "styles.css": "/* {} */", "index.html": "<!-- {} -->"}[change.path]
    comment = f"{mark.format(words)}\n"

    holds(change, whole(Change(change.path, "", "".join([*lines[:first], comment, *lines[last:]]))))
