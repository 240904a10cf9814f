import json
from importlib.resources import files

import pytest

from agent.errors import ConfigurationError
from agent.models.model_choice import (
    AIPIPE_OPENAI_URL,
    AIPIPE_OPENROUTER_URL,
    DEFAULT_GEMINI,
    DEFAULT_OPENAI,
    Keys,
    Route,
    choose,
)


@pytest.mark.parametrize(
    ("keys", "routes"),
    [
        (Keys(openai_api_key="o"), [Route(DEFAULT_OPENAI, "o")]),
        (Keys(gemini_api_key="g"), [Route(DEFAULT_GEMINI, "g")]),
        (Keys(aipipe_key="a"), [Route(DEFAULT_OPENAI, "a", AIPIPE_OPENAI_URL)]),
        (Keys(openai_base_url="http://h/v1"), [Route(DEFAULT_OPENAI, "", "http://h/v1")]),
        (
            Keys(openai_api_key="o", gemini_api_key="g", aipipe_key="a"),
            [
                Route(DEFAULT_OPENAI, "o"),
                Route(DEFAULT_GEMINI, "g"),
                Route(DEFAULT_OPENAI, "a", AIPIPE_OPENAI_URL),
            ],
        ),
    ],
)
def test_without_a_model_the_keys_choose(keys: Keys, routes: list[Route]) -> None:
    assert choose(keys) == tuple(routes)


def test_with_nothing_set_there_is_no_remote_model() -> None:
    assert choose(Keys()) is None


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("gpt-5", Route("openai/gpt-5", "o")),
        ("openai/gpt-5", Route("openai/gpt-5", "o")),
        ("gemini/gemini-2.5-pro", Route("gemini/gemini-2.5-pro", "g")),
        ("anthropic/claude-sonnet-4-5", Route("anthropic/claude-sonnet-4-5")),
        ("openrouter/z/x", Route("openrouter/z/x", "a", AIPIPE_OPENROUTER_URL)),
        ("embedded", Route("embedded")),
        ("scripted:answers/a", Route("scripted:answers/a")),
    ],
)
def test_a_model_goes_to_its_own_provider_with_its_own_key(name: str, route: Route) -> None:
    keys = Keys(model=name, openai_api_key="o", gemini_api_key="g", aipipe_key="a")

    assert choose(keys) == (route,)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("qwen", "openai/qwen"),
        ("openai/qwen", "openai/qwen"),
        ("meta/llama", "openai/meta/llama"),
        ("gemini/flash", "openai/gemini/flash"),
    ],
)
def test_an_endpoint_of_ones_own_takes_every_name(name: str, full: str) -> None:
    keys = Keys(model=name, openai_api_key="o", openai_base_url="http://h/v1")

    assert choose(keys) == (Route(full, "o", "http://h/v1"),)


def test_fallbacks_follow_the_model_and_nothing_is_asked_twice() -> None:
    fallbacks = ("gemini/gemini-2.5-pro", "gpt-5")
    keys = Keys(model="gpt-5", fallback_models=fallbacks, openai_api_key="o", gemini_api_key="g")

    assert choose(keys) == (Route("openai/gpt-5", "o"), Route("gemini/gemini-2.5-pro", "g"))


def test_fallbacks_that_are_named_replace_those_that_are_not() -> None:
    keys = Keys(fallback_models=("embedded",), openai_api_key="o", gemini_api_key="g")

    assert choose(keys) == (Route(DEFAULT_OPENAI, "o"), Route("embedded"))


@pytest.mark.parametrize(
    ("name", "missing"), [("gpt-5", "OPENAI_API_KEY"), ("gemini/gemini-2.5-pro", "GEMINI_API_KEY")]
)
def test_a_model_without_its_key_names_the_key(name: str, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        choose(Keys(model=name))


def test_keys_do_not_show() -> None:
    keys = Keys(openai_api_key="sk-o", gemini_api_key="sk-g", aipipe_key="sk-a")

    assert "sk-" not in repr(keys) + repr(choose(keys))


@pytest.mark.parametrize("name", [DEFAULT_OPENAI, DEFAULT_GEMINI])
def test_the_default_models_have_a_price_and_see(name: str) -> None:
    prices = files("litellm").joinpath("model_prices_and_context_window_backup.json")

    listed = json.loads(prices.read_text(encoding="utf-8"))[name.removeprefix("openai/")]

    assert listed["mode"] == "chat"
    assert listed["supports_vision"]
    assert listed["output_cost_per_token"] > 0
    assert "deprecation_date" not in listed
