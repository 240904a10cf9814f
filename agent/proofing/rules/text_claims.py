"""Claims about files as files and as text: presence, words in them, links, licence and README."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.rules.wording import Files, Wording, fails_either_way, is_within, suffix_of
from agent.static_site import SiteRequest, respond

FEWEST_README_WORDS = 100

_ELEMENT_SIGNS = ("#", ".", "<", "[")
_HTML = (".html", ".htm")
_MIT_PASSAGES = (
    "copyright (c)",
    "permission is hereby granted, free of charge, to any person obtaining a copy",
    "the above copyright notice and this permission notice shall be included",
    'the software is provided "as is", without warranty of any kind',
)
TOPICS = {
    "summary": r"summary|overview|about|description|introduction|what",
    "setup": r"set-?\s?up|install|installation|getting started|requirements|run",
    "usage": r"usage|use|how to(?: use)?",
    "code": r"code|how it works|explanation|structure|implementation",
    "licence": r"licen[sc]e",
}
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\bTODO\b|\bTBD\b|lorem ipsum|\[your[ -]|<your[ -]", re.IGNORECASE)
_SPELLINGS = {
    ".htm": ".html", ".javascript": ".js", ".jpeg": ".jpg", ".markdown": ".md",
    ".python": ".py", ".yml": ".yaml",
}  # fmt: skip
_ORIGIN = "https://site.invalid/"


def is_there(files: Files, wording: Wording) -> Finding:
    """An empty file is neither there nor absent, except for markers such as `.nojekyll`."""
    path = wording.text("present")
    content = files.contents.get(path)
    if content is None:
        return failed(f"missing: {path}")
    if not content.strip() and not path.startswith("."):
        return fails_either_way(wording, f"{path} is there and empty")
    return passed(f"{path} is there")


def is_empty(files: Files, wording: Wording) -> Finding:
    path = wording.text("file")
    size = len(files.contents[path])
    return (failed if size else passed)(f"{path} has {size} bytes")


def contains(files: Files, wording: Wording) -> Finding:
    """The literal text in the file as it is committed, in the same case."""
    path, literal = wording.text("file"), wording.text("text")
    text = files.text(path)
    if text is None:
        return unproved(f"{path} is not text")
    is_html = suffix_of(path) in _HTML
    if literal in text or (is_html and literal in html.unescape(text)):
        return passed(f"{path} contains {literal!r}")
    if " ".join(literal.split()) in " ".join(text.split()):
        return unproved(f"{path} contains {literal!r} with other white space")
    if literal.lower() in text.lower():
        return failed(f"{path} contains {literal!r} only in another case")
    return failed(f"{path} does not contain {literal!r}")


def is_plain_text(wording: Wording) -> bool:
    """In a page `#total` or `<table>` stand for elements and not for text."""
    is_html = suffix_of(wording.text("file")) in _HTML
    return not (is_html and wording.text("text").startswith(_ELEMENT_SIGNS))


def is_exactly(files: Files, wording: Wording) -> Finding:
    """The text and nothing else; line breaks at the end of the file do not matter."""
    path, literal = wording.text("file"), wording.text("text")
    text = files.text(path)
    if text is not None and text.rstrip("\r\n") == literal:
        return passed(f"{path} is {literal!r}")
    if text is not None and literal in text:
        return unproved(f"{path} contains {literal!r} and more")
    return failed(f"{path} is not {literal!r}")


def starts_with(files: Files, wording: Wording) -> Finding:
    return _has_at_end(files, wording, 0)


def ends_with(files: Files, wording: Wording) -> Finding:
    return _has_at_end(files, wording, -1)


def _has_at_end(files: Files, wording: Wording, end: int) -> Finding:
    """The text at one end of the file, or as its whole first (0) or last (-1) line."""
    path = wording.text("file")
    text, literal = files.text(path), wording.text("text") or "\n"
    if text is None:
        return unproved(f"{path} is not text")
    if not wording.has("newline"):
        text = text.rstrip("\r\n")
    line = (text.splitlines() or [""])[end]
    if wording.has("line"):
        is_so = line == literal
    else:
        is_so = text.startswith(literal) if end == 0 else text.endswith(literal)
    which = "first" if end == 0 else "last"
    return (passed if is_so else failed)(f"the {which} line of {path} is {line[:200]!r}")


class _Targets(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def links_to(files: Files, wording: Wording) -> Finding:
    """A link of the page as it is committed; a script may add others."""
    page, wanted = wording.text("file"), wording.text("text")
    text = files.text(page)
    if text is None:
        return unproved(f"{page} is not text")
    targets = _Targets()
    targets.feed(text)
    address = _resolved(page, wanted, files)
    if address not in {_resolved(page, target, files) for target in targets.found}:
        may_come_later = any(wanted in script for script in _scripts(files, text))
        observed = f"{page} has no href or src that is {wanted}"
        return (unproved if may_come_later else failed)(observed)
    is_own = address.startswith(_ORIGIN)
    if is_own and _status(files, address.removeprefix(_ORIGIN)) != 200:
        return failed(f"{page} links to {wanted}, and there is no {wanted}")
    return passed(f"{page} links to {wanted}")


def _scripts(files: Files, text: str) -> Iterator[str]:
    yield from re.findall(r"<script\b[^>]*>(.*?)</script", text, re.DOTALL | re.IGNORECASE)
    yield from (files.text(path) or "" for path in files.contents if suffix_of(path) == ".js")


def _resolved(page: str, target: str, files: Files) -> str:
    """Where a link leads, its fragment and query left out: `about` and `about.html` are one."""
    try:
        address = urljoin(_ORIGIN + page, target.strip()).split("#")[0].split("?")[0]
    except ValueError:
        return target  # not a URL at all, such as http://[
    path = unquote(address.removeprefix(_ORIGIN))
    if not address.startswith(_ORIGIN):
        return address.rstrip("/")
    return _ORIGIN + respond(files.contents.get, SiteRequest(path)).file


def _status(files: Files, path: str) -> int:
    return respond(files.contents.get, SiteRequest(path)).status


def answers_with(files: Files, wording: Wording) -> Finding:
    """The status or the media type with which the page host serves an address of the site."""
    path = wording.text("address").lstrip("/")
    answer = respond(files.contents.get, SiteRequest(path))
    if wording.has("status"):
        is_so = answer.status == int(wording.text("status"))
        return (passed if is_so else failed)(f"{path} is answered with {answer.status}")
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    is_so = answer.status == 200 and media_type == wording.text("type").lower()
    return (passed if is_so else failed)(f"{path} is {answer.status} {media_type}")


def counts_files(files: Files, wording: Wording) -> Finding:
    """How many files have an extension such as `.html`; several spellings count as one kind."""
    suffix = _canonical("." + wording.text("kind").lower().lstrip("."))
    found = [path for path in files.contents if _canonical(suffix_of(path)) == suffix]
    names = ", ".join(found) or "none"
    return is_within(wording, len(found), f"{len(found)} {suffix} files: {names}")


def _canonical(suffix: str) -> str:
    return _SPELLINGS.get(suffix, suffix)


def is_mit_licensed(files: Files, _: Wording) -> Finding:
    """The full text of the MIT licence in `LICENSE` at the root."""
    text = files.text("LICENSE")
    if text is None:
        return failed("there is no LICENSE at the root")
    flat = _flat(text).replace("“", '"').replace("”", '"')
    missing = [passage for passage in _MIT_PASSAGES if passage not in flat]
    if missing:
        return failed(f"LICENSE is not the full MIT text: {missing[0]!r} is missing")
    return passed("LICENSE is the full MIT text")


def has_heading(files: Files, wording: Wording) -> Finding:
    """A Markdown heading with exactly that text, in any case; the `#` marks may be stated too."""
    path, wanted = wording.text("file"), wording.text("text").lstrip("# ").strip()
    headings = _headings(files.text(path) or "")
    is_so = wanted.lower() in (heading.lower() for heading in headings)
    return (passed if is_so else failed)(f"the headings of {path}: {', '.join(headings) or 'none'}")


def is_professional(files: Files, _: Wording) -> Finding:
    """The strict reading of an adjective: long enough, without placeholders, all sections."""
    text = files.text("README.md")
    if text is None:
        return failed("there is no README.md")
    words, placeholder = len(text.split()), _PLACEHOLDER.search(text)
    if words < FEWEST_README_WORDS:
        return failed(f"README.md has {words} words, fewer than {FEWEST_README_WORDS}")
    if placeholder:
        return failed(f"README.md has a placeholder: {placeholder.group()!r}")
    return _covers(text, ["setup", "usage", "code", "licence"])


def covers(files: Files, wording: Wording) -> Finding:
    """A heading about the topic."""
    text = files.text("README.md")
    if text is None:
        return fails_either_way(wording, "there is no README.md")
    words = wording.text("topic").lower()
    return _covers(text, [name for name, form in TOPICS.items() if re.search(form, words)][:1])


def _covers(text: str, topics: list[str]) -> Finding:
    headings = " \n".join(_headings(text)).lower()
    missing = [topic for topic in topics if not re.search(rf"\b(?:{TOPICS[topic]})", headings)]
    if missing:
        return failed(f"README.md has no heading about {', '.join(missing)}")
    return passed(f"README.md has headings about {', '.join(topics)}")


def _headings(text: str) -> list[str]:
    return _HEADING.findall(text)


def _flat(text: str) -> str:
    return " ".join(text.lower().split())
