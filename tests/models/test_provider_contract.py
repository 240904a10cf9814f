"""What holds for every provider that a model is asked at: an answer, or an error to act on."""

from collections.abc import Sequence

import pytest

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.models.error_messages import ModelBusy
from agent.models.remote import LiteLLM
from agent.ports import Message, Prompt
from agent.values import Answer
from tests.models.providers.aipipe import AIPIPE
from tests.models.providers.anthropic import ANTHROPIC
from tests.models.providers.dialect import KEY, Dialect, Said, events
from tests.models.providers.gemini import GEMINI
from tests.models.providers.openai import OPENAI
from tests.models.providers.openrouter import OPENROUTER
from tests.models.providers.own_servers import OWN_SERVERS
from tests.openai_server import Asked, OpenAIServer

DIALECTS = (OPENAI, GEMINI, ANTHROPIC, OPENROUTER, *AIPIPE, *OWN_SERVERS)
HELLO = Prompt((Message("system", "You are brief."), Message("user", "Say hello.")))

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("library")]
every_provider = pytest.mark.parametrize("dialect", DIALECTS, ids=str)


def ask(dialect: Dialect, replies: Sequence[Said], silence: float) -> tuple[Answer, list[Asked]]:
    with OpenAIServer(replies) as server:
        origin = server.base_url.removesuffix("/v1")
        model = LiteLLM(dialect.model, KEY, origin + dialect.base, stream_timeout=silence)
        answer = model.answer(HELLO, Deadline.within(120), lambda piece: None)
    return answer, server.asked


def refusal(dialect: Dialect, *replies: Said, silence: float = 10.0) -> ModelError:
    """The error of a provider that says this to whatever it is asked."""
    with pytest.raises(ModelError) as caught:
        ask(dialect, replies, silence)
    assert dialect.model in str(caught.value)
    assert KEY not in str(caught.value)
    return caught.value


@every_provider
def test_an_answer_is_heard_at_the_providers_own_address(dialect: Dialect) -> None:
    answer, asked = ask(dialect, [dialect.answer], 10.0)

    assert answer.text == "Hello world"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 7)
    assert [each.path.partition("?")[0] for each in asked] == [dialect.path]
    assert asked[0].key == KEY


@every_provider
def test_an_answer_that_is_cut_off_by_its_length_is_continued(dialect: Dialect) -> None:
    first = events(dialect.stream(("Hello ",), dialect.full))

    answer, asked = ask(dialect, [first, events(dialect.stream(("world",), dialect.done))], 10.0)

    assert answer.text == "Hello world"
    assert len(asked) == 2


@every_provider
def test_a_refused_key_is_named_and_not_tried_again(dialect: Dialect) -> None:
    error = refusal(dialect, dialect.refused)

    assert not isinstance(error, ModelBusy)
    assert "Check the key that is set for this model" in str(error)


@every_provider
@pytest.mark.parametrize("wait", [None, 7.0], ids=["without a wait", "with a wait"])
def test_a_limit_is_waited_for(dialect: Dialect, wait: float | None) -> None:
    headers = {} if wait is None else {"retry-after": f"{wait:g}"}

    error = refusal(dialect, dialect.limited(headers))

    assert isinstance(error, ModelBusy)
    assert error.retry_after == wait
    assert "answered 429" in str(error)
    assert "FALLBACK_MODELS" in str(error)


@every_provider
def test_an_overloaded_provider_is_busy(dialect: Dialect) -> None:
    error = refusal(dialect, dialect.overloaded)

    assert isinstance(error, ModelBusy)
    assert "Try again later, or name another model in FALLBACK_MODELS" in str(error)


@pytest.mark.parametrize(
    ("dialect", "blocked"),
    [
        pytest.param(dialect, blocked, id=f"{dialect} {number}")
        for dialect in DIALECTS
        for number, blocked in enumerate(dialect.blocked)
    ],
)
def test_a_block_for_safety_asks_for_other_words(dialect: Dialect, blocked: Said) -> None:
    error = refusal(dialect, blocked)

    assert not isinstance(error, ModelBusy)
    assert "Reword the brief" in str(error)


@every_provider
def test_an_answer_without_a_choice_is_none(dialect: Dialect) -> None:
    error = refusal(dialect, dialect.empty, dialect.empty)

    assert isinstance(error, ModelBusy)


@every_provider
def test_a_stream_that_breaks_off_is_no_answer(dialect: Dialect) -> None:
    for reply in (dialect.cut, dialect.ended):
        error = refusal(dialect, reply, dialect.overloaded)

        assert isinstance(error, ModelBusy)


@every_provider
def test_an_error_in_the_middle_of_a_stream_is_no_answer(dialect: Dialect) -> None:
    begun = dialect.stream(("Hello ",), "")

    error = refusal(dialect, events(begun + dialect.broken), dialect.overloaded)

    assert isinstance(error, ModelBusy)


@every_provider
def test_silence_is_a_hang(dialect: Dialect) -> None:
    for reply in (dialect.silent, dialect.stalled):
        error = refusal(dialect, reply, silence=0.4)

        assert isinstance(error, ModelBusy)
        assert "hangs: nothing came for 0.4 s" in str(error)


@pytest.mark.parametrize("dialect", [each for each in DIALECTS if each.spent], ids=str)
def test_credit_that_is_used_up_is_not_waited_for(dialect: Dialect) -> None:
    assert dialect.spent

    error = refusal(dialect, dialect.spent)

    assert not isinstance(error, ModelBusy)
    assert "no credit left" in str(error)


@pytest.mark.parametrize("dialect", [each for each in DIALECTS if each.unloaded], ids=str)
def test_a_model_that_a_server_does_not_have_is_named(dialect: Dialect) -> None:
    assert dialect.unloaded

    error = refusal(dialect, dialect.unloaded)

    assert not isinstance(error, ModelBusy)
    assert "Check MODEL and OPENAI_BASE_URL" in str(error)
