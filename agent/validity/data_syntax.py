"""Checks that JSON, YAML and TOML parse, and that Actions workflows have the parts they need."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from agent.validity.fault import Fault


def of_json(text: str) -> Iterator[Fault]:
    """RFC 8259: without NaN and Infinity, which Python accepts and browsers refuse."""
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        yield Fault(error.lineno, f"not JSON: {error.msg} (column {error.colno})")
    except ValueError as error:
        yield Fault(None, f"not JSON: {error}")
    except RecursionError:
        yield Fault(None, "not read as JSON: nested too deeply")


def of_json_lines(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield from (replace(fault, line=number) for fault in of_json(line))


def of_yaml(text: str) -> Iterator[Fault]:
    try:
        for _ in yaml.compose_all(text, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        yield Fault(line, f"not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        yield Fault(None, f"not YAML: {error}")
    except RecursionError:
        yield Fault(None, "not read as YAML: nested too deeply")


def of_toml(text: str) -> Iterator[Fault]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Fault(None, f"not TOML: {error}")
    except RecursionError:
        yield Fault(None, "not read as TOML: nested too deeply")


def of_workflow(content: bytes) -> Iterator[Fault]:
    """What GitHub refuses to run a workflow without: `on`, jobs, and steps that do one thing."""
    try:
        # Nothing but text: elsewhere in YAML 1.1 the key `on` is the boolean true.
        document = yaml.load(content, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return  # reported already as a fault of YAML
    if not isinstance(document, dict):
        yield Fault(None, "expected a workflow: a mapping with `on` and `jobs`")
        return
    if not document.get("on"):
        yield Fault(None, "expected `on` to say when the workflow runs")
    jobs = document.get("jobs")
    if not isinstance(jobs, dict) or not jobs:
        yield Fault(None, "expected `jobs` with at least one job")
        return
    for name, job in jobs.items():
        for message in _of_job(job, list(jobs)):
            yield Fault(None, f"job {name}: {message}")


def _of_job(job: Any, names: list[str]) -> Iterator[str]:
    if not isinstance(job, dict):
        yield "expected a mapping"
        return
    needs = job.get("needs", [])
    for needed in [needs] if isinstance(needs, str) else needs:
        if needed not in names:
            yield f"it needs {needed}, and there is no such job"
    if "uses" in job:  # a reusable workflow brings its own machine and steps
        return
    if not job.get("runs-on"):
        yield "expected `runs-on`"
    steps = job.get("steps")
    if not isinstance(steps, list) or not steps:
        yield "expected `steps` with at least one step"
        return
    for number, step in enumerate(steps, 1):
        if not isinstance(step, dict) or ("run" in step) == ("uses" in step):
            yield f"step {number}: expected either `run` or `uses`"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not among its values")
