"""Pages and scripts taken out of answers."""

import pytest

from agent.drafting.small.prompts import page_in, script_in
from agent.errors import DraftRefused


@pytest.mark.parametrize(
    "answer",
    [
        "let a = 1;",
        "```js\nlet a = 1;\n```",
        "Sure:\n```html\n<p></p><script>\nlet a = 1;\n</script>\n```",
    ],
)
def test_the_script_of_an_answer_is_found(answer: str) -> None:
    assert script_in(answer) == "let a = 1;"


def test_a_page_is_taken_out_of_its_fence() -> None:
    answer = "Here:\n```html\n<!DOCTYPE html>\n<title>A</title>\n</html>\n```\nIt works."

    assert page_in(answer) == "<!DOCTYPE html>\n<title>A</title>\n</html>\n"


def test_an_answer_without_a_page_is_refused() -> None:
    with pytest.raises(DraftRefused, match="no page"):
        page_in("I cannot do that.")
