"""The making of `openapi.json`: GitHub's own API description, cut down to the calls we use.

    npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
    python -m tests.github.slim_openapi package/generated/api.github.com.json

Kept are the operations named in `OPERATIONS` and everything they refer to. Prose and examples go,
`nullable` takes null where OpenAPI's letter would not, and every object of a request body refuses
properties that GitHub does not name, so that a typing error of ours is seen. The licence of
the original stands in `openapi.LICENSE`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("openapi.json")

OPERATIONS = frozenset(
    {
        "actions/list-workflow-runs-for-repo",
        "actions/re-run-workflow",
        "git/get-ref",
        "rate-limit/get",
        "repos/create-commit-status",
        "repos/create-deployment",
        "repos/create-deployment-status",
        "repos/create-for-authenticated-user",
        "repos/create-in-org",
        "repos/create-pages-site",
        "repos/delete",
        "repos/delete-pages-site",
        "repos/get",
        "repos/get-all-topics",
        "repos/get-branch",
        "repos/get-commit",
        "repos/get-latest-pages-build",
        "repos/get-pages",
        "repos/get-pages-build",
        "repos/list-commit-statuses-for-ref",
        "repos/list-commits",
        "repos/list-deployment-statuses",
        "repos/list-deployments",
        "repos/list-for-authenticated-user",
        "repos/list-for-org",
        "repos/list-for-user",
        "repos/list-pages-builds",
        "repos/replace-all-topics",
        "repos/request-pages-build",
        "repos/update",
        "repos/update-information-about-pages-site",
        "search/repos",
        "users/get-authenticated",
        "users/get-by-username",
    }
)

PROSE = frozenset({"description", "example", "examples", "externalDocs", "summary", "title"})
REFERENCE_PREFIX = "#/components/"


def slim(description: dict[str, Any]) -> dict[str, Any]:
    """The description with only `OPERATIONS` and what they need, its request bodies closed."""
    paths = _kept_paths(description["paths"])
    return {
        "openapi": description["openapi"],
        "info": {key: description["info"][key] for key in ("title", "version", "license")},
        "servers": description["servers"],
        "paths": paths,
        "components": _referenced(paths, description["components"]),
    }


def _kept_paths(paths: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for template, methods in paths.items():
        for method, operation in methods.items():
            if operation.get("operationId") in OPERATIONS:
                kept.setdefault(template, {})[method] = _kept_operation(operation)
    missing = OPERATIONS - {
        operation["operationId"] for methods in kept.values() for operation in methods.values()
    }
    if missing:
        raise SystemExit(f"the description has no operation {', '.join(sorted(missing))}")
    return kept


def _kept_operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = _without_prose(operation)
    for response in kept["responses"].values():
        _describe(response)
    for media in kept.get("requestBody", {}).get("content", {}).values():
        _close(media["schema"])
    return kept


def _without_prose(node: Any, names_are_data: bool = False) -> Any:
    """The node without prose and extensions; under `properties` every key is a name and stays."""
    if isinstance(node, list):
        return [_without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _without_prose(value, names_are_data=key == "properties" and not names_are_data)
        for key, value in node.items()
        if names_are_data or (key not in PROSE and not key.startswith("x-"))
    }
    return kept if names_are_data else _with_null(kept)


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Let `nullable` mean what GitHub means: OpenAPI 3.0 wants null among the choices as well."""
    if schema.get("nullable") is True:
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        for choice in ("anyOf", "oneOf"):
            if choice in schema and "type" not in schema:
                schema[choice] = [*schema[choice], {"nullable": True, "enum": [None]}]
    return schema


def _describe(response: dict[str, Any]) -> None:
    """Give a response the description that OpenAPI demands, empty."""
    if "$ref" not in response:
        response["description"] = ""


def _close(schema: dict[str, Any]) -> None:
    """Make every object of a request body, at any depth, refuse unknown properties."""
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    children = list(schema.get("properties", {}).values())
    children += [schema["items"]] if "items" in schema else []
    for combination in ("allOf", "anyOf", "oneOf"):
        children += schema.get(combination, [])
    for child in children:
        _close(child)


def _referenced(paths: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """The components that the paths refer to, directly or through other components."""
    kept: dict[str, Any] = {}
    waiting = list(_references(paths))
    while waiting:
        section, name = waiting.pop().removeprefix(REFERENCE_PREFIX).split("/")
        if name in kept.setdefault(section, {}):
            continue
        kept[section][name] = _without_prose(components[section][name])
        waiting.extend(_references(kept[section][name]))
    for response in kept["responses"].values():
        _describe(response)
    return {section: dict(sorted(kept[section].items())) for section in sorted(kept)}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)


def main(source: str) -> None:
    """Write `openapi.json` from the whole description at `source`."""
    description = slim(json.loads(Path(source).read_text(encoding="utf-8")))
    text = json.dumps(description, separators=(",", ":"), ensure_ascii=False)
    TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
