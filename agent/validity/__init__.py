"""Finds files that are not valid files of their kind, such as JSON that does not parse.

Only the bytes and the file's extension are looked at; no browser runs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from agent.validity import code_syntax, data_syntax, markup
from agent.validity.fault import Fault


def faults(files: Mapping[str, bytes]) -> tuple[Fault, ...]:
    """Every fault of the files, by path. Attachments are as they were sent: leave them out."""
    return tuple(
        replace(fault, path=path)
        for path in sorted(files)
        for fault in _faults_of(path, files[path])
    )


def _faults_of(path: str, content: bytes) -> Iterator[Fault]:
    suffix = PurePosixPath(path).suffix.lower()
    yield from faults_as(suffix, content)
    if path.startswith(".github/workflows/") and suffix in (".yml", ".yaml"):
        yield from data_syntax.of_workflow(content)


def faults_as(suffix: str, content: bytes) -> Iterator[Fault]:
    """The faults of a file with that extension, such as `.json`; none where it is not known."""
    if suffix in _OF_BYTES:
        yield from _OF_BYTES[suffix](content)
    if suffix not in _OF_TEXT:
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield Fault(line, f"expected UTF-8, and byte {error.start} is not")
        return
    yield from _OF_TEXT[suffix](text)


_OF_BYTES: Final[Mapping[str, Callable[[bytes], Iterator[Fault]]]] = {
    ".svg": markup.of_svg,
    **dict.fromkeys((".xml", ".rss", ".atom", ".kml", ".gpx", ".xhtml"), markup.of_xml),
}
_OF_TEXT: Final[Mapping[str, Callable[[str], Iterator[Fault]]]] = {
    **dict.fromkeys((".html", ".htm"), markup.of_html),
    **dict.fromkeys((".json", ".geojson", ".webmanifest", ".ipynb"), data_syntax.of_json),
    **dict.fromkeys((".jsonl", ".ndjson"), data_syntax.of_json_lines),
    **dict.fromkeys((".yaml", ".yml"), data_syntax.of_yaml),
    ".toml": data_syntax.of_toml,
    ".css": code_syntax.of_css,
    ".py": code_syntax.of_python,
}
