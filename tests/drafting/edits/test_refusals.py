"""What a refusal holds for the conversation with the model."""

import pickle

import pytest

from agent.drafting.edits import EditRefused, Reason, apply
from agent.errors import DraftRefused
from tests.drafting.edits.cases import HEAD, RATE_HUNK, TREE

GOOD = HEAD + RATE_HUNK
BAD = (
    "--- a/index.html\n+++ b/index.html\n@@ @@\n"
    "     <h1>Tip</h1>\n-    <h2>Gone</h2>\n+    <p>x</p>\n"
)


def refusal(answer: str) -> EditRefused:
    with pytest.raises(EditRefused) as caught:
        apply(TREE, answer)
    return caught.value


def test_a_failure_shows_the_real_lines_that_are_nearest() -> None:
    (failure,) = refusal(GOOD + BAD).failures

    assert (failure.path, failure.reason) == ("index.html", Reason.NOT_FOUND)
    assert "<h2>Gone</h2>" in failure.message
    assert (7, "    <h1>Tip</h1>") in failure.nearest
    assert "-    <h2>Gone</h2>" in failure.edit


def test_the_edits_that_were_fine_are_kept_as_an_answer() -> None:
    refused = refusal(GOOD + BAD)

    assert [edit.path for edit in refused.applied] == ["script.js"]
    assert apply(TREE, refused.kept) == apply(TREE, GOOD)


def test_what_was_kept_and_a_second_try_make_a_whole_answer() -> None:
    better = BAD.replace("-    <h2>Gone</h2>\n", "")

    tree = apply(TREE, refusal(GOOD + BAD).kept + "\n" + better)

    assert "1.2" in tree["script.js"]
    assert "<p>x</p>" in tree["index.html"]


def test_every_form_is_kept_so_that_it_reads_the_same() -> None:
    good = (
        "**a.md**\n````md\n```\nx\n```\n````\n*** Begin Patch\n*** Delete File: NOTES.md\n"
        "*** Update File: script.js\n*** Move to: main.js\n@@\n-const bill = "
        'document.querySelector("#bill");\n+let bill;\n*** Add File: b.css\n+b {}\n*** End Patch\n'
    )

    refused = refusal(good + BAD)

    assert apply(TREE, refused.kept) == apply(TREE, good)


def test_a_refused_answer_is_a_refused_draft_and_names_the_file() -> None:
    refused = refusal(BAD)

    assert isinstance(refused, DraftRefused)
    assert str(refused).startswith("index.html: ")
    assert pickle.loads(pickle.dumps(refused)).failures == refused.failures


@pytest.mark.parametrize(
    "answer",
    ["**logo.png**\n```\nx\n```\n", "--- a/logo.png\n+++ b/logo.png\n@@ @@\n-x\n+y\n"],
)
def test_a_file_that_is_not_text_is_not_edited(answer: str) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(TREE, answer, taken=["logo.png"])

    assert caught.value.failures[0].reason is Reason.BINARY


def test_a_removed_line_at_the_end_is_not_taken_for_a_list() -> None:
    answer = GOOD.replace("-10,5 +10,5", "-10,7 +10,6") + "\n-const gone = 1;\n"

    assert refusal(answer).failures[0].reason is Reason.NOT_FOUND


NEW = (
    "diff --git a/style.css b/style.css\nnew file mode 100644\n"
    "--- /dev/null\n+++ b/style.css\n@@ -0,0 +1 @@\n+p {}\n"
)


def test_a_new_file_that_was_kept_gets_its_own_path() -> None:
    refused = refusal(NEW + BAD)

    tree = apply(TREE, BAD.replace("-    <h2>Gone</h2>\n", ""), kept=refused.kept)

    assert refused.applied[0].path == "style.css"
    assert "b/b/" not in refused.kept
    assert tree.keys() - TREE.keys() == {"style.css"}


def test_a_new_file_without_git_headers_that_was_kept_gets_its_own_path() -> None:
    refused = refusal(NEW[NEW.index("---") :] + BAD)

    tree = apply(TREE, BAD.replace("-    <h2>Gone</h2>\n", ""), kept=refused.kept)

    assert tree.keys() - TREE.keys() == {"style.css"}


def test_a_deletion_is_shown_under_the_files_own_path() -> None:
    (failure,) = refusal("--- a/NOTES.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n").failures

    assert failure.path == "NOTES.md"
    assert "a/a/" not in failure.edit
    assert "b/a/" not in failure.edit


def test_a_deletion_that_was_kept_deletes() -> None:
    refused = refusal("diff --git a/NOTES.md b/NOTES.md\ndeleted file mode 100644\n" + BAD)

    tree = apply(TREE, BAD.replace("-    <h2>Gone</h2>\n", ""), kept=refused.kept)

    assert "a/a/" not in refused.kept
    assert "NOTES.md" not in tree


def test_a_whole_file_replaces_the_edits_of_it_that_were_kept() -> None:
    refused = refusal(GOOD + BAD)
    whole = TREE["script.js"].replace("1.1", "1.3")

    tree = apply(TREE, f"script.js\n```js\n{whole}```\n", kept=refused.kept)

    assert tree["script.js"] == whole


def test_thoughts_without_a_beginning_leave_what_was_kept() -> None:
    refused = refusal(GOOD + BAD)

    tree = apply(
        TREE,
        "So it was.\n</think>\n" + BAD.replace("-    <h2>Gone</h2>\n", ""),
        kept=refused.kept,
    )

    assert "1.2" in tree["script.js"]
