"""Unpickles values that an older version wrote to the journal."""

from dataclasses import fields
from typing import Any


def restore(value: Any, recorded: list[object]) -> None:
    """A dataclass's `__setstate__`: fields that were not recorded have their defaults."""
    names = [field.name for field in fields(value)]
    defaults = {field.name: field.default for field in fields(value)}
    for name, content in {**defaults, **dict(zip(names, recorded, strict=False))}.items():
        object.__setattr__(value, name, content)
