"""One view per kind of file: facts that were counted, and the text to show as much of as fits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from agent.intake.columns import columns, fact
from agent.intake.documents import Document, read_docx, read_pdf, read_pptx
from agent.intake.kinds import Kind, Recognised
from agent.intake.records import read_json, tables_in
from agent.intake.shapes.media import duration, picture, pixels
from agent.intake.tables import Rows, delimiter_of, read_csv, write_csv
from agent.intake.texts import read_text
from agent.intake.unreadable import Unreadable
from agent.intake.workbooks import read_workbook
from agent.ports import Image
from agent.values import Attachment

_MOST_COLUMNS: Final = 200
_OUTLINE_DEPTH: Final = 4
_OUTLINE_KEYS: Final = 12
_SVG_HEAD: Final = 20_000
_SVG_TAG: Final = re.compile(r"<svg\b[^>]{0,2000}>")
_SVG_SIZE: Final = re.compile(r"""\b(?:viewBox|width|height)\s*=\s*["'][^"']{1,60}["']""")


@dataclass(frozen=True, slots=True)
class View:
    """Everything worth saying about a file, before a budget is applied; `text` None: not text."""

    facts: tuple[str, ...]
    text: str | None = field(default=None, repr=False)
    image: Image | None = None


def view(attachment: Attachment, recognised: Recognised) -> View:
    """Never fails: of a damaged file the facts say what is wrong with it."""
    size = f"{recognised.media_type}, {len(attachment.content):,} bytes"
    noted = (size, f"note: {recognised.note}") if recognised.note else (size,)
    try:
        seen = _VIEWS[recognised.kind](attachment)
    except Unreadable as reason:
        seen = View((f"damaged: {reason}",), _readable(attachment))
    if recognised.kind is Kind.IMAGE:
        seen = View(seen.facts, None, picture(recognised.media_type, attachment.content))
    return View((*noted, *seen.facts), seen.text, seen.image)


def _readable(attachment: Attachment) -> str | None:
    return read_text(attachment.content, attachment.media_type)


def _of_text(attachment: Attachment) -> View:
    text = _readable(attachment) or ""
    return View((f"{len(text.splitlines()):,} lines, {len(text):,} characters",), text)


def _of_csv(attachment: Attachment) -> View:
    text = _readable(attachment) or ""
    delimiter = delimiter_of(text)
    facts = () if delimiter == "," else (f"columns are divided by {delimiter!r}",)
    return View((*facts, *_table_facts(read_csv(text, delimiter))), text)


def _of_tsv(attachment: Attachment) -> View:
    text = _readable(attachment) or ""
    return View(_table_facts(read_csv(text, "\t")), text)


def _table_facts(rows: Rows) -> tuple[str, ...]:
    if not rows:
        return ("an empty table",)
    facts = [f"{len(rows) - 1:,} rows below the header row, {len(rows[0]):,} columns"]
    if odd := sum(len(row) != len(rows[0]) for row in rows):
        facts.append(f"{odd:,} rows have another number of cells than the header row")
    if len(rows[0]) > _MOST_COLUMNS:
        facts.append(f"only the first {_MOST_COLUMNS} columns are described")
    described = columns(tuple(row[:_MOST_COLUMNS] for row in rows))
    return (*facts, *(f"column {fact(column)}" for column in described))


def _of_workbook(attachment: Attachment) -> View:
    facts, texts = [], []
    for sheet in read_workbook(attachment.content):
        facts += [f"sheet {sheet.title}: {line}" for line in _table_facts(sheet.rows)]
        if sheet.unknown:
            facts.append(f"sheet {sheet.title}: {sheet.unknown:,} formulas have no saved value")
        texts.append(f"Sheet {sheet.title} as CSV:\n{write_csv(sheet.rows).decode()}")
    return View(tuple(facts), "\n".join(texts))


def _of_json(attachment: Attachment) -> View:
    text = _readable(attachment) or ""
    return View(_json_facts(text), text)


def _of_json_lines(attachment: Attachment) -> View:
    text = _readable(attachment) or ""
    lines = [line for line in text.splitlines() if line.strip()]
    return View((f"{len(lines):,} lines", *_json_facts(f"[{','.join(lines)}]")), text)


def _json_facts(text: str) -> tuple[str, ...]:
    data = read_json(text)
    tables = (
        f"{name}: {line}" if name else line
        for name, rows in tables_in(data)
        for line in _table_facts(rows)[1:]
    )
    return (outline(data), *tables)


def outline(value: object, depth: int = _OUTLINE_DEPTH) -> str:
    """The structure of JSON in words: `object with 2 keys: base (string), rates (list of 3 …)`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case dict() if not value or not depth:
            return f"object with {len(value):,} keys"
        case dict():
            keys = list(value)[:_OUTLINE_KEYS]
            inner = ", ".join(f"{key[:60]} ({outline(value[key], depth - 1)})" for key in keys)
            rest = ", …" if len(value) > len(keys) else ""
            return f"object with {len(value):,} keys: {inner}{rest}"
        case list() if not value or not depth:
            return f"list of {len(value):,}"
        case list():
            return f"list of {len(value):,}, the first: {outline(value[0], depth - 1)}"
    return "number"


def _of_svg(attachment: Attachment) -> View:
    text = _readable(attachment) or ""
    tag = _SVG_TAG.search(text[:_SVG_HEAD])
    sizes = _SVG_SIZE.findall(tag[0]) if tag else ()
    return View(tuple(sizes) or ("no width, height or viewBox stated",), text)


def _of_document(read: Callable[[bytes], Document]) -> Callable[[Attachment], View]:
    def of_document(attachment: Attachment) -> View:
        document = read(attachment.content)
        return View((*document.facts, "shown below as text"), document.text)

    return of_document


def _of_image(attachment: Attachment) -> View:
    size = pixels(attachment.content)
    known = f"{size[0]} × {size[1]} pixels" if size else "its size in pixels is not known"
    return View((known,))


def _of_playable(attachment: Attachment) -> View:
    length = duration(attachment.content)
    return View((f"duration {length}" if length else "its duration is not known",))


def _of_binary(attachment: Attachment) -> View:
    return View(("its content is not shown; a page can offer it or link to it",))


_VIEWS: Final[Mapping[Kind, Callable[[Attachment], View]]] = {
    Kind.TEXT: _of_text,
    Kind.CSV: _of_csv,
    Kind.TSV: _of_tsv,
    Kind.JSON: _of_json,
    Kind.JSON_LINES: _of_json_lines,
    Kind.SVG: _of_svg,
    Kind.XLSX: _of_workbook,
    Kind.PDF: _of_document(read_pdf),
    Kind.DOCX: _of_document(read_docx),
    Kind.PPTX: _of_document(read_pptx),
    Kind.IMAGE: _of_image,
    Kind.AUDIO: _of_playable,
    Kind.VIDEO: _of_playable,
    Kind.ARCHIVE: _of_binary,
    Kind.BINARY: _of_binary,
}
