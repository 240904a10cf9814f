"""What is wrong with a draft's files as files: each judged by its kind, before any browser."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from agent.drafting.validity import code, data, markup, workflow
from agent.drafting.validity.finding import Finding


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is broken, at a line counted from 1 where that is known."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{place}: {self.message}"


def faults(files: Mapping[str, bytes]) -> tuple[Fault, ...]:
    """Every fault of the files, by path. Attachments are as they were sent: leave them out."""
    return tuple(
        Fault(path, finding.line, finding.message)
        for path in sorted(files)
        for finding in _findings(path, files[path])
    )


def _findings(path: str, content: bytes) -> Iterator[Finding]:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _OF_BYTES:
        yield from _OF_BYTES[suffix](content)
    if suffix not in _OF_TEXT:
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield Finding(line, f"expected UTF-8, and byte {error.start} is not")
        return
    yield from _OF_TEXT[suffix](text)
    if path.startswith(".github/workflows/") and suffix in (".yml", ".yaml"):
        yield from workflow.findings(text)


_OF_BYTES: Final[Mapping[str, Callable[[bytes], Iterator[Finding]]]] = {
    ".svg": markup.of_svg,
    **dict.fromkeys((".xml", ".rss", ".atom", ".kml", ".gpx", ".xhtml"), markup.of_xml),
}
_OF_TEXT: Final[Mapping[str, Callable[[str], Iterator[Finding]]]] = {
    **dict.fromkeys((".html", ".htm"), markup.of_html),
    **dict.fromkeys((".json", ".geojson", ".webmanifest", ".ipynb"), data.of_json),
    **dict.fromkeys((".jsonl", ".ndjson"), data.of_json_lines),
    **dict.fromkeys((".yaml", ".yml"), data.of_yaml),
    ".toml": data.of_toml,
    ".css": code.of_css,
    ".py": code.of_python,
}
