"""The attached files that a page loads: under which name, in what shape. Loading is mechanical."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from agent.drafting.small.elements import camel
from agent.values import Attachment

_LONGEST_SAMPLE = 400
_SEPARATORS = {".csv": ",;\t|", ".tsv": "\t"}
_TEXTS = (".txt", ".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file as the script's variable `name`; `sample` is the beginning of what it will hold."""

    name: str
    url: str
    path: str
    kind: Literal["rows", "data", "text"]
    sample: str
    separator: str = ","

    @property
    def empty(self) -> str:
        return {"rows": "[]", "data": "null", "text": '""'}[self.kind]


def loaded(attachments: Sequence[Attachment]) -> tuple[Loaded, ...]:
    """Those that scripts can read: tables, JSON and plain text."""
    return tuple(each for attachment in attachments if (each := _loaded(attachment)))


def _loaded(attachment: Attachment) -> Loaded | None:
    path = PurePosixPath(attachment.name)
    suffix, url = path.suffix.lower(), quote(attachment.name, safe="/")
    name = camel("".join(c if c.isascii() and c.isalnum() else "-" for c in path.stem)) or "file"
    name = f"_{name}" if name[0].isdigit() else name
    try:
        text = attachment.content.decode("utf-8-sig")
        if suffix in _SEPARATORS:
            header = text.split("\n", 1)[0]
            separator = max(_SEPARATORS[suffix], key=header.count)
            sample = _shown(_record(text, separator))
            return Loaded(f"{name}Rows", url, attachment.name, "rows", sample, separator)
        if suffix == ".json":
            return Loaded(f"{name}Data", url, attachment.name, "data", _shown(json.loads(text)))
    except (ValueError, StopIteration):  # not what its name says: the model is on its own
        return None
    if suffix in _TEXTS:
        return Loaded(f"{name}Text", url, attachment.name, "text", _shown(text[:80]))
    return None


def _record(text: str, separator: str) -> Mapping[str, object]:
    """The first line below the header, numbers as numbers: what the loader will make of it."""
    reader = csv.reader(io.StringIO(text.strip()), delimiter=separator)
    names, cells = next(reader), next(reader)
    return {n.strip(): _read(c.strip()) for n, c in zip(names, cells, strict=False)}


def _read(cell: str) -> object:
    try:
        number = float(cell)
    except ValueError:
        return cell
    return int(number) if number.is_integer() else number


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE]} …"
