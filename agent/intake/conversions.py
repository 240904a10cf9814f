"""Converts attachments by code: a file of an answer that names an attachment is made from it.

The form: a file whose only line is `from: NAME`, `from: NAME#SHEET` for a sheet of a workbook, or
`from: NAME#valid` for JSON that browsers can parse. What comes out is what the file's own name asks
for. Nothing passes through a model.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from agent.documents import Document, Sheet
from agent.errors import DraftRefused
from agent.intake.csv_dialect import Row
from agent.intake.csv_tables import Table, csv_table, read_csv, write_csv
from agent.intake.descriptions import document_of
from agent.intake.file_kinds import FileKind, recognise
from agent.intake.json_syntax import valid_json
from agent.intake.json_tables import table_as_json, table_from_json, typed_rows_as_json
from agent.intake.notebooks import read_notebook
from agent.intake.subtitles import as_webvtt
from agent.intake.text_encoding import read_text
from agent.intake.unreadable import Unreadable
from agent.values import Attachment

_VALID: Final = "valid"
_FROM: Final = re.compile(r"\s*from:[ \t]*[`\"']?([^\r\n`\"']{1,300}?)[`\"']?\s*", re.IGNORECASE)
_LONGEST_LINE: Final = 400


def place_converted(
    files: Mapping[str, str | bytes], attachments: Sequence[Attachment]
) -> Mapping[str, bytes]:
    """The files as bytes, `from:` files replaced by what they name. Raises DraftRefused."""
    return {
        path: convert(attachments, path, source)
        if (source := _source(content))
        else _bytes(content)
        for path, content in files.items()
    }


def convert(attachments: Sequence[Attachment], wanted_name: str, source_name: str) -> bytes:
    """The attachment that `source_name` names, as the kind of file that `wanted_name` asks for.

    Raises DraftRefused in words that help the model to name the right thing.
    """
    attachment, part = _find(attachments, wanted_name, source_name)
    suffix = PurePosixPath(wanted_name).suffix.lower()
    try:
        if suffix == PurePosixPath(attachment.name).suffix.lower():
            is_valid_wanted = suffix == ".json" and part == _VALID
            return valid_json(_text(attachment)).encode() if is_valid_wanted else attachment.content
        return _converted(attachment, part, suffix)
    except Unreadable as reason:
        raise DraftRefused(
            f"{wanted_name}: cannot be made from {attachment.name}: {reason}"
        ) from reason


def _source(content: str | bytes) -> str | None:
    """The name after `from:`, where that is all that a file has."""
    if len(content) > _LONGEST_LINE:
        return None
    text = read_text(content) if isinstance(content, bytes) else content
    match = _FROM.fullmatch(text or "")
    return match[1].strip() if match else None


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _find(
    attachments: Sequence[Attachment], wanted_name: str, source_name: str
) -> tuple[Attachment, str]:
    """The attachment and what stands behind `#` in its name, empty where nothing does."""
    for spelled in (source_name, unquote(source_name), source_name.removeprefix("./")):
        for attachment in attachments:
            for name in filter(None, (attachment.name, attachment.sent_as)):
                if spelled == name:
                    return attachment, ""
                if spelled.startswith(f"{name}#"):
                    return attachment, spelled[len(name) + 1 :]
    known = ", ".join(attachment.name for attachment in attachments) or "none"
    raise DraftRefused(
        f"{wanted_name}: 'from: {source_name}' names no attachment; the attachments are: {known}"
    )


def _converted(attachment: Attachment, part: str, suffix: str) -> bytes:
    kind = recognise(attachment).kind
    if kind is FileKind.XLSX and suffix in _FROM_TABLE:
        return _from_sheet(_sheet(attachment, part), suffix)
    if kind in _TABLES and suffix in _FROM_TABLE:
        return _FROM_TABLE[suffix](_TABLES[kind](_text(attachment)))
    if kind in _DOCUMENTS and suffix in (".txt", ".md"):
        return _written(_DOCUMENTS[kind](attachment))
    if kind is FileKind.SUBTITLES and suffix == ".vtt":
        return as_webvtt(_text(attachment)).encode()
    if kind is FileKind.UNSHOWN_PICTURE and suffix in _PICTURES:
        return _picture(document_of(attachment), suffix)
    raise Unreadable(
        f"{kind} to {suffix or 'a name without an ending'} is not among the conversions: tables "
        "(.xlsx, .csv, .tsv, .json, .jsonl) to .csv, .tsv, .json or .jsonl; PDF, Word, PowerPoint "
        "and notebooks to .txt or .md; HEIC and TIFF to .jpg or .png; .srt to .vtt; any file to "
        "its own kind"
    )


def _sheet(attachment: Attachment, title: str) -> Sheet:
    sheets = document_of(attachment).sheets
    for candidate in sheets:
        if title in ("", candidate.title):
            return candidate
    titles = ", ".join(candidate.title for candidate in sheets)
    raise Unreadable(f"it has no sheet {title!r}; its sheets are: {titles}")


def _from_sheet(sheet: Sheet, suffix: str) -> bytes:
    """Cells as they are shown for tables of text, the values behind them for JSON."""
    if suffix == ".csv":
        return sheet.csv.encode()
    if suffix == ".tsv":
        return write_csv(read_csv(sheet.csv, ","), "\t")
    return _JSON_FORMS[suffix](typed_rows_as_json(sheet.values))


def _written(document: Document) -> bytes:
    if not document.text:
        raise Unreadable("there is no text in it")
    if not document.is_whole:
        raise Unreadable("it has more pages than are read")
    return document.text.encode()


def _picture(document: Document, suffix: str) -> bytes:
    ending = ".jpg" if suffix == ".jpeg" else suffix
    if ending not in document.pictures:
        raise Unreadable("it is too large for a PNG; name a file that ends in .jpg instead")
    return document.pictures[ending]


def _text(attachment: Attachment) -> str:
    text = read_text(attachment.content, attachment.media_type)
    if text is None:
        raise Unreadable("it is not text")
    return text


def _csv(text: str) -> Table:
    return csv_table(text)[0]


def _tsv(text: str) -> Table:
    return csv_table(text, "\t")[0]


def _json_lines_table(text: str) -> Table:
    return table_from_json(f"[{','.join(line for line in text.splitlines() if line.strip())}]")


def _as_list(objects: Iterable[str]) -> bytes:
    lines = ",\n".join(f"  {line}" for line in objects)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"


def _as_lines(objects: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in objects).encode()


def _rows(table: Table) -> Iterator[Row]:
    yield table.header
    yield from table.rows()


_TABLES: Final[Mapping[FileKind, Callable[[str], Table]]] = {
    FileKind.CSV: _csv,
    FileKind.TSV: _tsv,
    FileKind.JSON: table_from_json,
    FileKind.JSON_LINES: _json_lines_table,
}
_JSON_FORMS: Final[Mapping[str, Callable[[Iterable[str]], bytes]]] = {
    ".json": _as_list,
    ".jsonl": _as_lines,
}
_FROM_TABLE: Final[Mapping[str, Callable[[Table], bytes]]] = {
    ".csv": lambda table: write_csv(_rows(table)),
    ".tsv": lambda table: write_csv(_rows(table), "\t"),
    ".json": lambda table: _as_list(table_as_json(table)),
    ".jsonl": lambda table: _as_lines(table_as_json(table)),
}
_DOCUMENTS: Final[Mapping[FileKind, Callable[[Attachment], Document]]] = {
    FileKind.PDF: document_of,
    FileKind.DOCX: document_of,
    FileKind.PPTX: document_of,
    FileKind.NOTEBOOK: lambda attachment: read_notebook(_text(attachment)),
}
_PICTURES: Final = (".jpg", ".jpeg", ".png")
