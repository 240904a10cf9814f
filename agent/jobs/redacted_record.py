"""A job's record as it is shown: without secrets that a model or a page may have repeated."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from agent.jobs.job_records import JobRecord

Redact = Callable[[str], str]


def redacted(record: JobRecord, redact: Redact) -> JobRecord:
    """The record with every text in it redacted, but for its identity and its addresses."""
    publication = record.publication and replace(
        record.publication,
        revision=_redacted(record.publication.revision, redact),
        mirrored=_redacted(record.publication.mirrored, redact),
    )
    return replace(
        record,
        publication=publication,
        receipt=_redacted(record.receipt, redact),
        error=redact(record.error),
    )


def _redacted(value: Any, redact: Redact) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, tuple):
        return tuple(_redacted(each, redact) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            each.name: _redacted(getattr(value, each.name), redact) for each in fields(value)
        }
        return replace(value, **changed)
    return value
