"""Reads the text of PDF files, page by page."""

import io
import time
from collections.abc import Iterator
from typing import Final

import pypdf

from agent.documents import Document
from agent.intake.unreadable import Unreadable

_MOST_PAGES: Final = 500
_MOST_SECONDS: Final = 10.0
_MOST_CHARACTERS: Final = 5_000_000


def read(content: bytes) -> Document:
    """Scans have no text. Raises Unreadable, and whatever pypdf raises for damaged files."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("it is protected by a password")
    count = len(reader.pages)
    pages = list(_pages(reader))
    text = "\n\n".join(pages).strip()
    facts = [f"{count:,} pages"]
    if len(pages) < count:
        facts.append(f"text of the first {len(pages):,} pages only")
    if not text:
        facts.append("no text in it: its pages are pictures")
    return Document(tuple(facts), text + "\n" if text else "", is_whole=len(pages) == count)


def _pages(reader: pypdf.PdfReader) -> Iterator[str]:
    began, length = time.process_time(), 0
    for page in reader.pages[:_MOST_PAGES]:
        if time.process_time() - began > _MOST_SECONDS or length > _MOST_CHARACTERS:
            return
        text = page.extract_text().strip()
        length += len(text)
        yield text
