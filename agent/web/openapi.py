"""Describes the API as OpenAPI 3.1: the paths from a file, the schemas from the models."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from agent import __version__, scaffold
from agent.web.api_models import ANSWERS
from agent.web.problems import PROBLEM, RefusedRequest
from agent.web.refusal_reasons import RefusalReason

_SCHEMAS = "#/components/schemas/"
_REASONS = {reason.slug: reason for reason in RefusalReason}
_ID_HEADER = {"X-Request-ID": {"$ref": "#/components/headers/RequestId"}}
_EXAMPLE_ID = "9f86d081884c7d65"

Described = dict[str, Any]
"""An object of the description, as JSON has it."""


@cache
def description() -> Described:
    """The whole description. Whoever takes it changes nothing in it."""
    told: Described = yaml.safe_load((scaffold.HOME / "web" / "openapi.yaml").read_text())
    problems, refusals = told.pop("x-problems"), told.pop("x-refusals")
    told["info"]["version"] = __version__
    told["components"]["schemas"] = _schemas()
    told["components"]["responses"] = {
        **{name: _problem(each) for name, each in problems.items()},
        **{name: _endpoint_refusal(each) for name, each in refusals.items()},
    }
    plain: Described = json.loads(json.dumps(told))  # YAML's anchors made objects that are shared
    return plain


def _schemas() -> Described:
    modes = [(model, "validation") for model in ANSWERS]
    _, found = models_json_schema(modes, ref_template=f"{_SCHEMAS}{{model}}")  # type: ignore[arg-type]
    schemas: Described = _without_noise(found["$defs"])
    return schemas


def _without_noise(schema: Any) -> Any:
    """The schema without pydantic's titles, and without the defaults of what may be left out."""
    if isinstance(schema, list):
        return [_without_noise(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _without_noise(each)
        for name, each in schema.items()
        if not (name == "title" and isinstance(each, str))
        and not (name == "default" and each in (None, "", []))
    }


def _problem(told: Mapping[str, Any]) -> Described:
    """The answer of the job API for some reasons."""
    examples = {
        slug: {"value": RefusedRequest(_REASONS[slug], detail).problem("/jobs", _EXAMPLE_ID)}
        for slug, detail in told["reasons"].items()
    }
    stated = {name: _header(value) for name, value in told.get("headers", {}).items()}
    return _response(told["description"], PROBLEM, "ProblemDetails", examples, stated)


def _endpoint_refusal(told: Mapping[str, Any]) -> Described:
    """The answer of the evaluators' endpoint for some reasons."""
    more = told.get("more", {})
    examples = {
        slug: {"value": RefusedRequest(_REASONS[slug], detail, **more).older_form}
        for slug, detail in told["reasons"].items()
    }
    return _response(told["description"], "application/json", "EndpointRefusal", examples, {})


def _header(value: str) -> Described:
    return {"required": True, "schema": {"type": "string", "pattern": f"^{value}"}}


def _response(
    meaning: str, media_type: str, schema: str, examples: Described, headers: Described
) -> Described:
    reference = {"$ref": f"{_SCHEMAS}{schema}"}
    return {
        "description": meaning,
        "headers": {**_ID_HEADER, **headers},
        "content": {media_type: {"schema": reference, "examples": examples}},
    }
