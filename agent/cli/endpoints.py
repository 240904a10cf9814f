"""Whether a remote model's endpoint answers and takes the key, by a question that costs nothing.

`GET /models` is what OpenAI, Gemini and those compatible with them list their models at. An
endpoint without such a list is there all the same.
"""

from dataclasses import dataclass

import requests

from agent.models.model_choice import Route
from agent.outbound import shown_url

_SECONDS = 10.0
_REFUSALS = (400, 401, 403)  # 400 is Gemini's for a key that is none
_AWAY = (500, 502, 503, 504)
_OWN_URLS = {
    "openai": "https://api.openai.com/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta",
}
_KEY_HEADERS = {"gemini": ("x-goog-api-key", "{}")}
_BEARER = ("Authorization", "Bearer {}")
_KEY_ACTION = "set OPENAI_API_KEY, GEMINI_API_KEY or AIPIPE_AKI_KEY to one that it takes"
_PLACE_ACTION = "start it, check the network, or set OPENAI_BASE_URL"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What was found; `action` is what to do next, empty when nothing is."""

    is_fine: bool
    finding: str
    action: str = ""


def endpoint(route: Route) -> Endpoint | None:
    """How a model's endpoint answers; None where only the model's library knows its address."""
    provider = route.name.partition("/")[0]
    base_url = route.base_url or _OWN_URLS.get(provider, "")
    if not base_url:
        return None
    place = shown_url(base_url)
    name, form = _BEARER if route.base_url else _KEY_HEADERS.get(provider, _BEARER)
    headers = {name: form.format(route.api_key)} if route.api_key else {}
    try:
        status = _asked(f"{base_url.rstrip('/')}/models", headers)
    except requests.exceptions.InvalidHeader:
        return Endpoint(False, "the key has characters that no header can hold", _KEY_ACTION)
    except requests.RequestException as error:
        return Endpoint(False, f"{place} {_reason(error)}", _PLACE_ACTION)
    if status in _REFUSALS:
        return Endpoint(False, f"{place} refuses the key (status {status})", _KEY_ACTION)
    if status in _AWAY:
        return Endpoint(False, f"{place} answers {status}", "ask again later, or set another MODEL")
    return Endpoint(True, f"{place} answers")


def _asked(url: str, headers: dict[str, str]) -> int:
    with requests.get(
        url,
        headers=headers,
        auth=lambda request: request,  # else a netrc file may put another credential in its place
        timeout=_SECONDS,
        allow_redirects=False,
        stream=True,
    ) as answer:
        return answer.status_code


def _reason(error: requests.RequestException) -> str:
    """In words of ours: the library's own show the whole URL."""
    if isinstance(error, requests.Timeout):
        return f"does not answer within {_SECONDS:.0f} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that is trusted here"
    if isinstance(error, requests.ConnectionError):
        return "cannot be connected to"
    return "is no URL that can be asked"
