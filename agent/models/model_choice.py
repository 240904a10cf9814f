"""Which models to ask, at which endpoint, with which key: decided from the keys that are set."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.errors import ConfigurationError

DEFAULT_OPENAI = "openai/gpt-5.6-luna"
DEFAULT_GEMINI = "gemini/gemini-3.8-flash"

AIPIPE_OPENAI_URL = "https://aipipe.org/openai/v1"
AIPIPE_OPENROUTER_URL = "https://aipipe.org/openrouter/v1"

EMBEDDED = "embedded"
SCRIPTED = "scripted:"
"""Names of models that are not remote: `embedded`, and `scripted:FOLDER`."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The settings that choose a model; empty means not set."""

    model: str = ""
    fallback_models: tuple[str, ...] = ()
    openai_api_key: str = field(default="", repr=False)
    openai_base_url: str = ""
    gemini_api_key: str = field(default="", repr=False)
    aipipe_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """A model by its full litellm name, the key to send and the endpoint if not the vendor's own.

    Without a key litellm looks for the provider's own variable (`ANTHROPIC_API_KEY`, …).
    """

    name: str
    api_key: str = field(default="", repr=False)
    base_url: str = ""

    @property
    def is_remote(self) -> bool:
        return self.name != EMBEDDED and not self.name.startswith(SCRIPTED)


def choose(keys: Keys) -> tuple[Route, ...] | None:
    """The models to ask, in order; None: nothing is set, so it is the embedded model.

    `MODEL` and then `FALLBACK_MODELS`. Without either, each provider whose key is there, by its
    default model. Raises ConfigurationError: a model is named and the key for it is missing.
    """
    fallbacks = [_route(name, keys) for name in keys.fallback_models]
    first = [_route(keys.model, keys)] if keys.model else list(_defaults(keys))
    routes = [*first[:1], *fallbacks] if fallbacks else first
    return tuple(dict.fromkeys(routes)) or None


def _defaults(keys: Keys) -> Iterator[Route]:
    if keys.openai_api_key or keys.openai_base_url:
        yield _route(DEFAULT_OPENAI, keys)
    if keys.gemini_api_key:
        yield Route(DEFAULT_GEMINI, keys.gemini_api_key)
    if keys.aipipe_key:
        yield Route(DEFAULT_OPENAI, keys.aipipe_key, AIPIPE_OPENAI_URL)


def _route(name: str, keys: Keys) -> Route:
    """A name without a provider is OpenAI's, so that no key goes to another vendor by accident."""
    provider, slash, rest = name.partition("/")
    if name == EMBEDDED or name.startswith(SCRIPTED):
        return Route(name)
    if provider == "gemini" and keys.gemini_api_key:
        return Route(name, keys.gemini_api_key)
    if keys.openai_base_url:
        own = name if provider == "openai" and slash else f"openai/{name}"
        return Route(own, keys.openai_api_key, keys.openai_base_url)
    if provider == "openai" or not slash:
        return _openai(rest or name, keys)
    if provider == "openrouter" and keys.aipipe_key:
        return Route(name, keys.aipipe_key, AIPIPE_OPENROUTER_URL)
    if provider == "gemini":
        raise ConfigurationError(f"the model {name} needs GEMINI_API_KEY: set it, or another MODEL")
    return Route(name)


def _openai(name: str, keys: Keys) -> Route:
    if keys.openai_api_key:
        return Route(f"openai/{name}", keys.openai_api_key)
    if keys.aipipe_key:
        return Route(f"openai/{name}", keys.aipipe_key, AIPIPE_OPENAI_URL)
    raise ConfigurationError(
        f"the model {name} needs OPENAI_API_KEY, OPENAI_BASE_URL or AIPIPE_AKI_KEY: set one, or "
        "write MODEL as provider/name; without a MODEL and keys the embedded model is used"
    )
