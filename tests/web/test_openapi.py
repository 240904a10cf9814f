"""`/openapi.json` describes what is answered, and `/docs` shows it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel

from agent.errors import ModelError
from agent.values import Job, Outcome, Proof, Verdict
from agent.web.api_models import (
    AcceptedAnswer,
    DoneAnswer,
    EndpointRefusal,
    HealthAnswer,
    JobAnswer,
    JobWithSteps,
    ProblemDetails,
    ReadyAnswer,
)
from agent.web.openapi import description
from agent.web.page_response import PAGE_HEADERS
from agent.web.refusal_reasons import RefusalReason
from tests.jobs.toy import ToyLine
from tests.orders import js, sentence
from tests.web.toy_api import ToyServer, served

Described = Mapping[str, Any]
FAILED = Verdict(js("b === 2"), Outcome.FAILED, "b was 1")
PROOF = Proof((FAILED,), own_tests=(Verdict(sentence("It is nice"), Outcome.UNPROVED, ""),))


def content_of(item: Described) -> Iterator[tuple[Described, object]]:
    """Each schema of a body or answer with each of its examples."""
    for content in item.get("content", {}).values():
        if "example" in content:
            yield content["schema"], content["example"]
        for each in content.get("examples", {}).values():
            yield content["schema"], each["value"]


def bodies() -> Iterator[tuple[str, Described]]:
    """Every body and answer of the description, by where it stands."""
    told = description()
    for path, item in told["paths"].items():
        for method in {"get", "post"} & item.keys():
            for status, answer in item[method]["responses"].items():
                name = answer.get("$ref", "").rsplit("/", 1)[-1]
                yield f"{path} {status}", told["components"]["responses"][name] if name else answer
            if "requestBody" in item[method]:
                yield path, item[method]["requestBody"]


def problems_of(schema: Described, value: object) -> list[str]:
    whole = {**schema, "components": description()["components"]}
    return [error.message for error in OAS31Validator(whole).iter_errors(value)]


def test_the_description_is_openapi_3_1(server: ToyServer) -> None:
    answer = requests.get(f"{server.url}/openapi.json", timeout=30)

    assert answer.json() == description()
    assert answer.json()["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(answer.json()).validate()


def test_every_body_and_answer_has_an_example_of_its_schema() -> None:
    examples = {place: list(content_of(body)) for place, body in bodies()}

    assert [place for place, found in examples.items() if not found] == []
    wrong = {
        place: problems
        for place, found in examples.items()
        for schema, value in found
        if (problems := problems_of(schema, value))
    }
    assert wrong == {}


def test_an_example_of_another_schema_is_found() -> None:
    reference = {"$ref": "#/components/schemas/JobAnswer"}

    assert problems_of(reference, {"job": 1}) != []


@pytest.mark.parametrize("schema", description()["components"]["schemas"])
def test_schemas_have_no_null_where_a_field_is_left_out(schema: str) -> None:
    fields = description()["components"]["schemas"][schema].get("properties", {})

    assert [name for name, field in fields.items() if field.get("default", "") is None] == []


def test_answers_have_the_described_fields_and_no_others(tmp_path: Path) -> None:
    def fail(job: Job) -> None:
        if job.task == "broken":
            raise ModelError("no model")

    with served(tmp_path, ToyLine({"draft": fail}, proof=PROOF)) as server:
        done, failed = server.post(wait=True, seed=1), server.post(wait=True, task="broken")
        accepted, forbidden = server.post(), server.post(secret="no")
        identity = done.json()["job"]
        listed, shown = server.get("/jobs"), server.get(f"/jobs/{identity}")
        cancelled = server.tell(f"/jobs/{identity}/cancel")
        answers: list[tuple[type[BaseModel], Any]] = [
            (DoneAnswer, done.json()),
            (EndpointRefusal, failed.json()),
            (AcceptedAnswer, accepted.json()),
            (EndpointRefusal, forbidden.json()),
            *((JobAnswer, each) for each in listed.json()),
            (JobWithSteps, shown.json()),
            (ProblemDetails, cancelled.json()),
            (ProblemDetails, server.get("/jobs", secret="no").json()),
            (HealthAnswer, server.get("/health").json()),
            (ReadyAnswer, server.get("/ready").json()),
        ]

    assert len(listed.json()) == 2
    for model, told in answers:
        assert model.model_validate(told).model_dump(mode="json", exclude_unset=True) == told


def test_what_was_found_is_told_to_those_who_know_the_secret(server: ToyServer) -> None:
    known = server.get("/ready").json()
    unknown = server.get("/ready", secret="no").json()

    assert known["missing"] == unknown["missing"] == []
    assert "finding" in known["disk"]
    assert unknown["disk"] == {"ok": True}


def test_the_page_needs_no_secret_and_no_script_and_nothing_from_elsewhere(
    server: ToyServer,
) -> None:
    answer = requests.get(f"{server.url}/docs", timeout=30)

    links = re.findall(r"(?:src|href)=\"([^\"#]+)", answer.text)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == PAGE_HEADERS["Content-Security-Policy"]
    assert set(links) == {
        "/",
        "/docs",
        "/openapi.json",
        "/static/galley.css",
        "/static/galley.js",
        "/static/icon.svg",
    }
    assert all(server.get(link).status_code == 200 for link in links)
    assert "<script>" not in answer.text


def test_the_page_has_every_call_schema_and_problem_at_an_address(server: ToyServer) -> None:
    page = requests.get(f"{server.url}/docs", timeout=30).text

    ids = re.findall(r'id="([^"]+)"', page)
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    calls = {
        item[method]["operationId"]
        for item in description()["paths"].values()
        for method in {"get", "post"} & item.keys()
    }
    assert len(set(ids)) == len(ids)
    assert anchors <= set(ids)
    assert calls | {each.slug for each in RefusalReason} <= set(ids)


def test_the_call_on_the_page_is_this_servers(server: ToyServer) -> None:
    page = requests.get(f"{server.url}/docs", timeout=30).text

    assert f"curl &#39;{server.url}/jobs?limit=20&#39;" in page
    assert "Authorization: Bearer $SECRET" in page
