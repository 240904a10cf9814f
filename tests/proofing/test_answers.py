"""Reading a model's answer as tests."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.proofing.answers import read_tests
from agent.proofing.steps import SentenceTest
from agent.values import Brief

CHECKS = ["It doubles", "It clears"]
STEPS = '[{"do": "click", "selector": "#go"}, {"do": "expect", "what": "visible", "selector": "p"}]'
ENTRY = f'{{"check": 1, "steps": {STEPS}}}'
SCAFFOLDS = Path(__file__).parents[2] / "scaffolds"


@pytest.mark.parametrize(
    "answer",
    [
        f'{{"tests": [{ENTRY}]}}',
        f"[{ENTRY}]",
        ENTRY,
        f'Here you go [1]:\n```json\n{{"tests": [{ENTRY}]}}\n```\nHope it helps {{really}}.',
        f'The {{"shape"}} is so: {{"tests": [{ENTRY}]}}',
    ],
)
def test_tests_are_found_in_fences_and_prose(answer: str) -> None:
    read = read_tests(answer, CHECKS)

    assert list(read.tests) == ["It doubles"]
    assert len(read.tests["It doubles"].steps) == 2
    assert read.unread == {"It clears": "the model gave no test for it"}


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ("[]", "steps: Tuple should have at least 1 item"),
        ('[{"do": "python", "code": "import os"}]', "steps.0: Input tag 'python'"),
        ('[{"do": "click", "selector": "#go"}]', "needs at least one expect or evaluate step"),
        ('[{"do": "goto", "query": "https://example.com/"}]', "a query begins with ?"),
        ('[{"do": "expect", "what": "text", "value": "x"}]', "expecting text needs a selector"),
        ('[{"do": "expect", "what": "count", "selector": "p", "value": "x"}]', "a whole number"),
        ('[{"do": "wait", "selector": "p", "seconds": 900}]', "less than or equal to 15"),
        ('[{"do": "click", "selector": "p", "force": true}]', "steps.0.click.force"),
    ],
)
def test_a_test_outside_of_the_language_is_refused_with_its_place(
    steps: str, complaint: str
) -> None:
    read = read_tests(f'{{"tests": [{{"check": 1, "steps": {steps}}}]}}', CHECKS)

    assert read.tests == {}
    assert complaint in read.unread["It doubles"]


@pytest.mark.parametrize(
    "answer", ["", "I cannot.", '{"tests": "none"}', "[" * 100_000, '{"check": 9}', "[[], 3, null]"]
)
def test_an_answer_without_tests_leaves_every_check_unread(answer: str) -> None:
    read = read_tests(answer, CHECKS)

    assert (read.tests, list(read.unread)) == ({}, CHECKS)


def test_the_prompt_shows_every_step_and_its_example_is_a_test() -> None:
    jinja = Environment(loader=FileSystemLoader(SCAFFOLDS), undefined=StrictUndefined)
    brief = Brief("t", 1, "Double a number {{ 7*7 }}", "n")

    prompt = jinja.get_template("prompts/tests.md.jinja").render(brief=brief, checks=CHECKS)

    steps = SentenceTest.model_json_schema()["properties"]["steps"]["items"]
    assert all(f'"do": "{name}"' in prompt for name in steps["discriminator"]["mapping"])
    assert list(read_tests(prompt, CHECKS).tests) == ["It doubles"]
    assert "1. It doubles" in prompt
    assert "{{ 7*7 }}" in prompt
