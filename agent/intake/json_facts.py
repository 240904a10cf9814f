"""Counts what JSON holds: its outline, and for each list of records its columns and extremes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Final

from agent.intake.column_facts import ColumnTally, short

_OUTLINE_DEPTH: Final = 4
_OUTLINE_KEYS: Final = 12
_DEEPEST: Final = 8
_MOST_LISTS: Final = 40
_MOST_COLUMNS: Final = 60
_FEWEST_ENTRIES: Final = 2


def json_facts(data: object) -> tuple[str, ...]:
    """The outline, then a line for each list and for each column of its records."""
    lists = _Lists()
    lists.walk(data, "", "", _DEEPEST)
    return (outline(data), *lists.facts(), *_geographic(data))


@dataclass(slots=True)
class _RecordGroup:
    """The records of all lists that stand at one path, and their columns."""

    count: int = 0
    lists: int = 0
    columns: dict[str, ColumnTally] = field(default_factory=dict)

    def add(self, name: str, value: object, record: Callable[[], str]) -> None:
        if name in self.columns or len(self.columns) < _MOST_COLUMNS:
            column = self.columns.setdefault(name, ColumnTally(name))
            column.add(_cell(value), record, isinstance(value, str))


class _Lists:
    """Goes through JSON and gathers, by path, the records that it finds."""

    def __init__(self) -> None:
        self._found: dict[str, _RecordGroup] = {}

    def walk(self, value: object, path: str, place: str, depth: int) -> None:
        """`path` names all lists of a kind (`orders[].items`), `place` the one at hand."""
        if not depth:
            return
        match value:
            case dict() if _is_lookup(value):
                named = [(f"{place}.{key}".lstrip("."), key, item) for key, item in value.items()]
                self._take(path or "the object", named, depth)
            case dict():
                for key, item in value.items():
                    self.walk(
                        item, f"{path}.{key}".lstrip("."), f"{place}.{key}".lstrip("."), depth - 1
                    )
            case list() if value:
                named = [(f"{place}[{index}]", "", item) for index, item in enumerate(value)]
                self._take(path or "the list", named, depth)

    def _take(self, path: str, entries: list[tuple[str, str, object]], depth: int) -> None:
        if path not in self._found and len(self._found) == _MOST_LISTS:
            return
        if "[]" in path and not any(isinstance(item, dict) for _, _, item in entries):
            return  # coordinates and the like, one short list in each record
        records = self._found.setdefault(path, _RecordGroup())
        records.lists += 1
        for place, key, item in entries:
            records.count += 1
            record = partial(_record_name, place, "" if key else item)
            if isinstance(item, dict):
                for name, value in _flat(item, depth):
                    if isinstance(value, (list, dict)):
                        self.walk(value, f"{path}[].{name}", f"{place}.{name}", depth - 1)
                    else:
                        records.add(name, value, record)
            elif not isinstance(item, list):
                records.add("", item, record)

    def facts(self) -> Iterator[str]:
        for path, records in self._found.items():
            in_lists = f" in {records.lists:,} lists" if records.lists > 1 else ""
            yield f"{path}: {records.count:,} records{in_lists}"
            for name, column in records.columns.items():
                title = f"{path}: column " if name else f"{path}: values"
                yield f"{title}{column.fact(records.count).removeprefix('(no name)')}"


def _is_lookup(value: Mapping[str, object]) -> bool:
    """Whether an object is a table by key: all its values are numbers, or objects of one form."""
    items = list(value.values())
    if len(items) < _FEWEST_ENTRIES:
        return False
    if all(isinstance(item, (int, Decimal)) and not isinstance(item, bool) for item in items):
        return True
    first = items[0]
    return isinstance(first, dict) and all(
        isinstance(item, dict) and item.keys() == first.keys() for item in items
    )


def _flat(item: Mapping[str, object], depth: int) -> Iterator[tuple[str, object]]:
    """The record's values, those of objects in it under names such as `address.city`."""
    for key, value in item.items():
        if isinstance(value, dict) and depth > 1:
            yield from ((f"{key}.{name}", inner) for name, inner in _flat(value, depth - 1))
        else:
            yield key, value


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
    return str(value).strip()


def _record_name(place: str, item: object) -> str:
    """Where a record is, and what it is called: its first value that is text."""
    values = item.values() if isinstance(item, dict) else ()
    name = short(next((value for value in values if isinstance(value, str)), ""))
    return f"{place}: {name}" if name else place


def outline(value: object, depth: int = _OUTLINE_DEPTH) -> str:
    """The structure of JSON in words: `object with 2 keys: base (string), rates (list of 3 …)`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case dict() if not value or not depth:
            return f"object with {len(value):,} keys"
        case dict():
            keys = list(value)[:_OUTLINE_KEYS]
            inner = ", ".join(f"{key[:60]} ({outline(value[key], depth - 1)})" for key in keys)
            rest = ", …" if len(value) > len(keys) else ""
            return f"object with {len(value):,} keys: {inner}{rest}"
        case list() if not value or not depth:
            return f"list of {len(value):,}"
        case list():
            return f"list of {len(value):,}, the first: {outline(value[0], depth - 1)}"
    return "number"


def _geographic(data: object) -> Iterator[str]:
    """For GeoJSON: the box around all its positions."""
    if not isinstance(data, dict) or data.get("type") not in ("FeatureCollection", "Feature"):
        return
    positions = list(_positions(data.get("features", data), _DEEPEST))
    if positions:
        east, north = zip(*positions, strict=True)
        yield (
            f"GeoJSON with {len(positions):,} positions, "
            f"longitude {min(east)} to {max(east)}, latitude {min(north)} to {max(north)}"
        )


def _positions(value: object, depth: int) -> Iterator[tuple[Decimal | int, Decimal | int]]:
    match value:
        case [int() | Decimal() as east, int() | Decimal() as north, *_]:
            yield east, north
        case list() if depth:
            for item in value:
                yield from _positions(item, depth - 1)
        case {"geometry": geometry} if depth:
            yield from _positions(geometry, depth - 1)
        case {"geometries": inner} | {"coordinates": inner} if depth:
            yield from _positions(inner, depth - 1)
