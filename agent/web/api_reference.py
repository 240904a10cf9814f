"""The description of the API for programs, and the page that shows it to people."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.web.access import AccessControl
from agent.web.openapi import Described, description
from agent.web.page_response import page
from agent.web.refusal_reasons import RefusalReason
from agent.web.schema_words import FieldRow, field_row, field_rows

_METHODS = ("get", "post")
_SECRET = "$SECRET"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What an operation may answer: `examples` are texts by name, the first one unnamed alone."""

    status: str
    meaning: str
    media_type: str
    schema: tuple[str, ...]
    examples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OperationRow:
    """A call as the page shows it."""

    identity: str
    tag: str
    method: str
    path: str
    summary: str
    meaning: str
    needs_secret: bool
    parameters: tuple[FieldRow, ...]
    fields: tuple[FieldRow, ...]
    curl: str
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class ApiReference:
    """Both are public: they hold nothing of the jobs or the settings."""

    access: AccessControl

    async def document(self, http: Request) -> Response:
        return JSONResponse(description())

    async def show(self, http: Request) -> Response:
        told = description()
        base = f"{http.url.scheme}://{http.url.netloc}"
        return page(
            http,
            self.access,
            "docs",
            tags=told["tags"],
            operations=list(operations(told, base)),
            reasons=list(RefusalReason),
            schemas={
                name: (schema.get("description", ""), field_rows(schema))
                for name, schema in sorted(told["components"]["schemas"].items())
                if "properties" in schema
            },
        )


def operations(told: Described, base_url: str) -> Iterator[OperationRow]:
    """The calls in the order of the description."""
    for path, item in told["paths"].items():
        shared = item.get("parameters", [])
        for method in _METHODS:
            if method in item:
                each = {**item[method], "parameters": shared + item[method].get("parameters", [])}
                yield _operation(told, (method, path, base_url), each)


def _operation(told: Described, call: tuple[str, str, str], each: Described) -> OperationRow:
    method, path, base_url = call
    parameters = [_resolved(told, parameter) for parameter in each["parameters"]]
    body = each.get("requestBody", {}).get("content", {}).get("application/json", {})
    security = each.get("security", [])
    return OperationRow(
        identity=each["operationId"],
        tag=each["tags"][0],
        method=method.upper(),
        path=path,
        summary=each["summary"],
        meaning=each.get("description", ""),
        needs_secret=bool(security) and {} not in security,
        parameters=tuple(map(_parameter_row, parameters)),
        fields=field_rows(_resolved(told, body["schema"])) if body else (),
        curl=_curl(f"{base_url}{path}", parameters, security, body.get("example")),
        answers=tuple(
            _answer(status, _resolved(told, answer)) for status, answer in each["responses"].items()
        ),
    )


def _parameter_row(parameter: Described) -> FieldRow:
    schema = {**parameter["schema"], "description": parameter["description"]}
    is_required = parameter.get("required", False)
    return field_row(parameter["name"], schema, is_required, parameter["in"])


def _answer(status: str, answer: Described) -> AnswerRow:
    media_type, content = next(iter(answer["content"].items()))
    schema = content["schema"]
    options = schema.get("oneOf", [schema.get("items", schema)])
    examples = {name: each["value"] for name, each in content.get("examples", {}).items()}
    if "example" in content:
        examples[""] = content["example"]
    return AnswerRow(
        status,
        answer["description"],
        media_type,
        tuple(each["$ref"].rsplit("/", 1)[-1] for each in options if "$ref" in each),
        {name: _text(value) for name, value in examples.items()},
    )


def _curl(
    url: str, parameters: list[Described], security: list[Described], example: Described | None
) -> str:
    """The command; the secret is a variable of the shell."""
    given = [each for each in parameters if "example" in each]
    for each in given:
        if each["in"] == "path":
            url = url.replace(f"{{{each['name']}}}", each["example"])
    query = urlencode({each["name"]: each["example"] for each in given if each["in"] == "query"})
    lines = [f"curl {shlex.quote(f'{url}?{query}' if query else url)}"]
    if any(security):
        lines.append(f'--header "Authorization: Bearer {_SECRET}"')
    if example is not None:
        data = shlex.quote(_text(example)).replace(_SECRET, f"'\"{_SECRET}\"'")
        lines += ["--header 'Content-Type: application/json'", f"--data {data}"]
    elif url.endswith(("/cancel", "/retry")):
        lines.insert(1, "--request POST")
    return " \\\n  ".join(lines)


def _resolved(told: Described, item: Described) -> Described:
    """What a reference refers to, or the item itself."""
    if "$ref" not in item:
        return item
    found: Any = told
    for name in item["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    resolved: Described = found
    return resolved


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
