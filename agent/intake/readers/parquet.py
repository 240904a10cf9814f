"""Reads the schema of Parquet files from their footer; the values are not read.

The footer is a structure in Thrift's compact protocol. Libraries that read it bring 40 MB and more.
"""

from collections.abc import Mapping
from typing import Any, Final

from agent.documents import Document
from agent.intake.unreadable import Unreadable

_MAGIC: Final = b"PAR1"
_TYPES: Final = ("boolean", "int32", "int64", "int96", "float", "double", "bytes", "fixed bytes")
_CONVERTED: Final = {0: "text", 4: "text", 5: "decimal", 6: "date", 7: "time", 8: "time",
                     9: "timestamp", 10: "timestamp", 19: "JSON"}  # fmt: skip
_LOGICAL: Final = {1: "text", 4: "text", 5: "decimal", 6: "date", 7: "time", 8: "timestamp",
                   12: "JSON"}  # fmt: skip
_VERSION, _SCHEMA, _ROWS = 1, 2, 3
_MOST_VALUES: Final = 1_000_000
_DEEPEST: Final = 32


def read(content: bytes) -> Document:
    """Raises Unreadable, and IndexError and their like for a footer that is cut short."""
    if not content.endswith(_MAGIC):
        raise Unreadable("it does not end like a Parquet file: it is cut short or encrypted")
    size = int.from_bytes(content[-8:-4], "little")
    if size > len(content) - 12:
        raise Unreadable("its footer would be longer than the file")
    footer = _Compact(content[-8 - size : -8]).struct(_DEEPEST)
    root, *elements = footer[_SCHEMA]
    facts = [f"{footer[_ROWS]:,} rows, {root.get(5, 0):,} columns; its values are not shown"]
    facts += [f"column {_column(element)}" for element in elements if not element.get(5)]
    return Document(tuple(facts))


def _column(element: Mapping[int, Any]) -> str:
    name = element[4].decode("utf-8", "replace")
    logical = next(iter(element.get(10, {})), None)
    known = _LOGICAL.get(logical or 0) or _CONVERTED.get(element.get(6, -1))
    optional = (
        ", may be empty" if element.get(3) == 1 else ", a list" if element.get(3) == 2 else ""
    )
    return f"{name}: {known or _TYPES[element[1]]}{optional}"


class _Compact:
    """A reader of Thrift's compact protocol: structures become mappings from field numbers."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._left = _MOST_VALUES

    def struct(self, depth: int) -> dict[int, Any]:
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            fields[number] = self._value(head & 0x0F, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        self._left -= 1
        if not depth or self._left < 0:
            raise Unreadable("its footer has more values than are read")
        match kind:
            case 1 | 2:
                return kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._zigzag()
            case 7:
                return self._bytes(8)
            case 8:
                return self._bytes(self._varint())
            case 9 | 10:
                return self._list(depth)
            case 12:
                return self.struct(depth - 1)
        raise Unreadable(f"its footer has a value of the unknown type {kind}")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        kind = head & 0x0F
        if kind in (1, 2):
            return [self._byte() == 1 for _ in range(min(size, len(self._data)))]
        return [self._value(kind, depth - 1) for _ in range(size)]

    def _varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 70:
                return value

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]
