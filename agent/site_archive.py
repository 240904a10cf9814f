"""Packs a task's app as a zip archive whose pages work when they are opened from a disk."""

import base64
import io
import json
import re
import time
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from agent import scaffold
from agent.static_site.media_types import media_type_of

_HTML = (".html", ".htm")
_READ_BY_TAGS = (*_HTML, ".css", ".js", ".mjs")
_SHOWN_BY_TAGS = ("image/", "audio/", "video/", "font/")
_READS_FILES = re.compile(rb"\bfetch\s*\(|XMLHttpRequest|\$\.(?:get|ajax|getJSON)|d3\.|Papa\.parse")
_HEAD = re.compile(rb"<head\b[^>]*>|<html\b[^>]*>|<!doctype[^>]*>", re.IGNORECASE)
_LONGEST_HEAD = 4096
_MODULE = re.compile(rb"<script\b[^>]*\btype\s*=\s*[\"']?module\b[^>]*\bsrc\s*=", re.IGNORECASE)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def archive(files: Mapping[str, bytes], folder: str, committed_at: float) -> bytes:
    """The zip of a tree of files, under one folder; the same tree gives the same bytes."""
    moment = max(_EARLIEST, time.gmtime(committed_at)[:6])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for path, content in sorted(readable_from_disk(files).items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            archive_file.writestr(entry, content)
    return packed.getvalue()


def needs_server(files: Mapping[str, bytes]) -> bool:
    """Whether a page loads a script as a module, which no browser does from a disk."""
    return any(_MODULE.search(content) for path, content in files.items() if _is_page(path))


def readable_from_disk(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files for people; pages that read files by script have these in them.

    From `file:` no browser lets a script read them.
    """
    shown = {p: c for p, c in files.items() if not any(n.startswith(".") for n in p.split("/"))}
    data = {path: content for path, content in shown.items() if _is_data(path)}
    if not data or not any(_READS_FILES.search(content) for content in shown.values()):
        return shown
    return {path: _with(data, path, content) for path, content in shown.items()}


def _with(data: Mapping[str, bytes], path: str, content: bytes) -> bytes:
    """The page with the data in it; what is no page as it is."""
    if not _is_page(path):
        return content
    root = "../" * (len(PurePosixPath(path).parts) - 1) or "./"
    script = scaffold.text("export/from_disk.html", files=_embedded(data), root=json.dumps(root))
    tags = list(_HEAD.finditer(content, 0, _LONGEST_HEAD))
    place = tags[-1].end() if tags else 0
    return content[:place] + b"\n" + script.encode() + content[place:]


def _embedded(data: Mapping[str, bytes]) -> str:
    """The files as a script's object; `<` is escaped, or a name could end the script."""
    files = {
        path: {"type": media_type_of(path), "content": base64.b64encode(content).decode()}
        for path, content in data.items()
    }
    return json.dumps(files).replace("<", "\\u003c")


def _is_data(path: str) -> bool:
    """Whether only a script reads such a file; the others work from a disk."""
    by_tags = path.lower().endswith(_READ_BY_TAGS) or scaffold.is_site_path(path)
    return not by_tags and not media_type_of(path).startswith(_SHOWN_BY_TAGS)


def _is_page(path: str) -> bool:
    return path.lower().endswith(_HTML)
