"""G3 of SECURITY.md: no key in any error, whichever way the model fails."""

import base64
import logging
import traceback
from collections.abc import Callable
from urllib.parse import quote

import pytest

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.models.fallback import FirstThatAnswers
from agent.models.remote import LiteLLM
from agent.ports import Message, Prompt
from tests.openai_server import Asked, OpenAIServer, Reply, Sends, refusal, unknown_key

CANARY = "canary/7f3a+91c2 e5d8=b604a7"
FORMS = (
    CANARY,
    quote(CANARY, safe=""),
    base64.b64encode(CANARY.encode()).decode(),
    CANARY.encode().hex(),
)
HELLO = Prompt((Message("user", "Say hello."),))


def echo(status: int, form: Callable[[str], str] = str) -> Callable[[Asked], Reply]:
    return lambda asked: refusal(status, f"what about {form(CANARY)}?")


def in_the_stream(asked: Asked) -> Reply:
    return Sends(200, f'data: {{"error": {{"message": "{CANARY}"}}}}\n\n', "text/event-stream")


FAILURES: dict[str, Callable[[Asked], Reply]] = {
    "401 with the header": unknown_key,
    "400": echo(400),
    "403": echo(403),
    "404": echo(404),
    "429": echo(429),
    "500": echo(500),
    "503": echo(503),
    "url-encoded": echo(401, lambda key: quote(key, safe="")),
    "base64": echo(401, lambda key: base64.b64encode(key.encode()).decode()),
    "hex": echo(401, lambda key: key.encode().hex()),
    "behind what is cut off": echo(400, lambda key: "x" * 290 + key),
    "in an HTML page": lambda asked: Sends(502, f"<html><p>{CANARY}</html>", "text/html"),
    "as the whole body": lambda asked: Sends(200, f'"{CANARY}"'),
    "in the stream": in_the_stream,
}


def everything(error: BaseException) -> str:
    """All that a log, a journal or an answer could take from an error."""
    chained = "".join(traceback.format_exception(error))
    return "\n".join((str(error), repr(error), repr(error.__dict__), chained))


@pytest.mark.parametrize("vendor", ["openai/gpt-5.6-luna", "gemini/gemini-3.8-flash"])
@pytest.mark.parametrize("reply", FAILURES.values(), ids=FAILURES)
def test_no_failure_shows_the_key(
    reply: Callable[[Asked], Reply],
    vendor: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    with OpenAIServer(reply) as server, pytest.raises(ModelError) as caught:
        model = LiteLLM(vendor, CANARY, server.base_url)
        FirstThatAnswers([model], first_wait=0.01).answer(
            HELLO, Deadline.within(20), lambda piece: None
        )

    seen = everything(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert server.asked
    assert vendor in seen
    assert [form for form in FORMS if form in seen] == []
    assert "canary" not in seen


def test_an_error_keeps_nothing_of_the_vendors() -> None:
    with OpenAIServer(unknown_key) as server, pytest.raises(ModelError) as caught:
        LiteLLM("openai/any", CANARY, server.base_url).answer(
            HELLO, Deadline.within(20), lambda piece: None
        )

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_the_other_secrets_of_the_process_are_taken_out_too() -> None:
    with OpenAIServer(echo(400)) as server, pytest.raises(ModelError) as caught:
        LiteLLM("openai/any", "another-key", server.base_url, secrets=[CANARY]).answer(
            HELLO, Deadline.within(20), lambda piece: None
        )

    assert "canary" not in str(caught.value)
