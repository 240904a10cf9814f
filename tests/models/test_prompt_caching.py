"""What providers are told that they may keep of a prompt, as their servers see it."""

import json
from typing import Any

import pytest

from agent.deadline import Deadline
from agent.models.remote import LiteLLM
from agent.ports import Message, Prompt
from agent.values import Answer
from tests.models.providers.aipipe import AIPIPE
from tests.models.providers.anthropic import ANTHROPIC
from tests.models.providers.dialect import KEY, PIECES, Dialect, events
from tests.models.providers.gemini import GEMINI
from tests.models.providers.openai import OPENAI
from tests.models.providers.openrouter import OPENROUTER
from tests.models.providers.own_servers import LLAMA_CPP
from tests.openai_server import OpenAIServer, Sends

pytestmark = pytest.mark.usefixtures("library")

SYSTEM, ASKED, WANTED = "You write small apps.", "BEGIN BRIEF a clock END BRIEF\n", "Mend the hand."
PROMPT = Prompt(
    (Message("system", SYSTEM), Message("user", ASKED + WANTED, stable=len(ASKED))),
)
KEEP = {"cache_control": {"type": "ephemeral"}}


def text(words: str, **more: object) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def sent(dialect: Dialect, reply: Sends) -> tuple[Answer, dict[str, Any]]:
    """The answer, and the body of the request."""
    with OpenAIServer([reply]) as server:
        origin = server.base_url.removesuffix("/v1")
        model = LiteLLM(dialect.model, KEY, origin + dialect.base)
        answer = model.answer(PROMPT, Deadline.within(120), lambda piece: None)
    return answer, server.asked[0].body


def test_anthropic_may_keep_the_system_prompt_and_what_stays() -> None:
    _, body = sent(ANTHROPIC, ANTHROPIC.answer)

    assert body["system"] == [text(SYSTEM, **KEEP)]
    assert body["messages"] == [{"role": "user", "content": [text(ASKED, **KEEP), text(WANTED)]}]


@pytest.mark.parametrize("dialect", [OPENROUTER, AIPIPE[1]], ids=str)
def test_anthropics_models_may_keep_it_through_openrouter(dialect: Dialect) -> None:
    _, body = sent(dialect, dialect.answer)

    system, user = body["messages"]
    assert system["content"] == [text(SYSTEM, **KEEP)]
    assert user["content"] == [text(ASKED, **KEEP), text(WANTED)]


@pytest.mark.parametrize("dialect", [OPENAI, AIPIPE[0], LLAMA_CPP], ids=str)
def test_servers_that_keep_beginnings_by_themselves_get_plain_text(dialect: Dialect) -> None:
    _, body = sent(dialect, dialect.answer)

    assert [message["content"] for message in body["messages"]] == [SYSTEM, ASKED + WANTED]


def test_gemini_gets_plain_text() -> None:
    _, body = sent(GEMINI, GEMINI.answer)

    assert "cache" not in json.dumps(body)
    assert body["contents"][0]["parts"] == [{"text": ASKED + WANTED}]


@pytest.mark.parametrize(
    ("kept", "cost"),
    [
        ({}, 1011 * 3e-6 + 7 * 15e-6),
        ({"cache_read_input_tokens": 1000}, 1011 * 3e-6 + 1000 * 0.3e-6 + 7 * 15e-6),
        ({"cache_creation_input_tokens": 1000}, 1011 * 3e-6 + 1000 * 3.75e-6 + 7 * 15e-6),
    ],
    ids=["nothing kept", "read", "written"],
)
def test_what_is_kept_counts_at_its_own_price(kept: dict[str, int], cost: float) -> None:
    stream = ANTHROPIC.stream(PIECES, ANTHROPIC.done)
    usage = json.dumps({"input_tokens": 1011, **kept})[1:-1]
    priced = stream.replace('"input_tokens": 11', usage)

    answer, _ = sent(ANTHROPIC, events(priced))

    assert answer.usage.cost == pytest.approx(cost)
