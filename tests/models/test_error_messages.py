import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agent.errors import ModelError
from agent.models.error_messages import ModelBusy, in_short, model_error


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_these_statuses_may_pass(status: int) -> None:
    assert isinstance(model_error("m", status, "no", {}), ModelBusy)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_these_statuses_will_not_pass(status: int) -> None:
    assert type(model_error("m", status, "no", {})) is ModelError


def wait(header: str = "", said: str = "") -> float | None:
    error = model_error("m", 429, said, {"retry-after": header})
    assert isinstance(error, ModelBusy)
    return error.retry_after


def test_a_wait_is_seconds_or_a_date_or_in_the_body() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert wait("7") == 7
    assert wait("0.5") == 0.5
    assert wait(in_a_minute) == pytest.approx(60, abs=3)
    assert wait("soon") is None
    assert wait("") is None
    assert wait(said='{"retryDelay": "34s"}') == 34


def test_a_busy_model_survives_pickling() -> None:
    busy = pickle.loads(pickle.dumps(ModelBusy("m answered 429", retry_after=7.0)))

    assert (str(busy), busy.retry_after) == ("m answered 429", 7.0)


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("litellm.RateLimitError: RateLimitError: OpenAIException - Slow  down.", "Slow down"),
        ("Bad Original exception: APIConnectionError: Bad", "Bad"),
        ("Invalid object Traceback (most recent call last):\n  File", "Invalid object"),
        ("<!DOCTYPE html><title>Busy &amp; sorry</title>", "an HTML page: Busy & sorry"),
        ("x" * 1000, "x" * 299 + "…"),
    ],
)
def test_a_vendors_words_are_made_short(said: str, short: str) -> None:
    assert in_short(said) == short
