"""GitHub's API description, held against every request that comes in and every reply that goes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema_path import SchemaPath
from openapi_core import V30RequestValidator, V30ResponseValidator
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from .wire import Request, Response

DESCRIPTION = Path(__file__).with_name("openapi.json")
HOST = "https://api.github.com"
PARAMETER = re.compile(r"\{(\w+)\}")
HOLDS_SLASHES = frozenset({"ref"})


@dataclass(frozen=True)
class Operation:
    """One call of the description; `query` are the names of its query parameters."""

    id: str
    method: str
    template: str
    query: frozenset[str]
    takes_body: bool

    def parameters(self, path: str) -> dict[str, str] | None:
        """The path's parameters if it is this operation's; a `ref` may hold slashes."""
        match = _pattern(self.template).fullmatch(path)
        return match.groupdict() if match else None

    def plain_path(self, parameters: dict[str, str]) -> str:
        """The path with the slashes of its parameters escaped, as the description wants it."""
        return PARAMETER.sub(lambda match: quote(parameters[match[1]], safe=""), self.template)


@dataclass
class _Asked:
    """A request in openapi-core's form."""

    method: str
    path: str
    body: bytes | None
    content_type: str
    parameters: RequestParameters
    host_url: str = HOST


@dataclass
class _Answered:
    """A reply in openapi-core's form."""

    status_code: int
    headers: Headers
    content_type: str
    data: bytes | None


class Contract:
    """The operations of the description and the breaches of it."""

    def __init__(self, description: dict[str, Any]) -> None:
        spec = SchemaPath.from_dict(description)
        self._requests = V30RequestValidator(spec)
        self._replies = V30ResponseValidator(spec)
        self._statuses = {
            operation["operationId"]: set(operation["responses"])
            for methods in description["paths"].values()
            for operation in methods.values()
        }
        self.operations = _operations(description)

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a call and its path parameters; the longest literal text wins."""
        for operation in self.operations:
            parameters = operation.parameters(path) if operation.method == method else None
            if parameters is not None:
                return operation, parameters
        return None

    def request_breaches(
        self, request: Request, operation: Operation, parameters: dict[str, str]
    ) -> list[str]:
        """What the description forbids about a request, unknown query parameters included."""
        unknown = sorted(set(request.query) - operation.query)
        breaches = [f"{operation.id} has no query parameter {name}" for name in unknown]
        asked = _asked(request, operation, parameters)
        breaches += [_words(error) for error in self._requests.iter_errors(asked)]
        if request.body and not operation.takes_body:
            breaches.append(f"{operation.id} takes no body")
        return breaches

    def reply_breaches(
        self,
        request: Request,
        operation: Operation,
        parameters: dict[str, str],
        response: Response,
    ) -> list[str]:
        """What the description forbids about a reply.

        GitHub describes the failures only of some calls: where it does not, the body has to be
        its ordinary error.
        """
        if str(response.status) not in self._statuses[operation.id]:
            return list(_error_breaches(response))
        answered = _Answered(
            response.status,
            Headers(response.headers),
            response.headers.get("Content-Type", "").split(";")[0],
            response.body,
        )
        asked = _asked(request, operation, parameters)
        return [_words(error) for error in self._replies.iter_errors(asked, answered)]


@cache
def contract() -> Contract:
    """GitHub's own description, read once."""
    return Contract(json.loads(DESCRIPTION.read_text(encoding="utf-8")))


def _operations(description: dict[str, Any]) -> tuple[Operation, ...]:
    found = [
        Operation(
            id=operation["operationId"],
            method=method.upper(),
            template=template,
            query=frozenset(_query_names(operation, description["components"])),
            takes_body="requestBody" in operation,
        )
        for template, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return tuple(sorted(found, key=lambda operation: -len(PARAMETER.sub("", operation.template))))


def _query_names(operation: dict[str, Any], components: dict[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter:
            parameter = components["parameters"][parameter["$ref"].rpartition("/")[2]]
        if parameter["in"] == "query":
            yield parameter["name"]


@cache
def _pattern(template: str) -> re.Pattern[str]:
    def group(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{'.+?' if match[1] in HOLDS_SLASHES else '[^/]+'})"

    return re.compile(PARAMETER.sub(group, template))


def _asked(request: Request, operation: Operation, parameters: dict[str, str]) -> _Asked:
    return _Asked(
        method=request.method.lower(),
        path=operation.plain_path(parameters),
        body=request.body or None,
        content_type=request.headers.get("Content-Type", "").split(";")[0].lower(),
        parameters=RequestParameters(
            query=ImmutableMultiDict(request.query), header=Headers(list(request.headers.items()))
        ),
    )


def _error_breaches(response: Response) -> Iterator[str]:
    if response.status < 400:
        yield f"status {response.status} is not described"
    elif "json" in response.headers.get("Content-Type", ""):
        body = json.loads(response.body)
        if not isinstance(body, dict) or not isinstance(body.get("message"), str):
            yield f"status {response.status} without a message"


def _words(error: Exception) -> str:
    """The error and what lies under it, on one line."""
    details = [getattr(detail, "message", "") for detail in getattr(error, "schema_errors", ())]
    cause = error.__cause__
    details += [
        f"{'/'.join(map(str, detail.absolute_path))}: {detail.message}"
        for detail in getattr(cause, "schema_errors", ())
    ]
    return "; ".join([str(error), *filter(None, details)])
