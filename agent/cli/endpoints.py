"""Whether a remote model's endpoint answers, takes the key and has the model, at no cost.

`GET /models` is what OpenAI, Gemini and those compatible with them list their models at. An
endpoint without such a list is there all the same.
"""

import json
from dataclasses import dataclass
from http.client import OK
from itertools import islice
from urllib.parse import quote

import requests

from agent.models.model_choice import Route
from agent.nearest_name import nearest
from agent.url_display import shown_url

_SECONDS = 10.0
_REFUSALS = (400, 401, 403)  # 400 is Gemini's for a key that is none
_NAMED = 5
_PIECE, _MOST_PIECES = 64 * 1024, 64
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
    provider, _, model = route.name.partition("/")
    base_url = route.base_url or _OWN_URLS.get(provider, "")
    if not base_url:
        return None
    place = shown_url(base_url)
    name, form = _BEARER if route.base_url else _KEY_HEADERS.get(provider, _BEARER)
    headers = {name: form.format(route.api_key)} if route.api_key else {}
    try:
        url = f"{base_url.rstrip('/')}/models"
        status, listed = _asked(url, headers)
        if listed and model not in listed and _asked(f"{url}/{quote(model)}", headers)[0] != OK:
            return _unlisted(route, f"{place} lists no model {model}", _other_model(model, listed))
    except requests.exceptions.InvalidHeader:
        return Endpoint(False, "the key has characters that no header can hold", _KEY_ACTION)
    except requests.RequestException as error:
        return Endpoint(False, f"{place} {_reason(error)}", _PLACE_ACTION)
    if status in _REFUSALS:
        return Endpoint(False, f"{place} refuses the key (status {status})", _KEY_ACTION)
    if status in _AWAY:
        return Endpoint(False, f"{place} answers {status}", "ask again later, or set another MODEL")
    return Endpoint(True, f"{place} answers")


def _unlisted(route: Route, finding: str, action: str) -> Endpoint:
    """A provider lists all that it has. A server of one's own may answer for any name
    (llama.cpp), or list another spelling of it (Ollama)."""
    if route.base_url:
        return Endpoint(True, f"{finding}, and may answer for it", f"if it does not, {action}")
    return Endpoint(False, finding, action)


def _other_model(model: str, listed: set[str]) -> str:
    meant = nearest(model, listed)
    return f"set MODEL to {meant or ' or '.join(sorted(listed)[:_NAMED])}"


def _asked(url: str, headers: dict[str, str]) -> tuple[int, set[str]]:
    """The status, and the names of the models where the answer is a list of these."""
    with requests.get(
        url,
        headers=headers,
        auth=lambda request: request,  # else a netrc file may put another credential in its place
        timeout=_SECONDS,
        allow_redirects=False,
        stream=True,
    ) as answer:
        content = b"".join(islice(answer.iter_content(_PIECE), _MOST_PIECES))
        return answer.status_code, _names(content)


def _names(content: bytes) -> set[str]:
    """The names in OpenAI's form of a list (`data`, `id`) or in Gemini's (`models`, `name`)."""
    try:
        fields = json.loads(content)
    except ValueError:
        return set()
    listed = (fields.get("data") or fields.get("models")) if isinstance(fields, dict) else None
    items = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    names = (each.get("id") or each.get("name") for each in items)
    return {name.removeprefix("models/") for name in names if isinstance(name, str)}


def _reason(error: requests.RequestException) -> str:
    """In words of ours: the library's own show the whole URL."""
    if isinstance(error, requests.Timeout):
        return f"does not answer within {_SECONDS:.0f} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that is trusted here"
    if isinstance(error, requests.ConnectionError):
        return "cannot be connected to"
    return "is no URL that can be asked"
