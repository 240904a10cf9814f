"""Endpoints of models, asked whether they answer and take the key."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from agent.cli.endpoints import endpoint
from agent.models.model_choice import Route

KEY = "sk-canary-0123456789"


@contextmanager
def answering(
    status: int, listed: object = None
) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server with one status for everything: its base URL, and the path and key of each call.

    With a list of models everything else is not found.
    """
    asked: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            is_found = listed is None or self.path.endswith(("/models", "/models/unlisted"))
            self.send_response(status if is_found else 404)
            self.end_headers()
            self.wfile.write(b"" if listed is None else json.dumps(listed).encode())

        def log_message(self, *_: object) -> None:
            """Nothing: the test tells what went wrong."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [200, 302, 404, 405, 501])
def test_an_endpoint_that_answers_is_fine_with_or_without_a_list_of_models(status: int) -> None:
    with answering(status) as (base_url, asked):
        found = endpoint(Route("openai/x", KEY, base_url))

    assert found is not None
    assert found.is_fine
    assert asked == [("/v1/models", f"Bearer {KEY}")]


@pytest.mark.parametrize(
    ("status", "action"), [(401, "OPENAI_API_KEY"), (403, "OPENAI_API_KEY"), (503, "MODEL")]
)
def test_one_that_refuses_says_what_to_do(status: int, action: str) -> None:
    with answering(status) as (base_url, _):
        found = endpoint(Route("openai/x", KEY, base_url))

    assert found is not None
    assert not found.is_fine
    assert str(status) in found.finding
    assert action in found.action
    assert KEY not in str(found)


@pytest.mark.parametrize(
    ("base_url", "finding"),
    [
        ("http://user:hush@127.0.0.1:9/v1", "http://127.0.0.1:9/v1 cannot be connected to"),
        ("127.0.0.1:9/v1", "is no URL that can be asked"),
    ],
)
def test_one_that_is_not_there_is_told_so(base_url: str, finding: str) -> None:
    found = endpoint(Route("openai/x", KEY, base_url))

    assert found is not None
    assert not found.is_fine
    assert finding in found.finding
    assert "OPENAI_BASE_URL" in found.action
    assert "hush" not in str(found)


def test_models_whose_address_only_their_library_knows_are_not_asked() -> None:
    assert endpoint(Route("anthropic/x")) is None
    assert endpoint(Route("embedded")) is None


@pytest.mark.parametrize(
    "listed",
    [
        {"data": [{"id": "gpt-x"}, {"id": "org/other"}]},
        {"models": [{"name": "models/gpt-x"}, {"name": "models/org/other"}]},
    ],
)
def test_a_model_that_a_server_of_ones_own_does_not_list_is_told_and_may_work(
    listed: object,
) -> None:
    with answering(200, listed) as (base_url, _):
        typo = endpoint(Route("openai/gpt-y", KEY, base_url))
        unlike = endpoint(Route("openai/llama", KEY, base_url))
        fine = [
            endpoint(Route(f"openai/{name}", KEY, base_url))
            for name in ("gpt-x", "org/other", "unlisted")
        ]

    assert typo is not None
    assert unlike is not None
    assert typo.is_fine  # llama.cpp answers for any name
    assert typo.finding.endswith("/v1/ lists no model gpt-y, and may answer for it")
    assert typo.action == "if it does not, set MODEL to gpt-x"
    assert unlike.action == "if it does not, set MODEL to gpt-x or org/other"
    assert all(found and found.is_fine for found in fine)


@pytest.mark.parametrize("listed", [[], "text", {"data": "x"}, {"data": [1, {"id": 2}]}, {}])
def test_a_list_that_is_none_says_nothing_about_the_model(listed: object) -> None:
    with answering(200, listed) as (base_url, _):
        found = endpoint(Route("openai/x", KEY, base_url))

    assert found is not None
    assert found.is_fine
