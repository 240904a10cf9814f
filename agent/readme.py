"""What the scaffolds of a task's repository say: facts read off the final files, never guesses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import PurePosixPath

from agent import scaffold, shared_files
from agent.loaded_job import LoadedJob
from agent.values import Proof, Round, WebSource

_ABOUT = {
    ".html": "a page",
    ".css": "styles",
    ".js": "script",
    ".mjs": "script",
    ".json": "data (JSON)",
    ".csv": "data (CSV)",
    ".md": "text (Markdown)",
    ".txt": "text",
    ".svg": "picture (SVG)",
    ".png": "picture (PNG)",
    ".jpg": "picture (JPEG)",
    ".xml": "data (XML)",
    ".py": "a Python program",
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A line of the README's table of files."""

    path: str
    about: str


@dataclass(frozen=True, slots=True)
class AppDescription:
    """What the rounds and the model say about an app; `rounds` ends with the current one."""

    repo: str
    year: int
    rounds: Sequence[Round]
    summary: str
    explanation: str
    holder: str
    sources: Sequence[WebSource] = ()
    last: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, loaded: LoadedJob, round_: Round, summary: str, explanation: str, holder: str
    ) -> "AppDescription":
        return cls(
            repo=loaded.remote.repo,
            year=datetime.fromtimestamp(loaded.job.accepted_at, UTC).year,
            rounds=(*loaded.earlier, round_),
            summary=summary,
            explanation=explanation,
            holder=holder,
            sources=loaded.brief.sources,
            last=last_written(loaded, before=loaded.round + 1),
        )


def render(
    app: AppDescription, files: Mapping[str, bytes], proof: Proof | None
) -> dict[str, bytes]:
    """README.md, LICENSE and .nojekyll for these files; without a proof the checks are listed.

    What others wrote into them is kept.
    """
    page = _Page.read(files.get("index.html", b""))
    own = {path: content for path, content in files.items() if path not in scaffold.SITE_PATHS}
    licence = files.get(shared_files.LICENSE, b"")
    is_others = bool(licence) and licence != app.last.get(shared_files.LICENSE)
    site = scaffold.site(
        title=page.title or app.repo,
        summary=app.summary,
        rounds=app.rounds,
        repo=app.repo,
        paths=sorted(own),
        files=[_row(path, content, page) for path, content in sorted(own.items())],
        libraries=page.libraries,
        sources=app.sources,
        explanation=app.explanation,
        verdicts=None if proof is None else proof.verdicts,
        own_tests=() if proof is None else proof.own_tests,
        proof="" if proof is None else proof.summary,
        year=app.year,
        holder=app.holder,
        is_mit=not is_others or b"MIT License" in licence,
    )
    return shared_files.merged(site, files, app.last)


def last_written(loaded: LoadedJob, *, before: int) -> dict[str, bytes]:
    """The scaffolds' files as the last round before that number has them; empty without one."""
    known = {loaded.round, *(round_.number for round_ in loaded.earlier)}
    numbers = sorted((number for number in known if number < before), reverse=True)
    found = (loaded.repository.resolve(f"refs/tags/round-{number}") for number in numbers)
    commit = next(filter(None, found), None)
    return written_at(loaded, commit) if commit else {}


def written_at(loaded: LoadedJob, commit: str) -> dict[str, bytes]:
    """The scaffolds' files of a commit."""
    found = ((path, loaded.repository.read(commit, path)) for path in scaffold.SITE_PATHS)
    return {path: content for path, content in found if content is not None}


def _row(path: str, content: bytes, page: "_Page") -> FileRow:
    if path == "index.html":
        return FileRow(path, page.about)
    about = _ABOUT.get(PurePosixPath(path).suffix.lower(), "a file")
    return FileRow(path, f"{about}, {len(content):,} bytes")


class _Page(HTMLParser):
    """What a page says of itself: its title, ids, libraries and named functions."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.ids: list[str] = []
        self.libraries: list[str] = []
        self.functions: list[str] = []
        self._within = ""

    @classmethod
    def read(cls, content: bytes) -> "_Page":
        page = cls()
        page.feed(content.decode(errors="replace"))
        page.close()
        return page

    @property
    def about(self) -> str:
        parts = ["the page"]
        if self.ids:
            parts.append("with " + ", ".join(scaffold.code(f"#{name}") for name in self.ids[:12]))
        if self.functions:
            names = ", ".join(scaffold.code(f"{name}()") for name in self.functions[:12])
            parts.append(f"driven by {names}")
        return " ".join(parts).replace("|", "\\|")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        found = dict(attrs)
        if name := found.get("id"):
            self.ids.append(name)
        address = (found.get("src") if tag == "script" else found.get("href")) or ""
        if tag in ("script", "link") and address.startswith(("https://", "http://", "//")):
            self.libraries.append(address)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "title" and not self.title:  # pictures within the page have theirs
            self.title = " ".join(data.split())
        elif self._within == "script":
            self.functions += re.findall(r"\bfunction\s+([A-Za-z_$][\w$]*)\s*\(", data)
