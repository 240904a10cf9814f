"""Asking for tests of sentences, and what the question shows."""

from agent.intake.shapes import shapes_of
from agent.ports import Prompt
from agent.proofing.own_tests import read_own_tests
from agent.proofing.planning import Asked, request_for_reading, request_for_tests
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.written_tests import read_tests
from agent.values import Attachment, Brief
from tests.orders import js, round_record, sentence


def text_of(prompt: Prompt) -> str:
    return "\n".join(message.text for message in prompt.messages)


def test_the_question_shows_every_step_and_its_example_is_a_test() -> None:
    brief = Brief("t", 1, "Double a number {{ 7*7 }}", "n")

    prompt = text_of(request_for_tests(Asked(brief), ["It doubles"]))

    steps = SentenceTest.model_json_schema()["properties"]["steps"]["items"]
    assert all(f'"do": "{name}"' in prompt for name in steps["discriminator"]["mapping"])
    assert list(read_tests(prompt, ["It doubles"]).tests) == ["It doubles"]
    assert "1. It doubles" in prompt
    assert "{{ 7*7 }}" in prompt


def test_the_question_shows_expressions_and_attached_files() -> None:
    brief = Brief("t", 2, "Sum the column", "n")
    checks = [js("document.querySelector('#total')"), sentence("It sums")]
    shapes = shapes_of([Attachment("data.csv", "text/csv", b"city,sold\nRome,3\n")], 1000)

    prompt = text_of(request_for_tests(Asked(brief, (), checks, shapes), ["It sums"]))

    assert "- `document.querySelector('#total')`" in prompt
    assert "Rome,3" in prompt
    assert prompt.count("It sums") == 1


def test_the_question_leaves_out_what_there_is_none_of() -> None:
    prompt = text_of(request_for_tests(Asked(Brief("t", 1, "x", "n")), ["It sums"]))

    assert "These files come with the brief" not in prompt
    assert "The page must also satisfy" not in prompt
    assert "tests of your own" not in prompt


def test_the_question_for_own_tests_shows_earlier_rounds_and_their_tests() -> None:
    earlier = [round_record(brief="Make the title Alpha."), round_record(2, brief="Add a list.")]
    asked = Asked(Brief("t", 3, "The title is Beta now.", "n"), earlier, shown=earlier)
    answer = """{"tests": [{"behaviour": "The title is Alpha", "quote": "title Alpha", "steps": [
      {"do": "expect", "what": "title", "value": "Alpha"}]}]}"""
    own = read_own_tests(answer, 1, ["Make the title Alpha."], []).tests

    prompt = text_of(request_for_tests(asked, [], own))

    assert "Turn each of these sentences" not in prompt
    assert "BEGIN BRIEF OF ROUND 2\nAdd a list." in prompt
    assert "- own 1.1: The title is Alpha" in prompt


def test_a_value_that_an_attached_file_holds_counts_as_said() -> None:
    shapes = shapes_of([Attachment("data.csv", "text/csv", b"city,sold\nRome,37\n")], 1000)

    grounds = Asked(Brief("t", 1, "Sum the column", "n"), (), [js("a === 'b'")], shapes).grounds

    assert grounds[:2] == ["Sum the column", "a === 'b'"]
    assert "Rome,37" in grounds[2]


def test_a_second_reader_is_shown_that_something_is_to_be_empty() -> None:
    answer = """{"tests": [{"behaviour": "The score is empty before", "quote": "empty", "steps": [
      {"do": "expect", "what": "text", "selector": "#score", "comparison": "equals", "value": ""},
      {"do": "click", "selector": "#more"},
      {"do": "expect", "what": "visible", "selector": "#score"}]}]}"""
    asked = Asked(Brief("t", 1, "The score is empty at first.", "n"))
    own = read_own_tests(answer, 1, asked.briefs, []).tests

    prompt = text_of(request_for_reading(asked, own))

    assert '{"what":"text","selector":"#score","do":"expect","value":""}' in prompt
    assert '{"what":"visible","selector":"#score","do":"expect"}' in prompt


def test_checks_and_steps_are_shown_with_every_blank() -> None:
    answer = """{"tests": [{"behaviour": "Blanks count once", "quote": "once", "steps": [
      {"do": "fill", "selector": "#text", "value": "one   two"},
      {"do": "expect", "what": "text", "selector": "#words", "value": "2"}]}]}"""
    check = js("document.title === 'A  B'")
    asked = Asked(Brief("t", 1, "Blanks count once.", "n"), (), [check])
    own = read_own_tests(answer, 1, asked.briefs, []).tests

    prompts = [text_of(request_for_tests(asked, [])), text_of(request_for_reading(asked, own))]

    assert all("`document.title === 'A  B'`" in prompt for prompt in prompts)
    assert '"value":"one   two"' in prompts[1]
