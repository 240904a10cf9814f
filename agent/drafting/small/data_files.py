"""Turns attached files into variables of the page's script: name, shape, and a sample record."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from agent.drafting.small.element_inference import javascript_name
from agent.values import Attachment

_LONGEST_SAMPLE = 400
_SEPARATORS = {".csv": ",;\t|", ".tsv": "\t"}
_TEXTS = (".txt", ".md", ".markdown")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file as the script's variable `name`; `sample` is the beginning of its value."""

    name: str
    url: str
    path: str
    kind: Literal["rows", "data", "text"]
    sample: str
    separator: str = ","

    @property
    def empty(self) -> str:
        return {"rows": "[]", "data": "null", "text": '""'}[self.kind]


def data_files_of(attachments: Sequence[Attachment]) -> tuple[DataFile, ...]:
    """The files that a script can read: tables, JSON and plain text."""
    return tuple(each for attachment in attachments if (each := _data_file(attachment)))


def _data_file(attachment: Attachment) -> DataFile | None:
    path = PurePosixPath(attachment.name)
    suffix, url = path.suffix.lower(), quote(attachment.name, safe="/")
    name = (
        javascript_name("".join(c if c.isascii() and c.isalnum() else "-" for c in path.stem))
        or "file"
    )
    name = f"_{name}" if name[0].isdigit() else name
    try:
        text = attachment.content.decode("utf-8-sig")
        if suffix in _SEPARATORS:
            header = text.split("\n", 1)[0]
            separator = max(_SEPARATORS[suffix], key=header.count)
            sample = _shown(_record(text, separator))
            return DataFile(f"{name}Rows", url, attachment.name, "rows", sample, separator)
        if suffix == ".json":
            return DataFile(f"{name}Data", url, attachment.name, "data", _shown(json.loads(text)))
    except (ValueError, StopIteration):  # not what its name says, so it is not loaded by code
        return None
    if suffix in _TEXTS:
        return DataFile(f"{name}Text", url, attachment.name, "text", _shown(text[:80]))
    return None


def _record(text: str, separator: str) -> Mapping[str, object]:
    """The first record of a table, as the page's loader will read it."""
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
