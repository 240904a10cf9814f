"""Whether a GitHub Actions workflow has what GitHub refuses to run without."""

from collections.abc import Iterator
from typing import Any

import yaml

from agent.drafting.validity.finding import Finding


def findings(text: str) -> Iterator[Finding]:
    """`on`, jobs, and steps that each run or use something."""
    try:
        # Nothing but text: elsewhere in YAML 1.1 the key `on` is the boolean true.
        document = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return  # told already, where YAML is judged as YAML
    if not isinstance(document, dict):
        yield Finding(None, "expected a workflow: a mapping with `on` and `jobs`")
        return
    if not document.get("on"):
        yield Finding(None, "expected `on` to say when the workflow runs")
    jobs = document.get("jobs")
    if not isinstance(jobs, dict) or not jobs:
        yield Finding(None, "expected `jobs` with at least one job")
        return
    for name, job in jobs.items():
        for message in _of_job(job, list(jobs)):
            yield Finding(None, f"job {name}: {message}")


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
