"""How providers end a streamed answer, over a real stream."""

import json

import pytest

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.models.error_messages import ModelBusy
from agent.models.remote import LiteLLM
from agent.ports import Message, Prompt
from tests.openai_server import OpenAIServer, Replies, Sends

TEXT = "The page is done."


def stream(*choices: dict[str, object]) -> Sends:
    """A streamed answer with one event for each choice."""
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    events = [head | {"choices": [{"index": 0, "delta": {}} | choice]} for choice in choices]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return Sends(200, f"{body}data: [DONE]\n\n", "text/event-stream")


def says(content: object) -> dict[str, object]:
    return {"delta": {"content": content}, "finish_reason": None}


def answered(replies: Replies) -> tuple[str, int]:
    """The text of the answer, and how often the server was asked."""
    prompt = Prompt((Message("user", "Hello"),))
    with OpenAIServer(replies) as server:
        model = LiteLLM("openai/m", "a-key-of-a-test", server.base_url)
        answer = model.answer(prompt, Deadline.within(20), lambda piece: None)
    return answer.text, len(server.asked)


@pytest.mark.parametrize(
    "finish", ["eos", "eos_token", "end_turn", "STOP", "COMPLETE", "", "no reason anybody knows"]
)
def test_any_reason_to_finish_is_the_end_of_an_answer_with_text(finish: str) -> None:
    reply = stream(says("The page "), says("is done."), {"finish_reason": finish})

    assert answered([reply]) == (TEXT, 1)


@pytest.mark.parametrize("finish", ["max_tokens", "MAX_TOKENS", "model_length"])
def test_every_word_for_a_cut_off_answer_asks_for_the_rest(finish: str) -> None:
    first = stream(says("The page "), {"finish_reason": finish})
    second = stream(says("is done."), {"finish_reason": "end_turn"})

    assert answered([first, second]) == (TEXT, 2)


def test_text_in_parts_is_joined_and_thoughts_are_left_out() -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "What page?"}]}
    reply = stream(
        says([thought, {"type": "text", "text": "The page "}]),
        says([{"type": "text", "text": "is done."}]),
        {"finish_reason": "stop"},
    )

    assert answered([reply]) == (TEXT, 1)


def test_an_error_inside_a_stream_is_no_end_of_an_answer() -> None:
    body = stream(says("The page ")).body.replace("[DONE]", '{"error": {"message": "overloaded"}}')

    with pytest.raises(ModelBusy, match="overloaded"):
        answered([Sends(200, body, "text/event-stream")])


def test_an_interrupted_answer_is_no_answer() -> None:
    reply = stream(says("The page "), {"finish_reason": "network_error"})

    with pytest.raises(ModelBusy, match="broke off its answer"):
        answered([reply])


@pytest.mark.parametrize("finish", ["SAFETY", "refusal"])
def test_every_word_for_a_content_filter_is_known(finish: str) -> None:
    with pytest.raises(ModelError, match="content filter"):
        answered([stream(says("The "), {"finish_reason": finish})])
