import pytest

from agent.models.continuation import join

CODE = "const total = items.filter(isPaid);\n"


@pytest.mark.parametrize(
    ("said", "more", "whole"),
    [
        ("let a", " = 1;", "let a = 1;"),
        (f"{CODE}const sum", f"{CODE}const sum = 3;", f"{CODE}const sum = 3;"),
        (f"```js\n{CODE}", "```js\nlet a;\n```\n", f"```js\n{CODE}let a;\n```\n"),
        (f"```js\n{CODE}", "```", f"```js\n{CODE}```"),
        ("Here:\n", "```js\nlet a;\n```\n", "Here:\n```js\nlet a;\n```\n"),
        ("", "whole", "whole"),
    ],
)
def test_a_continuation_is_joined_without_the_seam(said: str, more: str, whole: str) -> None:
    assert join(said, more) == whole


def test_repetitive_data_is_not_taken_for_a_seam() -> None:
    said, more = "[" + "0, " * 20, "0, " * 20 + "0]"

    assert join(said, more) == said + more
