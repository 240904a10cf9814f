"""Claims about the data in files: formats, counts, JSON values, XML roots, columns of tables."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from agent.errors import DraftRefused
from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.rules.comparisons import table_of
from agent.proofing.rules.wording import Files, Wording, fails_either_way, is_within
from agent.validity import faults_as
from agent.values import Attachment

_SIGNATURES = {
    "png": rb"\x89PNG\r\n\x1a\n",
    "jpeg": rb"\xff\xd8\xff",
    "jpg": rb"\xff\xd8\xff",
    "gif": rb"GIF8[79]a",
    "webp": rb"RIFF....WEBP",
    "pdf": rb"%PDF-",
    "zip": rb"PK(?:\x03\x04|\x05\x06)",
}
_SUFFIXES = {"json lines": ".jsonl", "python": ".py"}
_ROOTS: Mapping[str, type] = {"array": list, "list": list, "object": dict}
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, _Float),
    "float": lambda value: type(value) is _Float,
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "null": lambda value: value is None,
}
_SYNONYMS = {
    "whole number": "integer", "numeric": "number", "floating-point number": "float",
    "floating point number": "float", "bool": "boolean", "list": "array",
    "objects": "object", "strings": "string", "numbers": "number", "arrays": "array",
}  # fmt: skip
_BYTES = {
    "bytes": (1,), "kbs": (1000, 1024), "mbs": (10**6, 2**20), "kibs": (1024,), "mibs": (2**20,),
}  # fmt: skip


class _Float(float):
    """A number that is written with a fraction or an exponent."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands for the value of a file that is not JSON."""

    reason: str


def is_valid(files: Files, wording: Wording) -> Finding:
    """The format by its own parser."""
    path, kind = wording.text("file"), wording.text("format").lower()
    content = files.contents[path]
    if kind == "csv":
        return _is_even_table(path, content)
    complaints = list(faults_as(_SUFFIXES.get(kind, f".{kind}"), content))
    if complaints:
        return failed(f"{path}: {complaints[0].message}")
    root = wording.text("root").lower()
    if kind == "json" and root in _ROOTS and not isinstance(_json(files, path), _ROOTS[root]):
        return failed(f"{path}: its root is not an {root}")
    return passed(f"{path} is valid {kind.upper()}")


def _is_even_table(path: str, content: bytes) -> Finding:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return failed(f"{path}: {error}")
    widths = {len(row) for row in rows if row}
    if len(widths) > 1:
        return failed(f"{path}: its rows have {min(widths)} to {max(widths)} cells")
    return (passed if widths else failed)(f"{path} has {len(rows)} rows of one width")


def has_signature(files: Files, wording: Wording) -> Finding:
    """The first bytes; whether the rest can be shown is not known from them."""
    path, kind = wording.text("file"), wording.text("format").lower()
    is_so = re.match(_SIGNATURES[kind], files.contents[path], re.DOTALL)
    return (passed if is_so else failed)(f"{path} begins with {files.contents[path][:8]!r}")


def is_list_of(files: Files, wording: Wording) -> Finding:
    """A JSON array with at least one member, all of that type."""
    path, kind = wording.text("file"), _type(wording)
    value = _json(files, path)
    if not isinstance(value, list) or not value:
        observed = f"{path}: expected an array with members, and it is {_shown(value)}"
        return fails_either_way(wording, observed)
    others = [item for item in value if not _TYPES[kind](item)]
    return (failed if others else passed)(
        f"{path}: {len(others)} of {len(value)} members are not {kind}s"
    )


def has_key(files: Files, wording: Wording) -> Finding:
    path, key = wording.text("file"), wording.text("key")
    value = _json(files, path)
    if isinstance(value, _Unreadable):
        return fails_either_way(wording, f"{path} is {value.reason}")
    is_so = _at(value, key) is not _NOTHING
    return (passed if is_so else failed)(f"{path} has {'the' if is_so else 'no'} key {key}")


def each_has_key(files: Files, wording: Wording) -> Finding:
    path, key = wording.text("file"), wording.text("key")
    value = _json(files, path)
    if not isinstance(value, list) or not value:
        observed = f"{path}: expected an array with members, and it is {_shown(value)}"
        return fails_either_way(wording, observed)
    lacking = sum(_at(item, key) is _NOTHING for item in value)
    observed = f"{path}: {lacking} of {len(value)} members have no {key}"
    return (failed if lacking else passed)(observed)


def key_has_type(files: Files, wording: Wording) -> Finding:
    """JSON's types; `28` is an integer and not a float."""
    path, key = wording.text("file"), _key(wording)
    found = _at(_json(files, path), key)
    if found is _NOTHING:
        return fails_either_way(wording, f"{path} has no {key}")
    is_so = _TYPES[_type(wording)](found)
    return (passed if is_so else failed)(f"{path}: {key} is {_shown(found)}")


def key_has_value(files: Files, wording: Wording) -> Finding:
    """Equality of JSON values; a quoted number may stand for the number or for the text."""
    path, key = wording.text("file"), _key(wording)
    found, wanted = _at(_json(files, path), key), wording.text("value")
    if found is _NOTHING:
        return fails_either_way(wording, f"{path} has no {key}")
    observed = f"{path}: {key} is {_shown(found)}"
    if wording.is_quoted("value"):
        if found == wanted:
            return passed(observed)
        is_other_form = not isinstance(found, str) and json.dumps(found) == wanted
        return (unproved if is_other_form else failed)(observed)
    value = json.loads(wanted.lower())
    is_so = found == value and isinstance(found, bool) == isinstance(value, bool)
    return (passed if is_so else failed)(observed)


def _key(wording: Wording) -> str:
    return wording.text("key") or wording.text("bare_key")


def has_namespace(files: Files, wording: Wording) -> Finding:
    return _has_in_root(files, wording, "namespace")


def has_root(files: Files, wording: Wording) -> Finding:
    return _has_in_root(files, wording, "name")


def _has_in_root(files: Files, wording: Wording, part: str) -> Finding:
    path = wording.text("file")
    names = _element_names(files.contents[path])
    if not names:
        return failed(f"{path} is not well-formed XML")
    namespace, _, name = names[0].rpartition(" ")
    found = namespace if part == "namespace" else name
    wanted = wording.text("text") or wording.text("root").strip("<>")
    return (passed if found == wanted else failed)(f"the root of {path} has the {part} {found!r}")


def _element_names(content: bytes) -> list[str]:
    """`namespace name` of every element in order; empty where the XML is not well-formed."""
    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: names.append(name)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError):
        return []
    return names


def has_columns(files: Files, wording: Wording) -> Finding:
    """The whole header, in its order."""
    path = wording.text("file")
    rows = _rows(files, path)
    header = [cell.strip() for cell in rows[0]] if rows else []
    observed = f"the header of {path} is {','.join(header)}"
    wanted = [cell.strip() for cell in re.split(r",(?: and )?", wording.text("header"))]
    return (passed if header == wanted else failed)(observed)


def count_is_within(files: Files, wording: Wording) -> Finding:
    """A count between bounds; where two ways of counting disagree nothing is decided."""
    path, unit = wording.text("file"), _unit(wording)
    counts = sorted(_counts(files, path, unit, wording))
    if not counts:
        return fails_either_way(wording, f"{path} has no {unit} that can be counted")
    observed = f"{path} has {' or '.join(map(str, counts))} {unit}"
    findings = [is_within(wording, count, observed) for count in counts]
    return findings[0] if len(set(findings)) == 1 else unproved(observed)


def _unit(wording: Wording) -> str:
    if wording.has("tag"):
        return wording.text("tag").strip("<>")
    unit = wording.text("unit").lower().replace("-", "").replace("entries", "entry")
    return unit if unit.endswith("s") else f"{unit}s"


def _counts(files: Files, path: str, unit: str, wording: Wording) -> set[int]:
    """Every count that the unit may mean; empty where the file cannot be read so."""
    text = files.text(path)
    if wording.has("tag"):
        names = _element_names(files.contents[path])
        return {sum(name.rpartition(" ")[2] == unit for name in names)} if names else set()
    if unit in _BYTES:
        return _sizes(len(files.contents[path]), unit, wording)
    if unit in ("items", "entrys", "elements", "objects", "records"):
        value = _json(files, path)
        return {len(value)} if isinstance(value, list) else set()
    if unit in ("rows", "data rows", "columns"):
        return _table_counts(files, path, unit)
    return _text_counts(text, unit) if text is not None else set()


def _sizes(size: int, unit: str, wording: Wording) -> set[int]:
    """The size in the unit, where kB may be 1,000 and 1,024 bytes.

    A fraction counts for the side of the bound that it lies on.
    """
    rounds_up = any(map(wording.has, ("most", "same_or_less", "above")))
    return {-(-size // scale) if rounds_up else size // scale for scale in _BYTES[unit]}


def _table_counts(files: Files, path: str, unit: str) -> set[int]:
    rows = _rows(files, path)
    if not rows:
        return set()
    if unit == "columns":
        return {len(row) for row in rows}
    return {len(rows) - 1} if unit == "data rows" else {len(rows) - 1, len(rows)}


def _text_counts(text: str, unit: str) -> set[int]:
    lines, words = text.splitlines(), text.split()
    filled = sum(bool(line.strip()) for line in lines)
    match unit:
        case "words":
            return {len(words), sum(any(map(str.isalnum, word)) for word in words)}
        case "characters":
            return {len(text), len(text.rstrip("\r\n"))}
        case "headings":
            return {len(re.findall(r"^#{1,6}\s+\S", text, re.MULTILINE))}
        case "lines":
            return {len(lines), filled}
        case _:
            return {filled}


def _rows(files: Files, path: str) -> list[list[str]]:
    try:
        return table_of(Attachment(path, "", files.contents[path]))
    except (DraftRefused, csv.Error):
        return []


def counts_inline_scripts(files: Files, wording: Wording) -> Finding:
    """Script elements without `src` in the page as it is committed."""
    path, text = wording.text("file"), files.text(wording.text("file")) or ""
    without_comments = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    tags = re.findall(r"<script\b[^>]*>", without_comments, re.IGNORECASE)
    count = sum(not re.search(r"\ssrc\s*=", tag, re.IGNORECASE) for tag in tags)
    return is_within(wording, count, f"{path} has {count} inline scripts")


_NOTHING = object()


def _json(files: Files, path: str) -> Any:
    try:
        return json.loads(files.text(path) or "", parse_float=_Float, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return _Unreadable(f"not JSON: {error}")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not among its values")


def _at(value: Any, key: str) -> Any:
    """The member of that name, else the one at a path such as `rates.EUR` or `items.0.name`."""
    if isinstance(value, dict) and key in value:
        return value[key]
    for part in key.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _NOTHING
    return value


def _type(wording: Wording) -> str:
    name = wording.text("type").lower()
    return _SYNONYMS.get(name, name)


def _shown(value: Any) -> str:
    if isinstance(value, _Unreadable):
        return value.reason
    return json.dumps(value, ensure_ascii=False)[:80]
