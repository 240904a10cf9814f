import threading
import time
from dataclasses import replace

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed, ModelError
from agent.models.error_messages import ModelBusy
from agent.models.remote import LiteLLM
from agent.ports import Image, Message, Prompt
from agent.values import Answer
from tests.openai_server import (
    Asked,
    Fault,
    OpenAIServer,
    Replies,
    Says,
    Sends,
    busy,
    gemini,
    html,
    no_choices,
    refusal,
    tool_call,
    unknown_key,
)

pytestmark = pytest.mark.usefixtures("library")
KEY = "sk-canary-0123456789abcdefABCDEF"
PRICED = "openai/gpt-5.6-luna"
UNPRICED = "openai/a-model-of-our-own"
HELLO = Prompt((Message("system", "You are brief."), Message("user", "Say hello.")))


def ask(
    replies: Replies, name: str = PRICED, prompt: Prompt = HELLO, seconds: float = 20.0
) -> tuple[Answer, list[Asked], list[str]]:
    """The answer, what the server was asked, and what was heard."""
    heard: list[str] = []
    with OpenAIServer(replies) as server:
        model = LiteLLM(name, KEY, server.base_url, stream_timeout=10.0)
        answer = model.answer(prompt, Deadline.within(seconds), heard.append)
    return answer, server.asked, heard


def refused_call(replies: Replies, stream_timeout: float = 10.0) -> ModelError:
    """The error of a model that does not answer."""
    with OpenAIServer(replies) as server, pytest.raises(ModelError) as caught:
        model = LiteLLM(PRICED, KEY, server.base_url, stream_timeout=stream_timeout)
        model.answer(HELLO, Deadline.within(20), lambda piece: None)
    assert PRICED in str(caught.value)
    return caught.value


@pytest.mark.parametrize("provider", ["openai", "deepseek", "groq", "xai", "mistral"])
def test_providers_stream_alike(provider: str) -> None:
    answer, asked, heard = ask(["Hello world"], name=f"{provider}/any")

    assert answer.text == "".join(heard) == "Hello world"
    assert asked[0].key == KEY


def test_an_answer_streams_in_pieces() -> None:
    answer, asked, heard = ask(["Hello world"])

    assert answer.text == "Hello world"
    assert answer.model == PRICED
    assert heard == ["Hell", "o wo", "rld"]
    assert asked[0].key == KEY
    assert asked[0].body["model"] == "gpt-5.6-luna"
    assert asked[0].body["messages"] == [
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": "Say hello."},
    ]


def test_tokens_cost_and_seconds_are_recorded() -> None:
    answer, _, _ = ask([Says("Hello", prompt_tokens=1000, completion_tokens=2000)])

    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1000, 2000)
    assert answer.usage.cost == pytest.approx(1000 * 0.2e-6 + 2000 * 1.2e-6)
    assert answer.usage.seconds > 0


def test_the_cost_of_a_model_without_a_known_price_is_not_known() -> None:
    answer, _, _ = ask(["Hello"], name=UNPRICED)

    assert answer.usage.cost is None
    assert answer.usage.completion_tokens == 7


def test_a_prompt_may_set_temperature_seed_and_length() -> None:
    prompt = Prompt((Message("user", "Hi"),), temperature=0.0, seed=7, max_tokens=50)

    _, asked, _ = ask(["Hello"], name=UNPRICED, prompt=prompt)

    assert asked[0].body["temperature"] == 0.0
    assert asked[0].body["seed"] == 7
    assert asked[0].body["max_tokens"] == 50


def test_a_model_that_refuses_a_temperature_is_asked_without() -> None:
    prompt = Prompt((Message("user", "Hi"),), temperature=0.0)

    _, asked, _ = ask(["Hello"], prompt=prompt)

    assert "temperature" not in asked[0].body


def test_a_cut_off_answer_is_continued_and_joined() -> None:
    first = Says("const total = items", finish="length")
    second = Says(".reduce(add, 0);")

    answer, asked, _ = ask([first, second])

    assert answer.text == "const total = items.reduce(add, 0);"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (22, 14)
    assert asked[1].body["messages"][-2] == {"role": "assistant", "content": "const total = items"}
    assert "Go on from exactly that character" in asked[1].body["messages"][-1]["content"]


def test_an_answer_that_is_cut_off_again_and_again_is_never_an_answer() -> None:
    server = OpenAIServer(lambda asked: Says("more ", finish="length"))
    with server, pytest.raises(ModelError, match="cut off 4 times"):
        LiteLLM(PRICED, KEY, server.base_url).answer(HELLO, Deadline.within(20), lambda piece: None)

    assert len(server.asked) == 4


def test_tokens_used_up_before_the_first_word_are_a_complaint() -> None:
    error = refused_call([Says("", finish="length")])

    assert "without a word of its answer" in str(error)


def test_a_server_that_does_not_stream_is_asked_without_streaming() -> None:
    with OpenAIServer(lambda asked: Says("Hello world", streams=False)) as server:
        model = LiteLLM(PRICED, KEY, server.base_url)
        answers = [
            model.answer(HELLO, Deadline.within(20), lambda piece: None).text for _ in range(2)
        ]

    assert answers == ["Hello world", "Hello world"]
    assert [asked.body.get("stream", False) for asked in server.asked] == [True, False, False]


@pytest.mark.slow
def test_a_stream_that_ends_without_a_finish_reason_is_asked_for_again_as_a_whole() -> None:
    answer, asked, _ = ask([Says("Hello wo", finish=""), "Hello world"])

    assert answer.text == "Hello world"
    assert "stream" not in asked[1].body


def test_too_many_requests_are_busy_with_the_wait_that_was_asked_for() -> None:
    error = refused_call([busy(7)])

    assert isinstance(error, ModelBusy)
    assert error.retry_after == 7
    assert "answered 429: Rate limit reached" in str(error)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (refusal(500, "boom"), "answered 500: boom. Try again later"),
        (html(502), "answered 502: an HTML page: Welcome It works!"),
        (Fault.RESET, "could not be reached. Check OPENAI_BASE_URL"),
        (Says("Hello world", resets=True), "Connection reset"),
    ],
)
def test_what_may_pass_is_busy(reply: Sends | Says | Fault, words: str) -> None:
    error = refused_call([reply])

    assert isinstance(error, ModelBusy)
    assert words in str(error)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (unknown_key, "answered 401: Incorrect API key provided: [secret]. Check the key"),
        (refusal(404, "No such model"), "answered 404: No such model. Check MODEL"),
        (refusal(400, "Too long"), "answered 400: Too long. The model refuses this request"),
        (html(404), "answered 404: an HTML page: Welcome It works!"),
        (html(), "is no chat endpoint, it sent: an HTML page: Welcome It works!"),
        (Says("No", finish="content_filter"), "content filter stopped the answer"),
        (lambda asked: tool_call(), "called a tool, and was offered none"),
    ],
)
def test_what_will_not_pass_is_not_busy(reply: object, words: str) -> None:
    error = refused_call([reply, reply])  # type: ignore[list-item]

    assert not isinstance(error, ModelBusy)
    assert words in str(error)


@pytest.mark.parametrize("reply", [no_choices(), Says(""), Sends(200, '{"choi'), Sends(200, "")])
def test_nothing_is_no_answer(reply: Sends | Says) -> None:
    error = refused_call([reply, reply])

    assert isinstance(error, ModelBusy)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelBusy, match=r"127\.0\.0\.1:9 could not be reached"):
        LiteLLM(PRICED, KEY, "http://127.0.0.1:9/v1").answer(
            HELLO, Deadline.within(20), lambda piece: None
        )


@pytest.mark.parametrize("reply", [Fault.HANG, Says("Hello world", stalls=True)])
def test_a_hang_is_noticed(reply: Fault | Says) -> None:
    began = time.monotonic()

    error = refused_call([reply], stream_timeout=0.4)

    assert isinstance(error, ModelBusy)
    assert "hangs: nothing came for 0.4 s" in str(error)
    assert time.monotonic() - began < 10


def test_a_dripping_stream_ends_at_the_deadline_and_the_connection_with_it() -> None:
    with OpenAIServer([Says("drip " * 50, pieces=50, pause=0.1)]) as server:
        model = LiteLLM(PRICED, KEY, server.base_url)
        with pytest.raises(DeadlinePassed):
            model.answer(HELLO, Deadline.within(0.5), lambda piece: None)

        assert server.is_left.wait(2)


def test_nothing_is_asked_after_the_deadline() -> None:
    with OpenAIServer(["Hello"]) as server, pytest.raises(DeadlinePassed):
        LiteLLM(PRICED, KEY, server.base_url).answer(HELLO, Deadline.within(0), lambda piece: None)

    assert server.asked == []


def test_a_silent_call_is_cancelled_within_a_second() -> None:
    cancelled = threading.Event()
    with OpenAIServer([Fault.HANG]) as server:
        deadline = Deadline(time.time() + 60, cancelled.is_set)
        threading.Timer(0.3, cancelled.set).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            LiteLLM(PRICED, KEY, server.base_url).answer(HELLO, deadline, lambda piece: None)

    assert time.monotonic() - began < 10


def test_gemini_is_asked_in_its_own_protocol() -> None:
    name = "gemini/gemini-3.8-flash"
    answer, asked, _ = ask([gemini("Hello ", "wor", finish="MAX_TOKENS"), gemini("ld")], name=name)

    assert answer.text == "Hello world"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (22, 14)
    assert asked[0].key == KEY


def test_the_connection_to_gemini_ends_with_the_deadline_too() -> None:
    with OpenAIServer([gemini(*["drip "] * 50, pause=0.05)]) as server:
        model = LiteLLM("gemini/gemini-3.8-flash", KEY, server.base_url)
        with pytest.raises(DeadlinePassed):
            model.answer(HELLO, Deadline.within(0.5), lambda piece: None)

        assert server.is_left.wait(2)


class TooMuch(Exception):
    pass


def test_what_the_listener_raises_ends_the_call() -> None:
    def listen(piece: str) -> None:
        raise TooMuch

    with OpenAIServer([Says("drip " * 50, pieces=50, pause=0.05)]) as server:
        with pytest.raises(TooMuch):
            LiteLLM(PRICED, KEY, server.base_url).answer(HELLO, Deadline.within(20), listen)

        assert server.is_left.wait(2)


PICTURE = Prompt((Message("user", "What is it?", (Image("image/png", b"\x89PNG"),)),))


def test_pictures_go_to_a_model_that_sees() -> None:
    _, asked, _ = ask(["A cat"], prompt=PICTURE)

    words, picture = asked[0].body["messages"][0]["content"]
    assert words == {"type": "text", "text": "What is it?"}
    assert picture["image_url"]["url"] == "data:image/png;base64,iVBORw=="


def test_a_model_that_does_not_see_is_told_so_instead() -> None:
    _, asked, _ = ask(["No idea"], name=UNPRICED, prompt=PICTURE)

    content = asked[0].body["messages"][0]["content"]
    assert content.startswith("What is it?\n\n(Pictures belong to this message.")


def test_a_model_that_does_not_see_is_not_asked_about_pictures_alone() -> None:
    review = replace(PICTURE, is_optional=True)
    with OpenAIServer(["A cat"]) as server:
        model = LiteLLM(UNPRICED, KEY, server.base_url)

        with pytest.raises(ModelError, match="is not known to take pictures"):
            model.answer(review, Deadline.within(20), lambda piece: None)

    assert server.asked == []


def test_a_model_that_is_said_to_see_is_sent_pictures() -> None:
    with OpenAIServer(["A cat"]) as server:
        model = LiteLLM(UNPRICED, KEY, server.base_url, sees=True)
        model.answer(PICTURE, Deadline.within(20), lambda piece: None)

    assert len(server.asked[0].body["messages"][0]["content"]) == 2


def test_an_endpoint_without_a_key_is_not_sent_the_key_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    with OpenAIServer(["Hello"]) as server:
        LiteLLM(PRICED, "", server.base_url).answer(HELLO, Deadline.within(20), lambda piece: None)

    assert server.asked[0].key == "none"
