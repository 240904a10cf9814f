import json
import logging

import pytest

from agent.logs import JsonLines, StepLines, TextLines, WithoutSecrets

HOSTILE = "app\r\nERROR: all is lost\x1b[2J\u2028x"


def record(message: str, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("galley.job", logging.INFO, "file", 1, message, None, None)
    made.__dict__.update(more)
    return made


def test_a_record_is_one_json_object_on_one_line() -> None:
    line = JsonLines().format(record(HOSTILE, job="j", step="draft", seconds=1.5))

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    told = json.loads(line)
    assert told["message"] == HOSTILE
    assert (told["level"], told["job"], told["step"], told["seconds"]) == (
        "info",
        "j",
        "draft",
        1.5,
    )


def test_a_long_message_is_cut() -> None:
    assert len(JsonLines().format(record("x" * 100_000))) < 3000
    assert len(StepLines().format(record("x" * 100_000))) < 3000
    assert len(TextLines().format(record("x" * 100_000))) < 3000


def test_a_step_is_one_line_a_person_can_read() -> None:
    line = StepLines().format(record("6/6 passed", step="proof", seconds=1.234))

    assert line == "proof    6/6 passed  (1.2 s)"


def test_the_details_of_a_step_are_below_it_and_only_those_that_are_new() -> None:
    lines = StepLines()
    first = record("1/2", step="prove", seconds=1.0, details=("passed a", "failed b\x1b[2J"))
    second = record("2/2", step="prove", seconds=1.0, details=("passed a", "passed b"))

    assert lines.format(first) == "prove    1/2  (1.0 s)\n  passed   a\n  failed   b\\u001b[2J"
    assert lines.format(second) == "prove    2/2  (1.0 s)\n  passed   b"


def test_secrets_are_taken_out_of_details_too() -> None:
    made = record("1/2", step="prove", seconds=1.0, details=("failed a: it was s3cret",))

    WithoutSecrets(lambda text: text.replace("s3cret", "…")).filter(made)

    assert StepLines().format(made) == "prove    1/2  (1.0 s)\n  failed   a: it was …"


@pytest.mark.parametrize("formatter", [StepLines(), TextLines()])
def test_what_a_traceback_quotes_cannot_move_the_cursor(formatter: logging.Formatter) -> None:
    made = record("oh")
    error = ValueError(HOSTILE)
    made.exc_info = (ValueError, error, None)

    assert "\x1b" not in formatter.format(made)


def test_a_server_can_log_lines_that_a_person_can_read() -> None:
    made = record("6/6 passed", job="shop.1.a", step="prove", seconds=1.234)
    made.created = 0.0

    assert TextLines().format(made) == (
        "1970-01-01 00:00:00+00:00 info shop.1.a prove 6/6 passed  (1.2 s)"
    )


@pytest.mark.parametrize("formatter", [StepLines(), TextLines()])
def test_what_others_wrote_cannot_move_the_cursor_or_begin_a_line(
    formatter: logging.Formatter,
) -> None:
    line = formatter.format(record(HOSTILE, step="draft", seconds=0.0))

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("formatter", [JsonLines(), StepLines(), TextLines()])
def test_a_bug_keeps_its_traceback(formatter: logging.Formatter) -> None:
    try:
        raise KeyError("bug")
    except KeyError as error:
        told = record("it broke", exc_info=(KeyError, error, error.__traceback__))

    assert "test_logs.py" in formatter.format(told)
