"""Turns JSON into tables and back: a list of objects is rows under a header of their keys."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from agent.intake.column_facts import ColumnType, tallied
from agent.intake.csv_dialect import Row
from agent.intake.csv_tables import Table, check_area, table_of
from agent.intake.json_syntax import parse_json
from agent.intake.unreadable import Unreadable


def table_as_json(table: Table) -> Iterator[str]:
    """One object for each row, numbers spelled as in the table, empty cells null.

    A column is of one type: `007` among numbers makes all of them text, and so does a notation
    that JavaScript does not read. Raises Unreadable.
    """
    keys = _keys(table.header)
    types = [column.type for column in tallied(table)]
    for number, row in enumerate(table.rows(), 1):
        check_area(number, len(keys))
        cells = (*row, *("",) * (len(keys) - len(row)))
        yield _object(keys, [_literal(*each) for each in zip(types, cells, strict=False)])


def _keys(header: Row) -> list[str]:
    names = [name.strip() for name in header]
    if "" in names or len(set(names)) < len(names):
        raise Unreadable("its header row does not give each column a name of its own")
    return [json.dumps(name, ensure_ascii=False) for name in names]


def _object(keys: Sequence[str], literals: Sequence[str]) -> str:
    pairs = (f"{key}: {literal}" for key, literal in zip(keys, literals, strict=True))
    return f"{{{', '.join(pairs)}}}"


def _literal(type_: ColumnType, cell: str) -> str:
    stripped = cell.strip()
    if not stripped:
        return json.dumps(cell) if type_ is ColumnType.TEXT else "null"
    if type_ in (ColumnType.INTEGER, ColumnType.NUMBER):
        return stripped.removeprefix("+")
    if type_ is ColumnType.BOOLEAN:
        return stripped.lower()
    return json.dumps(cell, ensure_ascii=False)


def typed_rows_as_json(rows: str) -> Iterator[str]:
    """One object for each row of a JSON list of rows; the first row has the names."""
    names, *below = json.loads(rows, parse_float=Decimal) or [[]]
    keys = _keys(tuple(map(cell_text, names)))
    for row in below:
        yield _object(keys, [json_text(value) for value in row])


def table_from_json(text: str) -> Table:
    """A list of objects or of lists, or an object of plain values. Raises Unreadable."""
    data = parse_json(text).data
    if isinstance(data, dict):
        pairs = tuple((key, cell_text(value)) for key, value in data.items())
        return table_of((("key", "value"), *pairs))
    if isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        return _from_objects(data)
    if isinstance(data, list) and all(isinstance(item, list) for item in data):
        return table_of(tuple(tuple(map(cell_text, item)) for item in data))
    raise Unreadable("it is neither a list of objects, nor a list of lists, nor an object")


def _from_objects(data: Sequence[Mapping[str, object]]) -> Table:
    names = tuple(dict.fromkeys(name for item in data for name in item))
    check_area(len(data), len(names))
    return Table(
        names, lambda: (tuple(cell_text(item.get(name)) for name in names) for item in data)
    )


def cell_text(value: object) -> str:
    """A JSON value as a table's cell; lists and objects stay JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return json_text(value)


def json_text(value: object) -> str:
    """JSON in one line, each number spelled exactly."""
    match value:
        case int() | Decimal() if not isinstance(value, bool):
            return str(value)
        case dict():
            keys = [json.dumps(key, ensure_ascii=False) for key in value]
            return _object(keys, [json_text(each) for each in value.values()])
        case list():
            return f"[{', '.join(map(json_text, value))}]"
    return json.dumps(value, ensure_ascii=False)
