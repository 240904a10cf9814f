"""Reads XML as nested records and counts what they hold."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from agent.documents import Document
from agent.intake.json_facts import json_facts
from agent.intake.unreadable import Unreadable

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,20})?")
_NAMESPACE: Final = re.compile(r"\{(.*)\}")
_DEEPEST: Final = 100


def read(content: bytes) -> Document:
    """Raises Unreadable."""
    records = _RecordBuilder()
    try:
        parser = ElementTree.XMLParser(target=records)
        parser.feed(content)
        parser.close()
    except ElementTree.ParseError as error:
        raise Unreadable(f"it is not well-formed XML: {error}") from error
    facts = [f"well-formed XML, root element {_local(records.root)}"]
    if space := _NAMESPACE.match(records.root):
        facts.append(f"namespace {space[1]}")
    return Document((*facts, *json_facts(records.records)))


class _RecordBuilder:
    """Takes the parser's events and makes records of them, so that no tree of elements is kept.

    An element becomes an object of its attributes and children, children of one name a list; an
    element with neither becomes its text.
    """

    def __init__(self) -> None:
        self.root = ""
        self.records: dict[str, Any] = {}
        self._open: list[dict[str, Any]] = [self.records]
        self._texts: list[list[str]] = [[]]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.root = self.root or tag
        if len(self._open) > _DEEPEST:
            raise Unreadable(f"its elements are nested more than {_DEEPEST} deep")
        self._open.append({f"@{_local(key)}": _typed(value) for key, value in attributes.items()})
        self._texts.append([])

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        record, text = self._open.pop(), "".join(self._texts.pop()).strip()
        if record and text:
            record["text"] = _typed(text)
        _put(self._open[-1], _local(tag), record or _typed(text))

    def close(self) -> None:
        """The parser asks for it."""


def _put(parent: dict[str, Any], name: str, value: object) -> None:
    """The first child of a name as it is, further ones as a list."""
    known = parent.get(name)
    if known is None:
        parent[name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        parent[name] = [known, value]


def _typed(text: str) -> object:
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _local(name: str) -> str:
    return _NAMESPACE.sub("", name)
