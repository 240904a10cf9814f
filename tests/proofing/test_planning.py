"""Asking for tests of sentences, and what the question shows."""

from agent.intake.shapes import shapes_of
from agent.proofing.planning import grounds_of, request_for_tests
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.written_tests import read_tests
from agent.values import Attachment, Brief
from tests.orders import js, sentence


def test_the_question_shows_every_step_and_its_example_is_a_test() -> None:
    brief = Brief("t", 1, "Double a number {{ 7*7 }}", "n")

    prompt = request_for_tests(brief, ["It doubles"]).messages[0].text

    steps = SentenceTest.model_json_schema()["properties"]["steps"]["items"]
    assert all(f'"do": "{name}"' in prompt for name in steps["discriminator"]["mapping"])
    assert list(read_tests(prompt, ["It doubles"]).tests) == ["It doubles"]
    assert "1. It doubles" in prompt
    assert "{{ 7*7 }}" in prompt


def test_the_question_shows_expressions_and_attached_files() -> None:
    brief = Brief("t", 2, "Sum the column", "n")
    checks = [js("document.querySelector('#total')"), sentence("It sums")]
    shapes = shapes_of([Attachment("data.csv", "text/csv", b"city,sold\nRome,3\n")], 1000)

    prompt = request_for_tests(brief, ["It sums"], checks=checks, shapes=shapes).messages[0].text

    assert "- `document.querySelector('#total')`" in prompt
    assert "Rome,3" in prompt
    assert prompt.count("It sums") == 1


def test_the_question_leaves_out_what_there_is_none_of() -> None:
    prompt = request_for_tests(Brief("t", 1, "x", "n"), ["It sums"]).messages[0].text

    assert "These files come with the brief" not in prompt
    assert "The page must also satisfy" not in prompt


def test_a_value_that_an_attached_file_holds_counts_as_said() -> None:
    shapes = shapes_of([Attachment("data.csv", "text/csv", b"city,sold\nRome,37\n")], 1000)

    grounds = grounds_of(["Sum the column"], [js("a === 'b'")], shapes)

    assert grounds[:2] == ["Sum the column", "a === 'b'"]
    assert "Rome,37" in grounds[2]
