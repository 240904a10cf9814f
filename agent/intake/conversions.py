"""Conversions by code: a file of an answer that names an attachment is made from it, whole.

The form: a file whose only line is `from: NAME`, or `from: NAME#SHEET` for a sheet of a workbook.
What comes out is what the file's own name asks for. Nothing passes through a model.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from agent.errors import DraftRefused
from agent.intake.documents import Document, read_docx, read_pdf, read_pptx
from agent.intake.kinds import Kind, recognise
from agent.intake.records import from_json, to_json
from agent.intake.tables import Rows, read_csv, write_csv
from agent.intake.texts import read_text
from agent.intake.unreadable import Unreadable
from agent.intake.workbooks import read_workbook
from agent.values import Attachment

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
    attachment, sheet = _find(attachments, wanted_name, source_name)
    suffix = PurePosixPath(wanted_name).suffix.lower()
    if suffix == PurePosixPath(attachment.name).suffix.lower():
        return attachment.content
    try:
        return _converted(attachment, sheet, suffix)
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
    """The attachment and the name of the sheet, empty where none is named."""
    for spelled in (source_name, unquote(source_name), source_name.removeprefix("./")):
        for attachment in attachments:
            if spelled == attachment.name:
                return attachment, ""
            if spelled.startswith(f"{attachment.name}#"):
                return attachment, spelled[len(attachment.name) + 1 :]
    known = ", ".join(attachment.name for attachment in attachments) or "none"
    raise DraftRefused(
        f"{wanted_name}: 'from: {source_name}' names no attachment; the attachments are: {known}"
    )


def _converted(attachment: Attachment, sheet: str, suffix: str) -> bytes:
    kind = recognise(attachment).kind
    if suffix in _FROM_TABLE and kind in _TABLES:
        return _FROM_TABLE[suffix](_TABLES[kind](attachment, sheet))
    if suffix in (".txt", ".md") and kind in _DOCUMENTS:
        document = _DOCUMENTS[kind](attachment.content)
        if not document.text:
            raise Unreadable("there is no text in it")
        if not document.is_whole:
            raise Unreadable("it has more pages than are read")
        return document.text.encode()
    raise Unreadable(
        f"{kind} to {suffix or 'a name without an ending'} is not among the conversions: tables "
        "(.xlsx, .csv, .tsv, .json, .jsonl) to .csv, .tsv, .json or .jsonl; PDF, Word and "
        "PowerPoint to .txt or .md; any file to its own kind"
    )


def _workbook_rows(attachment: Attachment, sheet: str) -> Rows:
    sheets = read_workbook(attachment.content)
    for candidate in sheets:
        if sheet in ("", candidate.title):
            return candidate.rows
    titles = ", ".join(candidate.title for candidate in sheets)
    raise Unreadable(f"it has no sheet {sheet!r}; its sheets are: {titles}")


def _csv_rows(attachment: Attachment, _: str) -> Rows:
    return read_csv(_text(attachment))


def _tsv_rows(attachment: Attachment, _: str) -> Rows:
    return read_csv(_text(attachment), "\t")


def _json_rows(attachment: Attachment, _: str) -> Rows:
    return from_json(_text(attachment))


def _json_lines_rows(attachment: Attachment, _: str) -> Rows:
    lines = [line for line in _text(attachment).splitlines() if line.strip()]
    return from_json(f"[{','.join(lines)}]")


def _text(attachment: Attachment) -> str:
    text = read_text(attachment.content, attachment.media_type)
    if text is None:
        raise Unreadable("it is not text")
    return text


def _json_lines(rows: Rows) -> bytes:
    items = json.loads(to_json(rows))
    return "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in items).encode()


_TABLES: Final[Mapping[Kind, Callable[[Attachment, str], Rows]]] = {
    Kind.XLSX: _workbook_rows,
    Kind.CSV: _csv_rows,
    Kind.TSV: _tsv_rows,
    Kind.JSON: _json_rows,
    Kind.JSON_LINES: _json_lines_rows,
}
_FROM_TABLE: Final[Mapping[str, Callable[[Rows], bytes]]] = {
    ".csv": write_csv,
    ".tsv": lambda rows: write_csv(rows, "\t"),
    ".json": to_json,
    ".jsonl": _json_lines,
}
_DOCUMENTS: Final[Mapping[Kind, Callable[[bytes], Document]]] = {
    Kind.PDF: read_pdf,
    Kind.DOCX: read_docx,
    Kind.PPTX: read_pptx,
}
