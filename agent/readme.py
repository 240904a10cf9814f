"""What the scaffolds of a task's repository say: facts read off the final files, never guesses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from agent import scaffold, shared_files
from agent.former_readme import FormerReadme
from agent.loaded_job import LoadedJob
from agent.page_outline import PageOutline, functions_of, reactions_of
from agent.values import Proof, Round, WebSource

README = "README.md"
_LONG_BRIEF = 2000
_GIST = 1200
_LARGEST_PICTURE = 200_000
_LISTED = 12

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
    """What the rounds and the model say about an app; `rounds` ends with the current one.

    `address` is where the page will be, as far as that is known before it is published.
    """

    repo: str
    year: int
    rounds: Sequence[Round]
    summary: str
    explanation: str
    holder: str
    sources: Sequence[WebSource] = ()
    address: str = ""
    last: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, loaded: LoadedJob, round_: Round, summary: str, explanation: str, holder: str
    ) -> "AppDescription":
        former = former_readme(loaded)
        earlier = (
            replace(each, summary=former.summary(each.number, each.summary))
            for each in loaded.earlier
        )
        return cls(
            repo=loaded.remote.repo,
            year=datetime.fromtimestamp(loaded.job.accepted_at, UTC).year,
            rounds=(*earlier, round_),
            summary=summary,
            explanation=explanation,
            holder=holder,
            sources=loaded.brief.sources,
            last=last_written(loaded, before=loaded.round + 1),
        )


def former_readme(loaded: LoadedJob) -> FormerReadme:
    """What the README on `main` says; nothing before the first round."""
    head = loaded.repository.head
    return FormerReadme.read(loaded.repository.read(head, README) if head else None)


def render(
    app: AppDescription,
    files: Mapping[str, bytes],
    proof: Proof | None,
    picture: bytes | None = None,
) -> dict[str, bytes]:
    """README.md, LICENSE, .nojekyll and what they refer to; without a proof the checks are listed.

    What others wrote into them is kept. `picture` is how the page looked to its proof; a large one
    stays out of the repository.
    """
    own = {path: file for path, file in files.items() if not scaffold.is_site_path(path)}
    page = PageOutline.of(_text(own.get("index.html", b"")))
    code = "\n".join(_text(own[path]) for path in sorted(own) if path.endswith((".js", ".mjs")))
    briefs = {each.number: each.brief for each in app.rounds if len(each.brief) > _LONG_BRIEF}
    picture = picture if picture and len(picture) <= _LARGEST_PICTURE else None
    licence = files.get(shared_files.LICENSE, b"")
    is_others = bool(licence) and licence != app.last.get(shared_files.LICENSE)
    site = scaffold.site(
        title=page.title or app.repo,
        summary=app.summary,
        rounds=app.rounds,
        repo=app.repo,
        address=app.address,
        paths=sorted(own),
        files=[_row(path, content, page) for path, content in sorted(own.items())],
        page=page,
        functions=(*page.functions, *functions_of(code)),
        reactions=(*page.reactions, *reactions_of(code)),
        libraries=page.libraries,
        sources=app.sources,
        explanation=app.explanation,
        gists={number: scaffold.gist(brief, _GIST) for number, brief in briefs.items()},
        brief_path=scaffold.brief_path,
        picture=scaffold.PICTURE if picture else "",
        verdicts=None if proof is None else proof.verdicts,
        own_tests=() if proof is None else proof.own_tests,
        proof="" if proof is None else proof.summary,
        year=app.year,
        holder=app.holder,
        is_mit=not is_others or b"MIT License" in licence,
    )
    whole = {scaffold.brief_path(number): brief.encode() for number, brief in briefs.items()}
    written = shared_files.merged(site, files, app.last)
    return written | whole | ({scaffold.PICTURE: picture} if picture else {})


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


def _text(content: bytes) -> str:
    return content.decode(errors="replace")


def _row(path: str, content: bytes, page: PageOutline) -> FileRow:
    if path == "index.html":
        return FileRow(path, _about(page))
    about = _ABOUT.get(PurePosixPath(path).suffix.lower(), "a file")
    return FileRow(path, f"{about}, {len(content):,} bytes")


def _about(page: PageOutline) -> str:
    """The page in one line of a table."""
    parts = ["the page"]
    if page.ids:
        parts.append("with " + ", ".join(scaffold.code(f"#{name}") for name in page.ids[:_LISTED]))
    if page.functions:
        names = ", ".join(scaffold.code(f"{name}()") for name in page.functions[:_LISTED])
        parts.append(f"driven by {names}")
    return " ".join(parts).replace("|", "\\|")
