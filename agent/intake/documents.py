"""The text of PDF, Word and PowerPoint files, Word's as Markdown."""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import docx
import pptx
import pypdf
from docx.table import Table
from docx.text.paragraph import Paragraph
from pptx.shapes.autoshape import Shape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pypdf.errors import PyPdfError

from agent.intake.archives import check_archive
from agent.intake.unreadable import BROKEN, Unreadable

_MOST_PAGES: Final = 500
_MOST_SECONDS: Final = 20.0
_HEADING: Final = re.compile(r"(?:Heading (?P<level>[1-6])|(?P<title>Title))")


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text and facts about it; where it is not whole, pages at the end are missing."""

    text: str = field(repr=False)
    facts: tuple[str, ...]
    is_whole: bool = True


def read_pdf(content: bytes) -> Document:
    """The text page by page, empty for scans. Raises Unreadable."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("it is protected by a password")
        count = len(reader.pages)
        pages = list(_pages(reader))
    except Unreadable:
        raise
    except (*BROKEN, PyPdfError) as error:
        raise Unreadable(f"it cannot be read as a PDF ({error})") from error
    text = "\n\n".join(pages).strip()
    facts = [f"{count:,} pages"]
    if len(pages) < count:
        facts.append(f"text of the first {len(pages):,} pages only")
    if not text:
        facts.append("no text in it: its pages are pictures")
    return Document(text + "\n" if text else "", tuple(facts), len(pages) == count)


def _pages(reader: pypdf.PdfReader) -> Iterator[str]:
    began = time.monotonic()
    for page in reader.pages[:_MOST_PAGES]:
        if time.monotonic() - began > _MOST_SECONDS:
            return
        yield page.extract_text().strip()


def read_docx(content: bytes) -> Document:
    """Headings, lists, bold, italics and tables as Markdown. Raises Unreadable."""
    check_archive(content)
    try:
        document = docx.Document(io.BytesIO(content))
        blocks = [_block(item) for item in document.iter_inner_content()]
    except (*BROKEN, docx.exceptions.PythonDocxError) as error:
        raise Unreadable(f"it cannot be read as a Word document ({error})") from error
    tables = sum(block.startswith("|") for block in blocks)
    facts = (f"{sum(map(bool, blocks)) - tables:,} paragraphs, {tables:,} tables",)
    return Document(_joined(blocks), facts)


def _block(item: Paragraph | Table) -> str:
    if isinstance(item, Table):
        return _markdown_table([[cell.text for cell in row.cells] for row in item.rows])
    style = (item.style.name if item.style is not None else "") or ""
    text = _inline(item)
    if not text:
        return ""
    if heading := _HEADING.match(style):
        return f"{'#' * int(heading['level'] or 1)} {item.text.strip()}"
    if style.startswith("List"):
        return f"{'1.' if 'Number' in style else '-'} {text}"
    return text


def _inline(paragraph: Paragraph) -> str:
    """The paragraph's text with its bold and italic runs marked; plain where links hold runs."""
    runs = "".join(run.text for run in paragraph.runs)
    if runs != paragraph.text:
        return paragraph.text.strip()
    marked = (
        _marked(run.text, "**" if run.bold else "*" if run.italic else "") for run in paragraph.runs
    )
    return "".join(marked).strip()


def _marked(text: str, mark: str) -> str:
    """Marks go around the words: Markdown knows none with a space inside."""
    words = text.strip()
    return text.replace(words, f"{mark}{words}{mark}") if words else text


def _markdown_table(rows: list[list[str]]) -> str:
    if not rows:
        return ""
    lines = [
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |"
        for row in rows
    ]
    return "\n".join((lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]))


def _joined(blocks: list[str]) -> str:
    """Blocks with an empty line between, items of one list without."""
    text = ""
    for block in filter(None, blocks):
        is_item = block.startswith(("- ", "1. "))
        last = text.rstrip("\n").rpartition("\n")[2]
        between = "\n" if is_item and last.startswith(block[:2]) else "\n\n"
        text = f"{text}{between}{block}" if text else block
    return text + "\n" if text else ""


def read_pptx(content: bytes) -> Document:
    """The text of each slide under its number, with its notes. Raises Unreadable."""
    check_archive(content)
    try:
        slides = list(pptx.Presentation(io.BytesIO(content)).slides)
        texts = [_slide(number, slide) for number, slide in enumerate(slides, 1)]
    except (*BROKEN, pptx.exc.PythonPptxError) as error:
        raise Unreadable(f"it cannot be read as a presentation ({error})") from error
    return Document("\n\n".join(texts) + "\n", (f"{len(texts):,} slides",))


def _slide(number: int, slide: Slide) -> str:
    blocks = [f"## Slide {number}"]
    for shape in slide.shapes:
        if isinstance(shape, Shape):
            blocks.append(shape.text_frame.text.strip())
        elif isinstance(shape, GraphicFrame) and shape.has_table:
            rows = shape.table.rows
            blocks.append(_markdown_table([[cell.text for cell in row.cells] for row in rows]))
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if frame is not None and frame.text.strip():
        blocks.append(f"Notes: {frame.text.strip()}")
    return "\n\n".join(filter(None, blocks))
