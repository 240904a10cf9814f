"""Says what is wrong with a page whatever its checks say: faults that every visitor suffers.

What only looks wrong, or is wrong for nobody, is a hint: it may explain a failed check.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from agent.browsing import OwnFailure
from agent.proofing.site import BASE, HOST, Site
from agent.proofing.stand_ins import own_scripts
from agent.values import Attachment

MOST_ERRORS = 5

_LINKING = ("href", "src")
_FILLED_IN_LATER = "{}$<>"
_NOT_MARKUP = frozenset({"textarea", "template", "noscript", "xmp", "iframe", "title", "svg:title"})
_QUOTED_MARKUP = frozenset({"pre", "code", "samp", "kbd"})
_BY_SCRIPT = frozenset({"fetch", "xhr", "other", "eventsource"})
_HANDLES_ABSENCE = re.compile(r"\bcatch\b|\.ok\b|\.status\b|allSettled|onerror")
_SHOWS_TROUBLE = re.compile(
    r"\b(error|fail(ed|ure)?|could ?n[o'’]t|can ?n?[o'’]t|unable|not found|undefined|NaN|404)\b",
    re.IGNORECASE,
)
_REFUSED_BY_BROWSERS = re.compile(
    r"NotAllowedError|AbortError|user (didn't|gesture|activation|agent or the platform)"
    r"|ResizeObserver loop|[Pp]ermission (was )?(denied|dismissed)|play\(\) request"
)
_MADE_LATER = re.compile(
    r"\b(not|n't|never|without)\b.*\b(commit|includ|add|check|push|publish|writ|creat|exist)"
    r"|\b(generated|created|produced|written|built|made|uploaded|published|deployed|added|served)\b"
    r".*\b(by|at|on|during|later|after|when|through|via)\b"
    r"|\b(workflow|action|actions|CI|pipeline)\b.*\b(generat|creat|produc|writ|build|mak|publish)"
    r"|\blater\b|\boptional(ly)?\b|\b(if|when|where|unless|until)\b.*\b(exist|present|there|missing"
    r"|absent|available|found)|\bmay be (missing|absent)\b|\bgit-?ignor",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n")


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What a draft's files have to be judged by."""

    files: Mapping[str, bytes]
    attachments: Sequence[Attachment] = ()
    texts: Sequence[str] = ()
    """The briefs of all rounds and the sentences among their checks."""

    def is_as_sent(self, path: str) -> bool:
        """Whether the file came with the brief and was not changed."""
        content = self.files.get(path)
        return content is not None and any(content == sent.content for sent in self.attachments)

    def is_made_later(self, path: str) -> bool:
        """Whether the brief or the draft says that the file is not among the files on purpose."""
        name = unquote(path).rstrip("/").rpartition("/")[2]
        if not name:
            return False
        sentences = (part for text in self.texts for part in _SENTENCE_END.split(text))
        said = any(
            name in part and _MADE_LATER.search(part.replace(name, "")) for part in sentences
        )
        makers = (
            content.decode("utf-8", "replace")
            for file, content in self.files.items()
            if file == ".gitignore" or file.startswith(".github/workflows/")
        )
        return said or any(name in maker for maker in makers)


@dataclass(slots=True)
class FaultList:
    """Faults and hints, in order, each once."""

    faults: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def add(self, text: str, is_fault: bool) -> None:
        kind = self.faults if is_fault else self.hints
        if text not in kind:
            kind.append(text)


@dataclass(frozen=True, slots=True)
class LostLink:
    """A link that no file of the draft answers; `is_harmless`: the page is made to do without."""

    page: str
    link: str
    is_harmless: bool

    def __str__(self) -> str:
        outside = (
            "and a page host serves the site in a folder: link relatively, without the first /"
        )
        missing = "which is not among the files"
        return f"{self.page} links to {self.link!r}, {outside if self.link[:1] == '/' else missing}"


def judge_links(context: DraftContext, found: FaultList) -> None:
    """Links of the draft's own pages that lead nowhere."""
    for lost in lost_links(context):
        is_excused = lost.is_harmless or context.is_made_later(urlsplit(lost.link).path)
        found.add(str(lost), not is_excused)


def judge_failures(
    context: DraftContext, failures: Sequence[OwnFailure], shown: str, found: FaultList
) -> None:
    """Requests for files that are not there; `shown` is the text that a visitor reads."""
    linked = {lost.link.removeprefix("./"): lost for lost in lost_links(context)}
    for failure in failures:
        if failure.path in linked or f"/{failure.path}" in linked:
            continue  # its link says it already
        is_excused = (
            context.is_as_sent(failure.document)
            or context.is_made_later(failure.path)
            or failure.method == "HEAD"
            or _is_handled(context, failure, shown)
        )
        found.add(f"a request failed: {failure}", not is_excused)


def judge_errors(errors: Sequence[str], found: FaultList) -> None:
    """Uncaught errors; what browsers refuse to every page that was not clicked is a hint."""
    own = [error for error in dict.fromkeys(errors) if not _REFUSED_BY_BROWSERS.search(error)]
    for error in own[:MOST_ERRORS]:
        found.add(f"uncaught error: {error}", True)
    for error in dict.fromkeys(errors):
        if _REFUSED_BY_BROWSERS.search(error):
            found.add(f"refused by the browser: {error}", False)


def _is_handled(context: DraftContext, failure: OwnFailure, shown: str) -> bool:
    """Whether the script that asked for the file copes with its absence."""
    if failure.kind not in _BY_SCRIPT or failure.path.startswith("/"):
        return False
    is_wanted = any(sent.name == failure.path for sent in context.attachments)
    scripts = own_scripts(context.files)
    copes = _HANDLES_ABSENCE.search(scripts) and not _SHOWS_TROUBLE.search(shown)
    return bool(copes) and not is_wanted


def lost_links(context: DraftContext) -> list[LostLink]:
    """The links of all pages that were made for this brief, and not sent with it."""
    pages = (path for path in context.files if path.endswith((".html", ".htm")))
    own = [path for path in pages if not context.is_as_sent(path)]
    return [lost for page in own for lost in _lost_on(page, context.files)]


def _lost_on(page: str, files: Mapping[str, bytes]) -> Iterator[LostLink]:
    site, parser = Site(files), _LinkParser()
    parser.feed(files[page].decode("utf-8", "replace"))
    if parser.has_base:
        return
    for link, is_harmless in parser.found.items():
        if not any(mark in link for mark in _FILLED_IN_LATER) and _is_lost(site, page, link):
            yield LostLink(page, link, is_harmless)


def _is_lost(site: Site, page: str, link: str) -> bool:
    try:
        url = urljoin(BASE + page, link.strip())
        return urlsplit(url).hostname == HOST and not site.serves(url)
    except ValueError:
        return True  # not a URL at all, such as http://[


class _LinkParser(HTMLParser):
    """Collects what `href` and `src` of real elements say, and whether a failure is harmless."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, bool] = {}
        self.has_base = False
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_MARKUP | _QUOTED_MARKUP:
            self._inside.append(tag)
        self._note(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]

    def _note(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        outer = self._inside[:-1] if self._inside[-1:] == [tag] else self._inside
        if _NOT_MARKUP.intersection(outer):
            return
        self.has_base = self.has_base or tag == "base"
        is_harmless = bool(_QUOTED_MARKUP.intersection(outer)) or "onerror" in attributes
        for name in _LINKING:
            if link := attributes.get(name):
                self.found[link] = self.found.get(link, True) and is_harmless
