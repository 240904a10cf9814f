"""Reads the text of PowerPoint files, slide by slide, with the notes."""

import io
from collections.abc import Iterator
from typing import Any

import pptx
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from agent.documents import Document
from agent.intake.readers.archives import check_archive
from agent.intake.readers.markdown import TextBudget, markdown_table


def read(content: bytes) -> Document:
    """Raises Unreadable, and whatever python-pptx raises for damaged files."""
    check_archive(content)
    budget = TextBudget()
    slides = list(pptx.Presentation(io.BytesIO(content)).slides)
    texts = [budget.spend(_slide(number, slide)) for number, slide in enumerate(slides, 1)]
    return Document((f"{len(texts):,} slides",), "\n\n".join(texts) + "\n")


def _slide(number: int, slide: Slide) -> str:
    blocks = [f"## Slide {number}", *_texts(slide.shapes)]
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if frame is not None and frame.text.strip():
        blocks.append(f"Notes: {frame.text.strip()}")
    return "\n\n".join(filter(None, blocks))


def _texts(shapes: Any) -> Iterator[str]:
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _texts(shape.shapes)
        elif shape.has_text_frame:
            yield shape.text_frame.text.strip()
        elif shape.has_table:
            rows = shape.table.rows
            yield markdown_table([[cell.text for cell in row.cells] for row in rows])
