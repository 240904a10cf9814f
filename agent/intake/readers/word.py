"""Reads Word files as Markdown: headings, lists, bold, italics and tables."""

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from agent.documents import Document
from agent.intake.readers.archives import check_archive
from agent.intake.readers.markdown import TextBudget, markdown_table

_HEADING: Final = re.compile(r"(?:Heading (?P<level>[1-6])|(?P<title>Title))")
_WIDEST_SPAN: Final = 64


def read(content: bytes) -> Document:
    """Raises Unreadable, and whatever python-docx raises for damaged files."""
    check_archive(content)
    document = docx.Document(io.BytesIO(content))
    budget = TextBudget()
    blocks = [_block(item, budget) for item in document.iter_inner_content()]
    tables = sum(block.startswith("|") for block in blocks)
    facts = (f"{sum(map(bool, blocks)) - tables:,} paragraphs, {tables:,} tables",)
    return Document(facts, _joined(blocks))


def _block(item: Paragraph | Table, budget: TextBudget) -> str:
    if isinstance(item, Table):
        rows = [list(_cells(row, item, budget)) for row in item._tbl.tr_lst]
        return markdown_table(rows)
    style = (item.style.name if item.style is not None else "") or ""
    text = budget.spend(_inline(item))
    if not text:
        return ""
    if heading := _HEADING.match(style):
        return f"{'#' * int(heading['level'] or 1)} {item.text.strip()}"
    if style.startswith("List"):
        return f"{'1.' if 'Number' in style else '-'} {text}"
    return text


def _cells(row: Any, table: Table, budget: TextBudget) -> Iterator[str]:
    """Each cell once; the columns and rows that a merged cell covers besides are empty.

    python-docx repeats a cell for every column that it claims to span, a million if it says so.
    """
    for cell in row.tc_lst:
        text = "" if cell.vMerge == "continue" else _Cell(cell, table).text
        yield budget.spend(text)
        yield from ("",) * (min(cell.grid_span, _WIDEST_SPAN) - 1)


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
    """Marks go around the words: in Markdown none may have a space inside."""
    words = text.strip()
    return text.replace(words, f"{mark}{words}{mark}") if words else text


def _joined(blocks: list[str]) -> str:
    """Blocks with an empty line between, items of one list without."""
    parts: list[str] = []
    last = ""
    for block in filter(None, blocks):
        is_item = block.startswith(("- ", "1. ")) and last.startswith(block[:2])
        parts += ["\n" if is_item else "\n\n"] if parts else []
        parts.append(block)
        last = block.rpartition("\n")[2]
    return "".join(parts) + "\n" if parts else ""
