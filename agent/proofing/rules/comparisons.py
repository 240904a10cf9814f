"""Claims that two files are the same: byte for byte, or in their data where the kinds differ."""

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath

from agent.errors import DraftRefused
from agent.intake.conversions import convert
from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.rules.wording import Files, Wording, suffix_of
from agent.values import Attachment


def is_same(files: Files, wording: Wording) -> Finding:
    """Byte for byte, or by the data where the two files are of different kinds."""
    path, original = wording.text("file"), _original(wording)
    if suffix_of(path) != suffix_of(original):
        return holds_same_data(files, wording)
    wanted = _compared(files, wording)
    if wanted is None:
        return unproved(f"there is no file {original} to compare {path} with")
    content = files.contents[path]
    if content == wanted.content:
        return passed(f"{path} is {original}, byte for byte")
    pairs = enumerate(zip(content, wanted.content, strict=False))
    place = next((index for index, (a, b) in pairs if a != b), None)
    where = (
        f"from byte {place}"
        if place is not None
        else f"{len(content)} of {len(wanted.content)} bytes"
    )
    return failed(f"{path} differs from {original} ({where})")


def holds_same_data(files: Files, wording: Wording) -> Finding:
    """The cells of both files as tables; a number is the same however it is written."""
    path, original = wording.text("file"), _original(wording)
    source = _compared(files, wording)
    if source is None:
        return unproved(f"there is no file {original} to compare {path} with")
    try:
        found, wanted = table_of(Attachment(path, "", files.contents[path])), table_of(source)
    except (DraftRefused, csv.Error) as error:
        return unproved(f"not compared: {error}")
    if len(found) != len(wanted):
        return failed(f"{path} has {len(found)} rows and {original} has {len(wanted)}")
    differences = list(_differences(found, wanted))
    certain = [words for words, is_certain in differences if is_certain]
    if certain:
        return failed(f"{path}: {certain[0]} in {original}")
    if differences:
        return unproved(f"{path}: {differences[0][0]} in {original}, perhaps in another form")
    return passed(f"{path} has the data of {original}")


def _original(wording: Wording) -> str:
    """The file to compare with: by default the attachment of the same name."""
    return wording.text("original") or PurePosixPath(wording.text("file")).name


def _compared(files: Files, wording: Wording) -> Attachment | None:
    """The attachment of that name, else, unless one is meant, the draft's own file."""
    name = _original(wording)
    attached = next((each for each in files.attachments if each.name == name), None)
    if attached or wording.has("sent") or name == wording.text("file"):
        return attached
    return Attachment(name, "", files.contents[name]) if name in files.contents else None


def table_of(file: Attachment) -> list[list[str]]:
    """The rows of a table of any kind. Raises DraftRefused where the file is no table."""
    content = convert((file,), "table.csv", file.name)
    text = content.decode("utf-8-sig", "replace")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def _differences(found: list[list[str]], wanted: list[list[str]]) -> Iterator[tuple[str, bool]]:
    """Each cell that is not the same, and whether no other form of the value explains it."""
    for number, (row, expected) in enumerate(zip(found, wanted, strict=True), 1):
        if len(row) != len(expected):
            yield f"row {number} has {len(row)} cells, not the {len(expected)}", True
        for cell, value in zip(row, expected, strict=False):
            if not _is_same_cell(cell.strip(), value.strip()):
                has_digits = any(map(str.isdigit, cell)) and any(map(str.isdigit, value))
                are_plain = _as_number(cell) is not None and _as_number(value) is not None
                yield f"row {number} has {cell!r}, not the {value!r}", are_plain or not has_digits


def _is_same_cell(cell: str, value: str) -> bool:
    number = _as_number(cell)
    return cell == value or (number is not None and number == _as_number(value))


def _as_number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
