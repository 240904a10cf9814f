import pytest

from agent.drafting import answer
from agent.errors import DraftRefused

PAGE = "index.html\n```html\n<!doctype html>\n<title>Shop</title>\n<p>hello</p>\n</html>\n```\n"


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        ("Summary: Sells things.\n\n" + PAGE, "Sells things."),
        ("**Summary:** Sells things.\n" + PAGE, "Sells things."),
        ("## summary: Sells *all* things**\n" + PAGE, "Sells *all* things"),
        (PAGE + "\nSummary: Sells   things\n", "Sells things"),
        (PAGE, "Make a shop."),
        ("Summary: #total shows the sum_", "#total shows the sum"),
        ("Summary:\n", "Make a shop."),
        ("Summary: ", "Make a shop."),
        ("Summary:\n\n" + PAGE, "Make a shop."),
        ("Summary: **", "Make a shop."),
    ],
)
def test_the_summary_is_the_answers_own_or_the_briefs(said: str, summary: str) -> None:
    assert answer.summary([said], "Make a shop. It sells things.") == summary


def test_a_summary_is_one_line_of_bounded_length() -> None:
    found = answer.summary(["Summary: " + "word " * 1000], "brief")

    assert len(found) <= 300
    assert found == found.strip()


def test_files_that_are_not_text_stay_as_they_are() -> None:
    base = {"logo.png": b"\x89PNG\x00\xff", "index.html": b"<p>old</p>\n"}

    after = answer.revised(base, PAGE)

    assert after["logo.png"] == base["logo.png"]
    assert b"hello" in after["index.html"]
    assert after.keys() == base.keys()


def test_a_file_that_is_not_text_is_not_written_over() -> None:
    with pytest.raises(DraftRefused):
        answer.revised({"logo.png": b"\x89PNG\x00"}, "logo.png\n```\nhello\n```\n" + PAGE)


def test_a_file_that_was_cut_off_is_refused() -> None:
    with pytest.raises(DraftRefused):
        answer.revised({}, PAGE.partition("</p>")[0])


@pytest.mark.parametrize("content", [b"a\x00b", b"\xff\xfe", b"\xc3"])
def test_what_is_no_utf_8_is_no_text(content: bytes) -> None:
    assert answer.as_text(content) is None


def test_an_explanation_keeps_only_sentences_about_code_that_is_there() -> None:
    said = PAGE + "\nExplanation: The page has `hello`. It calls `imagined()` on load. It is short."

    assert answer.explanation([said], {"index.html": b"<p>hello"}) == (
        "The page has `hello`. It is short."
    )
    assert answer.explanation([PAGE], {"index.html": b""}) == ""


def test_thoughts_are_no_part_of_a_summary() -> None:
    said = f"<think>\nSummary: sells nothing.\n</think>\nSummary: sells things.\n{PAGE}"

    assert answer.summary([said], "Make a shop.") == "sells things."


def test_a_page_loses_what_it_has_only_if_the_brief_asks_for_it() -> None:
    old = "<!doctype html>\n<p>one two</p>\n<footer>Made by us in the old town</footer>\n</html>\n"
    said = "index.html\n```html\n<!doctype html>\n<p>one two</p>\n</html>\n```\n"

    after = answer.revised({"index.html": old.encode()}, said, brief="Remove the footer.")

    assert b"footer" not in after["index.html"]
    with pytest.raises(DraftRefused, match="<footer>"):
        answer.revised({"index.html": old.encode()}, said, brief="Set the title.")


LOGO = {"index.html": b"<p>\n", "logo.png": b"\x89PNG\0"}


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ("deleted file mode 100644", {}),
        ("rename from logo.png\nrename to img/logo.png", {"img/logo.png": b"\x89PNG\0"}),
    ],
)
def test_a_file_that_is_not_text_is_deleted_and_renamed_like_any_other(
    change: str, after: dict[str, bytes]
) -> None:
    new = "img/logo.png" if after else "logo.png"
    said = f"```diff\ndiff --git a/logo.png b/{new}\n{change}\n```\n"

    assert answer.revised(LOGO, said) == {"index.html": b"<p>\n", **after}


def test_a_summary_and_an_explanation_end_with_a_whole_word() -> None:
    words = "Shows kilometres " * 40
    sentences = "It shows kilometres. " * 200

    assert answer.summary([f"Summary: {words}"], "").endswith(("Shows…", "kilometres…"))
    assert answer.true_of(sentences, {}).endswith("kilometres.")
