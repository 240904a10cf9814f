"""Says in words what a JSON schema asks of each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field or parameter; `place` is where a parameter stands, `refers_to` a schema by name."""

    name: str
    is_required: bool
    kind: str
    refers_to: str
    limits: tuple[str, ...]
    meaning: str
    place: str = ""


def field_rows(schema: Mapping[str, Any]) -> tuple[FieldRow, ...]:
    """The fields of an object's schema."""
    required = schema.get("required", ())
    rows = [
        field_row(name, each, name in required)
        for name, each in schema.get("properties", {}).items()
    ]
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        rows.append(field_row("…", {**more, "description": "any other name"}, False))
    return tuple(rows)


def field_row(name: str, schema: Mapping[str, Any], is_required: bool, place: str = "") -> FieldRow:
    return FieldRow(
        name,
        is_required,
        _kind(schema),
        _reference(schema),
        tuple(_limits(schema)),
        schema.get("description", ""),
        place,
    )


def _kind(schema: Mapping[str, Any]) -> str:
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " or ".join(map(_kind, options))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " or ".join(f'"{each}"' for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return _WORDS.get(schema.get("type", ""), "anything")


def _reference(schema: Mapping[str, Any]) -> str:
    """The schema that a field's own, or that of its items, names; empty where there is none."""
    options = schema.get("anyOf") or schema.get("oneOf") or [schema]
    found = [_reference(each["items"]) for each in options if "items" in each]
    found += [str(each["$ref"]).rsplit("/", 1)[-1] for each in options if "$ref" in each]
    return next(filter(None, found), "")


def _limits(schema: Mapping[str, Any]) -> list[str]:
    ranges = (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
    )
    found = [_range(schema.get(low), schema.get(high), unit) for low, high, unit in ranges]
    if "pattern" in schema:
        found.append(f"matches `{schema['pattern']}`")
    if "default" in schema:
        found.append(f"{schema['default']} where it is left out")
    return [each for each in found if each]


def _range(low: int | None, high: int | None, unit: str) -> str:
    if low is not None and high is not None:
        return f"{low:,} to {high:,}{unit}"
    if high is not None:
        return f"at most {high:,}{unit}"
    return f"at least {low:,}{unit}" if low is not None else ""
