"""JSON as a table and back: a list of objects is rows under a header of their keys."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from agent.intake.columns import Column, Type, columns
from agent.intake.tables import Rows, check_area
from agent.intake.unreadable import Unreadable


def to_json(rows: Rows) -> bytes:
    """A list of objects, numbers spelled as in the table, empty cells null. Raises Unreadable.

    A column is of one type: `007` among numbers makes all of them text.
    """
    table = columns(rows)
    names = [column.name for column in table]
    if "" in names or len(set(names)) < len(names):
        raise Unreadable("its first row does not give each column a name of its own")
    keys = [json.dumps(name, ensure_ascii=False) for name in names]
    height = len(rows) - 1
    records = (
        ", ".join(
            f"{key}: {_literal(column, row)}" for key, column in zip(keys, table, strict=True)
        )
        for row in range(height)
    )
    lines = ",\n".join(f"  {{{record}}}" for record in records)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"


def _literal(column: Column, row: int) -> str:
    cell = column.cells[row]
    stripped = cell.strip()
    if not stripped:
        return "null" if column.type is not Type.TEXT else json.dumps(cell)
    if column.type in (Type.INTEGER, Type.NUMBER):
        return stripped.removeprefix("+")
    if column.type is Type.BOOLEAN:
        return stripped.lower()
    return json.dumps(cell, ensure_ascii=False)


def from_json(text: str) -> Rows:
    """A list of objects or of lists, or an object of plain values, as rows. Raises Unreadable."""
    data = read_json(text)
    if isinstance(data, dict):
        return ("key", "value"), *((key, cell(value)) for key, value in data.items())
    if isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        return _from_objects(data)
    if isinstance(data, list) and all(isinstance(item, list) for item in data):
        return tuple(tuple(map(cell, item)) for item in data)
    raise Unreadable("it is neither a list of objects, nor a list of lists, nor an object")


def _from_objects(data: Sequence[Mapping[str, object]]) -> Rows:
    names = tuple(dict.fromkeys(name for item in data for name in item))
    check_area(len(data), len(names))
    return names, *(tuple(cell(item.get(name)) for name in names) for item in data)


def read_json(text: str) -> object:
    """JSON with its numbers exact. Raises Unreadable with the place of the fault."""
    try:
        parsed: object = json.loads(text, parse_float=Decimal)
    except RecursionError:
        raise Unreadable("it is not read as JSON: nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"it is not JSON: {error}") from error
    return parsed


def cell(value: object) -> str:
    """A JSON value as a table's cell; lists and objects stay JSON."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return value
        case int() | Decimal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, default=float)


def tables_in(data: object) -> Iterator[tuple[str, Rows]]:
    """Each list of objects at the top or one level below it, under the name it has there."""
    named = {"": data, **data} if isinstance(data, dict) else {"": data}
    for name, item in named.items():
        if isinstance(item, list) and item and all(isinstance(entry, dict) for entry in item):
            yield name, _from_objects(item)
