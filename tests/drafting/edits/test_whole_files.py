"""Round-1 answers: complete apps, however the model names its files."""

import pytest

from agent.drafting.edits import EditRefused, Reason, apply, prose

PAGE = "<!doctype html>\n<html>\n<body>\n<p>Hi</p>\n</body>\n</html>\n"
STYLE = "p {\n  margin: 0;\n}\n"


@pytest.mark.parametrize(
    "head",
    [
        "FILE: index.html\n```html\n",
        "File: `index.html`\n\n```html\n",
        "**index.html**\n```html\n",
        "**`index.html`**:\n```html\n",
        "### `index.html`\n\n```html\n",
        "### 1. index.html\n\nThe page itself.\n\n```html\n",
        '"index.html":\n```html\n',
        "index.html:\n```\n",
        "- `index.html`\n```html\n",
        "Here is the complete `index.html`:\n\n```html\n",
        "```html index.html\n",
        "```html:index.html\n",
        '```html title="index.html"\n',
        "```index.html\n",
        "~~~html\n<!-- index.html -->\n",
        "````html filename=index.html\n",
    ],
)
def test_a_file_is_named_in_many_ways(head: str) -> None:
    fence = {"~": "~~~"}.get(head[0], "````" if head.startswith("````") else "```")

    tree = apply({}, f"Sure!\n\n{head}{PAGE}{fence}\n\nEnjoy.\n")

    assert tree == {"index.html": PAGE}


def test_several_files_and_words_between_them() -> None:
    answer = (
        f"Two files.\n\n**index.html**\n```html\n{PAGE}```\n\nThe style:\n\n"
        f"### style.css\n```css\n{STYLE}```\n\nRun it:\n\n```bash\nnpx serve\n```\n"
    )

    assert apply({}, answer) == {"index.html": PAGE, "style.css": STYLE}
    assert prose(answer).startswith("Two files.")
    assert "npx serve" in prose(answer)
    assert "margin" not in prose(answer)


def test_file_elements_are_files() -> None:
    answer = f'<file path="index.html">\n{PAGE}</file>\n<file path="a/b.css">\n{STYLE}</file>\n'

    assert apply({}, answer) == {"index.html": PAGE, "a/b.css": STYLE}


@pytest.mark.parametrize("answer", [f"```html\n{PAGE}```\n", PAGE, f"Here:\n\n{PAGE}\nEnjoy."])
def test_one_page_without_a_name_is_the_index(answer: str) -> None:
    assert apply({}, answer) == {"index.html": PAGE}


def test_one_page_without_a_name_is_the_only_page_there_is() -> None:
    old = PAGE.replace("Hi", "Ho")

    assert apply({"start.html": old}, f"```html\n{PAGE}```\n") == {"start.html": PAGE}


def test_a_page_may_hold_fences() -> None:
    page = PAGE.replace(
        "<p>Hi</p>", "<script>\nconst md = `\n```js\nx\n```\n\n```\ny\n```\n`;\n</script>"
    )

    assert apply({}, f"**index.html**\n```html\n{page}```\n") == {"index.html": page}


def test_a_readme_in_a_longer_fence_may_hold_fences() -> None:
    readme = "# App\n\n```\nnpm start\n```\n\n```bash\nnpm test\n```\n"

    assert apply({}, f"**README.md**\n````md\n{readme}````\n") == {"README.md": readme}


def test_a_readme_whose_end_is_unclear_is_refused() -> None:
    readme = "# App\n\n```\nnpm start\n```\n\nMore.\n"

    with pytest.raises(EditRefused, match="four backticks"):
        apply({}, f"**README.md**\n```md\n{readme}```\n")


def test_line_ends_follow_the_file_that_is_replaced() -> None:
    old = "a\r\nb"

    assert apply({"a.txt": old}, "a.txt\n```\na\nc\n```\n") == {"a.txt": "a\r\nc"}


def test_crlf_answers_make_plain_files() -> None:
    answer = f"**index.html**\n```html\n{PAGE}```\n".replace("\n", "\r\n")

    assert apply({}, answer) == {"index.html": PAGE}


def test_a_snippet_of_an_old_file_is_no_file() -> None:
    answer = f"In `a.js`:\n\n```js\nlet a;\n```\n\n**b.css**\n```css\n{STYLE}```\n"

    assert apply({"a.js": "let a;\n"}, answer) == {"a.js": "let a;\n", "b.css": STYLE}


def test_a_snippet_that_may_be_meant_for_an_old_file_is_not_left_out() -> None:
    answer = f"In `a.js`:\n\n```js\nfoo();\n```\n\n**b.css**\n```css\n{STYLE}```\n"

    with pytest.raises(EditRefused, match=r"a\.js: this is not understood as an edit"):
        apply({"a.js": "let a;\n"}, answer)


def test_two_pages_in_one_place_are_refused() -> None:
    with pytest.raises(EditRefused) as caught:
        apply({}, f"**index.html**\n```html\n{PAGE}```\n**Index.html**\n```html\n{PAGE}```\n")

    assert caught.value.failures[0].reason is Reason.EXISTS
