"""Small real files of many kinds, made here so that their contents are known."""

import base64
import io
import json
import struct
import zlib
from collections.abc import Mapping, Sequence

import docx
import openpyxl
import pptx
from PIL import Image


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Harbour report", level=1)
    paragraph = document.add_paragraph("Boats came ")
    paragraph.add_run("early").bold = True
    document.add_paragraph("salt", style="List Bullet")
    document.add_paragraph("rope", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("boat", "tons", "Ada", "12"), strict=True):
        cell.text = text
    return _saved(document)


def presentation() -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Tides"
    slide.placeholders[1].text = "High at noon"
    slide.notes_slide.notes_text_frame.text = "speak slowly"
    return _saved(deck)


def pdf(*pages: str) -> bytes:
    """A PDF with one line of text on each page."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, text in enumerate(pages):
        stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    return _assembled(objects)


def _assembled(objects: Sequence[str]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
        ).encode()
    )


def png(width: int, height: int) -> bytes:
    rows = b"".join(b"\0" + bytes(3 * width) for _ in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def mp3(seconds: float) -> bytes:
    """Silent frames of 128 kbit/s at 44.1 kHz: 417 bytes for 1152 samples."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return frame * round(seconds * 44_100 / 1152)


def wav(seconds: int) -> bytes:
    """Eight-bit silence at 8 kHz."""
    samples = bytes([128]) * (8000 * seconds)
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8
    )
    return head + struct.pack("<4sI", b"data", len(samples)) + samples


_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
    "AAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAFYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABo"
    "dmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEA"
    "GEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAA"
    "AwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAAB"
    "AAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAF5t"
    "ZGF0AAAAUigBrxmA94jP/6cS1GbOfraDg8WwFPnGegTUz24YbysyZ7+GNnIuzp51vNtRk7WbbBVhhD4pJ8f0Kv4jI/qE"
    "8NqU6lfY1wMamfni0lzCxtsbB8A="
)


def heic() -> bytes:
    """A picture of 64 × 48 pixels as phones take it."""
    return base64.b64decode(_HEIC)


def tiff(width: int, height: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 255)).save(target, "TIFF")
    return target.getvalue()


def notebook(*cells: Mapping[str, object]) -> bytes:
    metadata = {"language_info": {"name": "python"}}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return json.dumps(book).encode()


def parquet(rows: int, columns: Sequence[str]) -> bytes:
    """A Parquet file with a footer alone: text columns that may be empty."""
    root = b"\x48" + _thrift_text("schema") + b"\x15" + bytes([2 * len(columns)]) + b"\0"
    elements = b"".join(
        b"\x15\x0c\x25\x02\x18" + _thrift_text(name) + b"\x25\0\0" for name in columns
    )
    schema = bytes([(len(columns) + 1) << 4 | 12]) + root + elements
    footer = b"\x15\x02\x19" + schema + b"\x16" + _varint(2 * rows) + b"\x19\x0c\0"
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def _thrift_text(text: str) -> bytes:
    return _varint(len(text)) + text.encode()


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()
