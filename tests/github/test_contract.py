"""GitHub's API description is held against requests and replies, and is the one it says it is."""

import json
from email.message import Message

import pytest

from .clients import Api
from .contract import DESCRIPTION, contract
from .routes import ROUTES
from .server import GitHub
from .slim_openapi import OPERATIONS
from .wire import Request, json_response

MOST_BYTES = 300_000


def test_the_description_is_small_and_has_exactly_our_calls() -> None:
    operations = {operation.id for operation in contract().operations}

    assert operations == OPERATIONS == set(ROUTES)
    assert DESCRIPTION.stat().st_size < MOST_BYTES
    assert DESCRIPTION.with_name("openapi.LICENSE").read_text().startswith("MIT License")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/user/repos", {"name": "todo", "descripton": "a typing error"}),
        ("POST", "/user/repos", {"description": "no name"}),
        ("POST", "/user/repos", {"name": 5}),
        ("POST", "/user/repos", None),
        ("PATCH", "/repos/octocat/todo", {"has_page": True}),
        ("POST", "/repos/octocat/todo/pages", {"source": {"branch": "main", "dir": "/"}}),
        ("POST", "/repos/octocat/todo/pages", {"source": {"branch": "main", "path": "/site"}}),
        ("POST", "/repos/octocat/todo/pages/builds", {"sha": "main"}),
        ("GET", "/user/repos?perpage=5", None),
        ("GET", "/user/repos?per_page=many", None),
        ("GET", "/user/repos?sort=size", None),
        ("PUT", "/repos/octocat/todo", {"name": "todo"}),
        ("GET", "/repos/octocat/todo/stargazers", None),
    ],
)
def test_a_request_that_github_does_not_describe_is_noticed(
    github: GitHub, api: Api, method: str, path: str, body: dict[str, object] | None
) -> None:
    answer = api.call(method, path, json=body) if body else api.call(method, path)

    assert answer.status_code == 500
    assert answer.json()["message"].startswith("Against GitHub's description: ")
    assert github.violations
    assert not len(github.repositories)
    github.violations.clear()


def test_a_form_instead_of_json_is_noticed(github: GitHub, api: Api) -> None:
    answer = api.call("POST", "/user/repos", data={"name": "todo"})

    assert answer.status_code == 500
    assert github.violations.pop().startswith("request: ")


def test_a_reply_that_github_does_not_describe_is_noticed() -> None:
    request = Request("GET", "/rate_limit", Message())
    found = contract().find("GET", "/rate_limit")
    assert found is not None

    breaches = contract().reply_breaches(request, *found, json_response(200, {"rate": {}}))
    silent = contract().reply_breaches(request, *found, json_response(429, {}))
    strange = contract().reply_breaches(request, *found, json_response(207, {}))

    assert any("resources" in words for words in breaches)
    assert silent == ["status 429 without a message"]
    assert strange == ["status 207 is not described"]


def test_a_ref_may_hold_slashes() -> None:
    found = contract().find("GET", "/repos/o/r/git/ref/heads/a/b")

    assert found is not None
    assert found[0].id == "git/get-ref"
    assert found[1]["ref"] == "heads/a/b"


def test_names_in_bodies_survived_the_slimming() -> None:
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))

    schema = described["paths"]["/user/repos"]["post"]["requestBody"]["content"]
    properties = schema["application/json"]["schema"]["properties"]

    assert {"name", "description", "homepage", "private"} <= properties.keys()
