"""Reading a model's answer as tests."""

import pytest

from agent.proofing.written_tests import read_tests

CHECKS = ["It doubles", "It clears"]
STEPS = '[{"do": "click", "selector": "#go"}, {"do": "expect", "what": "visible", "selector": "p"}]'
ENTRY = f'{{"check": 1, "steps": {STEPS}}}'


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
        (
            '[{"do": "click", "selector": "#go"}]',
            "needs at least one expect, fetch",
        ),
        ('[{"do": "goto", "query": "https://example.com/"}]', "a query begins with ?"),
        ('[{"do": "expect", "what": "text", "value": "x"}]', "expecting text needs a selector"),
        ('[{"do": "expect", "what": "count", "selector": "p", "value": "x"}]', "a whole number"),
        ('[{"do": "goto", "path": "https://example.com/"}]', "a path of the site is relative"),
        ('[{"do": "goto", "path": "../other/"}]', "a path of the site is relative"),
        ('[{"do": "upload", "selector": "input", "file": "/etc/passwd"}]', "is relative"),
        ('[{"do": "fetch", "file": "//a.test/x", "what": "text", "value": "x"}]', "is relative"),
        ('[{"do": "expect", "what": "style", "selector": "p", "value": "x"}]', "needs its `name`"),
        ('[{"do": "expect", "what": "texts", "selector": "p"}]', "the list in `values`"),
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


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ('[{"do": "wait", "selector": "p"}, {"do": "evaluate", "expression": "x"},'
         ' {"do": "click", "selector": "#go"}]', "expects nothing after"),
        ('[{"do": "expect", "what": "text", "selector": "p", "comparison": "contains"}]',
         "holds on every page"),
        ('[{"do": "evaluate", "expression": " true "}]', "holds on every page"),
        ('[{"do": "expect", "what": "visible", "selector": "body"}]', "holds on every page"),
        ('[{"do": "expect", "what": "count", "selector": "p", "comparison": "at_least",'
         ' "value": 0}]', "holds on every page"),
    ],
)  # fmt: skip
def test_a_test_that_no_page_can_fail_is_refused(steps: str, reason: str) -> None:
    read = read_tests(f'{{"tests": [{{"check": 1, "steps": {steps}}}]}}', CHECKS)

    assert read.tests == {}
    assert reason in read.unread["It doubles"]


SEES_TEXT = '"what": "text", "selector": "p"'
REMEMBER = f'{{"do": "remember", {SEES_TEXT}}}'
CHANGED = f'{{"do": "expect", {SEES_TEXT}, "comparison": "changed"}}'
CLICK = '{"do": "click", "selector": "#go"}'


@pytest.mark.parametrize(
    "steps", [[CLICK, CHANGED], [REMEMBER, CHANGED], [CLICK, REMEMBER, CHANGED]]
)
def test_a_change_is_seen_before_and_after_what_changes_it(steps: list[str]) -> None:
    answer = '{"tests": [{"check": 1, "steps": [%s]}]}'

    refused = read_tests(answer % ",".join(steps), CHECKS)
    taken = read_tests(answer % ",".join([REMEMBER, CLICK, CHANGED]), CHECKS)

    assert "needs a remember step" in refused.unread["It doubles"]
    assert list(taken.tests) == ["It doubles"]
