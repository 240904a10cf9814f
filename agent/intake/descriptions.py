"""Describes a file of each kind: facts that were counted, and the text to show as much as fits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from agent.documents import Document
from agent.intake.column_facts import table_facts
from agent.intake.csv_tables import csv_table
from agent.intake.file_kinds import FileKind, Recognised
from agent.intake.json_facts import json_facts
from agent.intake.json_syntax import parse_json
from agent.intake.media import duration, picture, pixels
from agent.intake.notebooks import read_notebook
from agent.intake.subtitles import subtitle_facts
from agent.intake.text_encoding import DecodedText, decode_text
from agent.intake.unreadable import Unreadable
from agent.ports import Image
from agent.values import Attachment

_SVG_HEAD: Final = 20_000
_SVG_TAG: Final = re.compile(r"<svg\b[^>]{0,2000}>")
_SVG_SIZE: Final = re.compile(r"""\b(?:viewBox|width|height)\s*=\s*["'][^"']{1,60}["']""")
_JSON: Final = (FileKind.JSON, FileKind.JSON_LINES, FileKind.NOTEBOOK)
_OLDER: Final = {".xls": ".xlsx", ".doc": ".docx", ".ppt": ".pptx", ".xlsb": ".xlsx"}


@dataclass(frozen=True, slots=True)
class Description:
    """All that is worth saying about a file, before a budget is applied.

    `text` is None for files that are not text.
    """

    facts: tuple[str, ...]
    text: str | None = field(default=None, repr=False)
    image: Image | None = None


def described(attachment: Attachment, recognised: Recognised) -> Description:
    """Never fails: of a damaged file the facts say what is wrong with it."""
    facts = [f"{recognised.media_type}, {len(attachment.content):,} bytes"]
    if attachment.sent_as:
        facts.append(f"it was sent under the name {attachment.sent_as!r}, which had to be repaired")
    if recognised.note:
        facts.append(f"note: {recognised.note}")
    decoded = decode_text(attachment.content, attachment.media_type)
    if decoded and attachment.document is None:
        facts += _encoding_facts(decoded, recognised.kind)
    try:
        description = _DESCRIBERS[recognised.kind](attachment, decoded.text if decoded else "")
    except Unreadable as reason:
        description = Description((f"damaged: {reason}",), decoded.text if decoded else None)
    image = description.image or (
        picture(recognised.media_type, attachment.content)
        if recognised.kind is FileKind.IMAGE
        else None
    )
    return Description((*facts, *description.facts), description.text, image)


def _encoding_facts(decoded: DecodedText, kind: FileKind) -> tuple[str, ...]:
    """What a page has to do where `fetch(…).text()`, which reads UTF-8, is not enough."""
    if not decoded.is_utf8:
        return (
            f"its text is encoded as {decoded.encoding}, not UTF-8: read it in the page with "
            f"new TextDecoder('{decoded.encoding}').decode(await response.arrayBuffer())",
        )
    if decoded.encoding == "utf-8-sig" and kind in _JSON:
        return (
            "it begins with a byte order mark: response.json() and response.text() leave that out, "
            "JSON.parse refuses it in a text that was read in another way",
        )
    return ()


def _of_text(_: Attachment, text: str) -> Description:
    return Description((f"{len(text.splitlines()):,} lines, {len(text):,} characters",), text)


def _of_csv(_: Attachment, text: str) -> Description:
    table, dialect = csv_table(text)
    facts = () if dialect.delimiter == "," else (f"columns are divided by {dialect.delimiter!r}",)
    if dialect.start:
        facts = (*facts, "its first line, sep=, is for spreadsheets: a page must leave it out")
    return Description((*facts, *table_facts(table)), text)


def _of_tsv(_: Attachment, text: str) -> Description:
    table, _dialect = csv_table(text, "\t")
    return Description(table_facts(table), text)


def _of_json(_: Attachment, text: str) -> Description:
    parsed = parse_json(text)
    refused = any("refuse the whole file" in fault for fault in parsed.faults)
    help_ = (
        "what to do: use the copy that `from: NAME#valid` makes in a .json file of another name: "
        "without comments and trailing commas, and with null for NaN and Infinity",
    )
    return Description(
        (*parsed.faults, *(help_ if refused else ()), *json_facts(parsed.data)), text
    )


def _of_json_lines(attachment: Attachment, text: str) -> Description:
    lines = [line for line in text.splitlines() if line.strip()]
    inner = _of_json(attachment, f"[{','.join(lines)}]")
    return Description((f"{len(lines):,} lines", *inner.facts), text)


def _of_notebook(_: Attachment, text: str) -> Description:
    return _shown_document(read_notebook(text))


def _of_subtitles(_: Attachment, text: str) -> Description:
    return Description(subtitle_facts(text), text)


def _of_svg(_: Attachment, text: str) -> Description:
    tag = _SVG_TAG.search(text[:_SVG_HEAD])
    sizes = _SVG_SIZE.findall(tag[0]) if tag else ()
    return Description(tuple(sizes) or ("no width, height or viewBox stated",), text)


def _of_document(attachment: Attachment, _: str) -> Description:
    return _shown_document(document_of(attachment))


def _of_xml(attachment: Attachment, text: str) -> Description:
    return Description(document_of(attachment).facts, text)


def _of_workbook(attachment: Attachment, _: str) -> Description:
    document = document_of(attachment)
    texts = [f"Sheet {sheet.title} as CSV:\n{sheet.csv}" for sheet in document.sheets]
    return Description((*document.facts, "shown below as text"), "\n".join(texts))


def document_of(attachment: Attachment) -> Document:
    """What a file in a format that needs a library holds. Raises Unreadable."""
    document = attachment.document or Document(fault="it was not read")
    if document.fault:
        raise Unreadable(document.fault)
    return document


def _shown_document(document: Document) -> Description:
    shown = ("shown below as text",) if document.text else ()
    return Description((*document.facts, *shown), document.text)


def _of_image(attachment: Attachment, _: str) -> Description:
    size = pixels(attachment.content)
    known = f"{size[0]} × {size[1]} pixels" if size else "its size in pixels is not known"
    return Description((known,))


def _of_unshown_picture(attachment: Attachment, _: str) -> Description:
    document = document_of(attachment)
    endings = " or ".join(document.pictures)
    convertible = (
        "browsers do not show this format; what to do: show the copy made by `from: NAME` "
        f"in a file that ends in {endings}"
    )
    image = picture("image/jpeg", document.pictures.get(".jpg", b""))
    return Description((*document.facts, convertible), None, image)


def _of_playable(attachment: Attachment, _: str) -> Description:
    length = duration(attachment.content)
    return Description((f"duration {length}" if length else "its duration is not known",))


def _of_binary(attachment: Attachment, _: str) -> Description:
    facts = ["its content is not shown; a page can offer it or link to it"]
    if newer := _OLDER.get(PurePosixPath(attachment.name).suffix.lower()):
        facts.append(f"this older Office format is not read; saved as {newer} it would be")
    return Description(tuple(facts))


_DESCRIBERS: Final[Mapping[FileKind, Callable[[Attachment, str], Description]]] = {
    FileKind.TEXT: _of_text,
    FileKind.CSV: _of_csv,
    FileKind.TSV: _of_tsv,
    FileKind.JSON: _of_json,
    FileKind.JSON_LINES: _of_json_lines,
    FileKind.NOTEBOOK: _of_notebook,
    FileKind.XML: _of_xml,
    FileKind.SUBTITLES: _of_subtitles,
    FileKind.SVG: _of_svg,
    FileKind.XLSX: _of_workbook,
    FileKind.PDF: _of_document,
    FileKind.DOCX: _of_document,
    FileKind.PPTX: _of_document,
    FileKind.PARQUET: _of_document,
    FileKind.IMAGE: _of_image,
    FileKind.UNSHOWN_PICTURE: _of_unshown_picture,
    FileKind.AUDIO: _of_playable,
    FileKind.VIDEO: _of_playable,
    FileKind.ARCHIVE: _of_binary,
    FileKind.BINARY: _of_binary,
}
