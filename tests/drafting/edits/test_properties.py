"""What holds for any texts: exact diffs apply exactly, damage is seen, nothing else is touched."""

from difflib import unified_diff

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.drafting.edits import EditRefused, apply

LINE = st.text(alphabet="ab {}();=.-+#<>\t", max_size=12).filter(
    lambda line: not line.strip().startswith("...") and "..." not in line
)
LINES = st.lists(LINE, min_size=1, max_size=25)


def difference(before: list[str], after: list[str]) -> list[str]:
    return list(unified_diff(before, after, "a/f.txt", "b/f.txt", lineterm=""))


def content(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@given(LINES, LINES)
def test_a_correct_diff_applies_exactly_or_is_ambiguous(
    before: list[str], after: list[str]
) -> None:
    assume(before != after)
    answer = "````diff\n" + content(difference(before, after)) + "````\n"

    try:
        tree = apply({"f.txt": content(before), "g.txt": "g\n"}, answer)
    except EditRefused:
        assume(False)

    assert tree == {"f.txt": content(after), "g.txt": "g\n"}


@given(st.lists(st.integers(0, 999), min_size=3, max_size=40, unique=True), st.data())
def test_a_correct_diff_of_distinct_lines_is_never_refused(
    numbers: list[int], data: st.DataObject
) -> None:
    before = [f"line number {number};" for number in numbers]
    place = data.draw(st.integers(0, len(before) - 1))
    after = [*before[:place], "something else", *before[place + 1 :]]

    tree = apply({"f.txt": content(before)}, content(difference(before, after)))

    assert tree == {"f.txt": content(after)}


@given(
    st.lists(st.integers(0, 99), min_size=8, max_size=40, unique=True),
    st.integers(0, 7),
    st.integers(0, 30),
    st.sampled_from(["drop", "blank", "typo", "indent"]),
)
def test_damaged_context_gives_the_right_tree_or_a_refusal(
    numbers: list[int], place: int, where: int, kind: str
) -> None:
    before = [f"row({number * number * 37});" for number in numbers]
    after = [*before[:place], "changed();", *before[place + 1 :]]
    lines = difference(before, after)
    context = [index for index, line in enumerate(lines) if line.startswith(" ")]
    assume(context)
    damaged = context[where % len(context)]
    line = lines[damaged]
    lines[damaged : damaged + 1] = {
        "drop": [],
        "blank": [line, " "],
        "typo": [line.replace("row", "raw")],
        "indent": ["   " + line],
    }[kind]

    try:
        tree = apply({"f.txt": content(before)}, content(lines))
    except EditRefused:
        return

    assert tree == {"f.txt": content(after)}


@pytest.mark.slow
@given(st.text(max_size=200), st.text(max_size=60))
def test_files_that_an_answer_does_not_name_are_not_touched(answer: str, other: str) -> None:
    files = {"kept.txt": other, "f.txt": "x\ny\n"}
    named = "--- a/f.txt\n+++ b/f.txt\n@@ @@\n-x\n+z\n"
    assume("kept" not in answer)

    try:
        tree = apply(files, f"{named}\n{answer}")
    except EditRefused:
        return

    assert tree["kept.txt"] == other
