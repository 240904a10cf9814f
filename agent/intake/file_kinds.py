"""Recognises what an attachment is: by its bytes, then its name, then what the sender stated."""

import io
import json
import struct
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Final

import filetype

from agent.intake.text_encoding import is_unicode, read_text
from agent.values import Attachment


class FileKind(StrEnum):
    """What can be done with a file."""

    TEXT = "text"
    CSV = "CSV"
    TSV = "TSV"
    JSON = "JSON"
    JSON_LINES = "JSON lines"
    NOTEBOOK = "Jupyter notebook"
    XML = "XML"
    SUBTITLES = "subtitles"
    SVG = "SVG"
    XLSX = "Excel workbook"
    PDF = "PDF"
    DOCX = "Word document"
    PPTX = "PowerPoint presentation"
    PARQUET = "Parquet table"
    IMAGE = "image"
    UNSHOWN_PICTURE = "picture that browsers do not show"
    AUDIO = "audio"
    VIDEO = "video"
    ARCHIVE = "archive"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's kind and media type; `note` says where its name or sender claim another."""

    kind: FileKind
    media_type: str
    note: str | None = None


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_BY_SUFFIX: Final = {
    ".csv": (FileKind.CSV, "text/csv"),
    ".tsv": (FileKind.TSV, "text/tab-separated-values"),
    ".tab": (FileKind.TSV, "text/tab-separated-values"),
    ".json": (FileKind.JSON, "application/json"),
    ".geojson": (FileKind.JSON, "application/geo+json"),
    ".topojson": (FileKind.JSON, "application/json"),
    ".jsonl": (FileKind.JSON_LINES, "application/jsonl"),
    ".ndjson": (FileKind.JSON_LINES, "application/x-ndjson"),
    ".ipynb": (FileKind.NOTEBOOK, "application/x-ipynb+json"),
    ".xml": (FileKind.XML, "application/xml"),
    ".rss": (FileKind.XML, "application/rss+xml"),
    ".atom": (FileKind.XML, "application/atom+xml"),
    ".kml": (FileKind.XML, "application/vnd.google-earth.kml+xml"),
    ".gpx": (FileKind.XML, "application/gpx+xml"),
    ".srt": (FileKind.SUBTITLES, "application/x-subrip"),
    ".vtt": (FileKind.SUBTITLES, "text/vtt"),
    ".parquet": (FileKind.PARQUET, "application/vnd.apache.parquet"),
    ".svg": (FileKind.SVG, "image/svg+xml"),
    ".md": (FileKind.TEXT, "text/markdown"),
    ".markdown": (FileKind.TEXT, "text/markdown"),
    ".ts": (FileKind.TEXT, "text/typescript"),  # elsewhere a video's
    ".txt": (FileKind.TEXT, "text/plain"),
    ".yaml": (FileKind.TEXT, "application/yaml"),
    ".yml": (FileKind.TEXT, "application/yaml"),
    ".xlsx": (FileKind.XLSX, f"{_OFFICE}.spreadsheetml.sheet"),
    ".docx": (FileKind.DOCX, f"{_OFFICE}.wordprocessingml.document"),
    ".pptx": (FileKind.PPTX, f"{_OFFICE}.presentationml.presentation"),
    ".pdf": (FileKind.PDF, "application/pdf"),
}
_BY_MEDIA_TYPE: Final = {media_type: kind for kind, media_type in _BY_SUFFIX.values()}
# Python's own table: that of the machine differs from machine to machine.
_KNOWN: Final = MimeTypes().types_map[1]
_TEXTUAL: Final = frozenset(
    {
        FileKind.TEXT,
        FileKind.CSV,
        FileKind.TSV,
        FileKind.JSON,
        FileKind.JSON_LINES,
        FileKind.NOTEBOOK,
        FileKind.XML,
    }
    | {FileKind.SUBTITLES, FileKind.SVG}
)
_BROKEN_ARCHIVE: Final = (
    EOFError, LookupError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError,
    struct.error, zipfile.BadZipFile,
)  # fmt: skip
_ARCHIVED: Final = {
    "xl/workbook.xml": ".xlsx",
    "word/document.xml": ".docx",
    "ppt/presentation.xml": ".pptx",
}
_ARCHIVES: Final = ("application/zip", "application/gzip", "application/x-tar")
_UNSHOWN: Final = ("image/heic", "image/heif", "image/tiff")
_SHOWN: Final = frozenset(
    f"image/{form}" for form in ("png", "jpeg", "gif", "webp", "bmp", "avif", "apng", "x-icon")
)
# Nothing: what tools state when they do not know, or know only the program that opens the file.
_NO_CLAIM: Final = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/vnd.ms-excel",
        "text/plain;charset=us-ascii",
    }
)
_SAME: Final = {
    "image/jpg": "image/jpeg",
    "image/x-ms-bmp": "image/bmp",
    "image/heif": "image/heic",
    "text/xml": "application/xml",
}


def recognise(attachment: Attachment) -> Recognised:
    """Never fails: what is not recognised is text where it reads as text, otherwise binary."""
    suffix = PurePosixPath(attachment.name).suffix.lower()
    looks = _looks(attachment.content)
    if looks is not None:
        kind, media_type = looks
    elif (text := read_text(attachment.content, attachment.media_type)) is not None:
        kind, media_type = _textual(suffix, attachment.media_type, text)
    else:
        kind, media_type = FileKind.BINARY, "application/octet-stream"
    return Recognised(kind, media_type, _note(kind, media_type, suffix, attachment))


def _looks(content: bytes) -> tuple[FileKind, str] | None:
    """What the first bytes say; short marks such as BMP's `BM` begin many texts."""
    if content.startswith(b"%PDF-"):
        return _BY_SUFFIX[".pdf"]
    if content.startswith(b"PAR1"):
        return _BY_SUFFIX[".parquet"]
    if is_unicode(content):
        return None
    guess = filetype.guess(content[:8192])
    if guess is None:
        return None
    media_type = _SAME.get(guess.mime, guess.mime)
    if content.startswith(b"PK\x03\x04"):
        return _archived(content)
    return _kind_of(media_type) or FileKind.BINARY, media_type


def _archived(content: bytes) -> tuple[FileKind, str]:
    """Office files by the part that each of them must have."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = frozenset(archive.namelist())
    except _BROKEN_ARCHIVE:
        return FileKind.ARCHIVE, "application/zip"
    for part, suffix in _ARCHIVED.items():
        if part in names:
            return _BY_SUFFIX[suffix]
    return FileKind.ARCHIVE, "application/zip"


def _textual(suffix: str, stated: str, text: str) -> tuple[FileKind, str]:
    if suffix in _BY_SUFFIX and _BY_SUFFIX[suffix][0] in _TEXTUAL:
        return _BY_SUFFIX[suffix]
    for media_type in (_KNOWN.get(suffix, ""), _essence(stated)):
        kind = _kind_of(media_type)
        if kind in _TEXTUAL and media_type != "text/plain":
            return kind, media_type
    if text.lstrip().startswith("<svg"):
        return _BY_SUFFIX[".svg"]
    if text.startswith("<?xml"):
        return _BY_SUFFIX[".xml"]
    return _BY_SUFFIX[".json"] if _is_json(text) else (FileKind.TEXT, "text/plain")


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _kind_of(media_type: str) -> FileKind | None:
    """The kind that a media type claims; None where it claims none that matters here."""
    media_type = _SAME.get(media_type, media_type)
    if media_type in _BY_MEDIA_TYPE:
        return _BY_MEDIA_TYPE[media_type]
    family = media_type.partition("/")[0]
    if media_type in _UNSHOWN:
        return FileKind.UNSHOWN_PICTURE
    if family == "image":
        return FileKind.IMAGE if media_type in _SHOWN else FileKind.BINARY
    if family in ("audio", "video"):
        return FileKind(family)
    if media_type.endswith("+json"):
        return FileKind.JSON
    if media_type.endswith("xml"):
        return FileKind.XML
    if family == "text" or media_type.endswith("javascript"):
        return FileKind.TEXT
    return FileKind.ARCHIVE if media_type in _ARCHIVES else None


def _note(kind: FileKind, media_type: str, suffix: str, attachment: Attachment) -> str | None:
    named = _BY_SUFFIX[suffix][1] if suffix in _BY_SUFFIX else _KNOWN.get(suffix, "")
    stated = attachment.media_type.replace(" ", "").lower()
    claims = [("its name says", named)]
    if stated not in _NO_CLAIM:
        claims.append(("its sender stated", _essence(stated)))
    wrong = [f"{source} {claim}" for source, claim in claims if _differs(kind, media_type, claim)]
    return f"{' and '.join(wrong)}; its bytes are {media_type}" if wrong else None


def _differs(kind: FileKind, media_type: str, claim: str) -> bool:
    claimed = _kind_of(claim)
    if claimed is None or claim in _NO_CLAIM:
        return False
    pictures = {FileKind.IMAGE, FileKind.UNSHOWN_PICTURE}
    if kind in pictures and claimed in pictures:
        return _SAME.get(claim, claim) != _SAME.get(media_type, media_type)
    if {kind, claimed} <= {FileKind.AUDIO, FileKind.VIDEO}:  # one container serves for both
        return False
    return claimed is not kind and not {claimed, kind} <= _TEXTUAL


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
