import time
from collections.abc import Callable

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, ModelError
from agent.models.error_messages import ModelBusy
from agent.models.fallback import FirstThatAnswers
from agent.models.remote import LiteLLM
from agent.ports import Listener, Message, Prompt
from agent.usage import Usage
from agent.values import Answer
from tests.openai_server import Fault, OpenAIServer, busy, unknown_key

pytestmark = pytest.mark.usefixtures("library")
HELLO = Prompt((Message("user", "Say hello."),))


class Moody:
    """A model that raises what it is given before it answers."""

    def __init__(self, name: str, *moods: ModelError) -> None:
        self.name = name
        self.asked = 0
        self._moods = list(moods)

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        self.asked += 1
        if self._moods:
            raise self._moods.pop(0)
        return Answer(f"{self.name} answers", self.name, Usage(1, 1, None, 0.1))


def ask(*models: Moody, seconds: float = 10.0) -> str:
    asked = FirstThatAnswers(models, first_wait=0.01)
    return asked.answer(HELLO, Deadline.within(seconds), lambda piece: None).text


def test_a_busy_model_is_asked_again() -> None:
    model = Moody("a", ModelBusy("a: 500"), ModelBusy("a: 500"))

    text = ask(model)

    assert text == "a answers"
    assert model.asked == 3


def test_a_permanent_failure_moves_on_at_once() -> None:
    first, second = Moody("a", ModelError("a: 401")), Moody("b")

    text = ask(first, second)

    assert text == "b answers"
    assert first.asked == 1


def test_a_model_that_stays_busy_gives_way_to_the_next() -> None:
    first, second = Moody("a", *[ModelBusy("a: 503")] * 9), Moody("b")

    text = ask(first, second)

    assert text == "b answers"
    assert first.asked == 3


def test_when_all_fail_the_error_lists_what_each_said() -> None:
    with pytest.raises(ModelError) as caught:
        ask(Moody("a", ModelError("a: 401")), Moody("b", *[ModelBusy("b: 503")] * 9))

    assert str(caught.value) == "no model answered:\n- a: 401\n- b: 503"


def test_the_wait_that_was_asked_for_is_kept() -> None:
    model = Moody("a", ModelBusy("a: 429", retry_after=0.3))
    began = time.monotonic()

    ask(model)

    assert time.monotonic() - began >= 0.3


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    began = time.monotonic()

    with pytest.raises(ModelError, match="a: 429"):
        ask(Moody("a", ModelBusy("a: 429", retry_after=60)), seconds=5)

    assert time.monotonic() - began < 10


def test_a_wait_beyond_the_models_share_of_the_time_gives_way_to_the_next() -> None:
    first, second = Moody("a", ModelBusy("a: 429", retry_after=6)), Moody("b")

    text = ask(first, second, seconds=10)

    assert text == "b answers"


def cancelled_after(seconds: float) -> Callable[[], bool]:
    at = time.monotonic() + seconds
    return lambda: time.monotonic() > at


def test_a_wait_ends_soon_after_the_job_is_cancelled() -> None:
    deadline = Deadline(time.time() + 60, cancelled_after(0.3))
    model = FirstThatAnswers([Moody("a", ModelBusy("a: 429", retry_after=30))])
    began = time.monotonic()

    with pytest.raises(Cancelled):
        model.answer(HELLO, deadline, lambda piece: None)

    assert time.monotonic() - began < 10


def test_it_is_named_for_its_first_model() -> None:
    assert FirstThatAnswers([Moody("a"), Moody("b")]).name == "a"


@pytest.mark.slow
def test_real_servers_are_asked_in_order_and_again() -> None:
    with OpenAIServer([unknown_key]) as first, OpenAIServer([busy(0.1), "Hello"]) as second:
        models = [LiteLLM("openai/one", "sk-1", first.base_url)]
        models.append(LiteLLM("openai/two", "sk-2", second.base_url))
        answer = FirstThatAnswers(models, first_wait=0.01).answer(
            HELLO, Deadline.within(20), lambda piece: None
        )

    assert (answer.text, answer.model) == ("Hello", "openai/two")
    assert (len(first.asked), len(second.asked)) == (1, 2)


@pytest.mark.slow
def test_a_silent_model_gives_way_when_its_share_of_the_time_is_over() -> None:
    with OpenAIServer([busy(0.1), Fault.HANG]) as first, OpenAIServer(["Hello"]) as second:
        models = [LiteLLM("openai/one", "", first.base_url)]
        models.append(LiteLLM("openai/two", "", second.base_url))
        answer = FirstThatAnswers(models, first_wait=0.01).answer(
            HELLO, Deadline.within(20), lambda piece: None
        )

    assert (answer.text, answer.model) == ("Hello", "openai/two")
    limited, silent = answer.failures
    assert "answered 429" in limited
    assert "hangs: nothing came for" in silent
