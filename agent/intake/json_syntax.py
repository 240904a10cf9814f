"""Reads JSON exactly and finds what browsers refuse, round or drop in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from agent.intake.unreadable import Unreadable

_MOST_VALUES: Final = 2_000_000
_LARGEST_INTEGER: Final = 2**53
_LONGEST_INTEGER: Final = 300
_MOST_NAMED: Final = 3
_TOKEN: Final = re.compile(
    r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z))|(?P<comment>//[^\r\n]*|/\*.*?(?:\*/|\Z))'
    r"|(?P<constant>-?\b(?:NaN|Infinity)\b)",
    re.DOTALL,
)
_COMMA: Final = re.compile(
    r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z))|(?P<comma>,)(?=\s*[\]}])', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class ParsedJson:
    """Data with exact numbers, and one sentence for each thing that browsers do not take."""

    data: object = field(repr=False)
    faults: tuple[str, ...]


def parse_json(text: str) -> ParsedJson:
    """Comments, trailing commas and NaN are passed over and reported. Raises Unreadable."""
    if sum(map(text.count, "[{,")) > _MOST_VALUES:
        raise Unreadable(f"it has more than {_MOST_VALUES:,} values, and so many are not read")
    seen = _Seen()
    try:
        return seen.parsed(text, ())
    except RecursionError:
        raise Unreadable("it is not read as JSON: nested too deeply") from None
    except ValueError as error:
        valid = valid_json(text)
        if valid == text:
            raise Unreadable(f"it is not JSON: {error}") from error
        return _parsed_valid(text, valid)


def _parsed_valid(text: str, valid: str) -> ParsedJson:
    try:
        return _Seen().parsed(valid, tuple(_removed(text)))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON: {error}") from error


def valid_json(text: str) -> str:
    """The text without comments and trailing commas, and with null for NaN and Infinity."""

    def replaced(match: re.Match[str]) -> str:
        if match["string"]:
            return match[0]
        return "null" if match["constant"] else " "

    return _COMMA.sub(lambda match: match["string"] or "", _TOKEN.sub(replaced, text))


def _removed(text: str) -> Iterator[str]:
    groups = {match.lastgroup for match in _TOKEN.finditer(text)}
    if "comment" in groups:
        yield "it has comments, which JSON does not allow: browsers refuse the whole file"
    without_comments = _TOKEN.sub(lambda match: match["string"] or " ", text)
    if any(match["comma"] for match in _COMMA.finditer(without_comments)):
        yield "it has trailing commas, which JSON does not allow: browsers refuse the whole file"
    if "constant" in groups:
        yield _constant_fault("NaN or Infinity")


def _constant_fault(name: str) -> str:
    return f"it holds {name}, which JSON does not allow: browsers refuse the whole file"


class _Seen:
    """Hears of every constant, integer and object while a text is parsed."""

    def __init__(self) -> None:
        self._constants: dict[str, None] = {}
        self._integers: dict[str, None] = {}
        self._twice: dict[str, None] = {}

    def parsed(self, text: str, faults: tuple[str, ...]) -> ParsedJson:
        data = json.loads(
            text,
            parse_float=_decimal,
            parse_int=self._integer,
            parse_constant=self._constant,
            object_pairs_hook=self._object,
        )
        return ParsedJson(data, (*faults, *self._faults()))

    def _constant(self, name: str) -> None:
        self._constants[name] = None

    def _integer(self, digits: str) -> object:
        if len(digits) > _LONGEST_INTEGER:
            self._integers[f"{digits[:20]}…"] = None
            return digits
        value = int(digits)
        if abs(value) > _LARGEST_INTEGER:
            self._integers[digits] = None
        return value

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            self._twice |= dict.fromkeys(name[:40] for name in found if names.count(name) > 1)
        return found

    def _faults(self) -> Iterator[str]:
        if self._constants:
            yield _constant_fault(_listed(self._constants))
        if self._twice:
            yield (
                f"keys stand twice in one object ({_listed(self._twice)}): browsers keep the last, "
                "and so do the figures here"
            )
        if self._integers:
            yield (
                f"it has integers past 2^53 ({_listed(self._integers)}), which browsers round: "
                "read their digits from the file's text where they must be exact"
            )


def _decimal(digits: str) -> object:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent past all bounds
        return digits


def _listed(names: dict[str, None]) -> str:
    listed = ", ".join(list(names)[:_MOST_NAMED])
    return f"{listed}, …" if len(names) > _MOST_NAMED else listed
