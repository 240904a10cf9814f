"""Whether JSON, YAML and TOML parse."""

import json
import tomllib
from collections.abc import Iterator

import yaml

from agent.drafting.validity.finding import Finding


def of_json(text: str) -> Iterator[Finding]:
    """RFC 8259, so without NaN and Infinity, which Python takes and browsers refuse."""
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        yield Finding(error.lineno, f"not JSON: {error.msg} (column {error.colno})")
    except ValueError as error:
        yield Finding(None, f"not JSON: {error}")
    except RecursionError:
        yield Finding(None, "not read as JSON: nested too deeply")


def of_json_lines(text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield from (finding._replace(line=number) for finding in of_json(line))


def of_yaml(text: str) -> Iterator[Finding]:
    try:
        for _ in yaml.compose_all(text, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        yield Finding(line, f"not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        yield Finding(None, f"not YAML: {error}")
    except RecursionError:
        yield Finding(None, "not read as YAML: nested too deeply")


def of_toml(text: str) -> Iterator[Finding]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Finding(None, f"not TOML: {error}")
    except RecursionError:
        yield Finding(None, "not read as TOML: nested too deeply")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not among its values")
