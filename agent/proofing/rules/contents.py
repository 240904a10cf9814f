"""Sentences that want a literal text in a file, or a link in a page, as committed."""

import re
from html.parser import HTMLParser

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.repository import FILE, NAME, QUOTED, Repository, Rule, quoted

_CONTAINS = re.compile(
    rf"{FILE}\s+(?:contains|includes|mentions|must contain|must include)\s+(?:the\s+)?"
    rf"(?:(?:exact\s+)?(?:text|string|phrase|literal|words?|sentence|line)\s+)?{QUOTED}",
    re.IGNORECASE,
)
_LINKS = re.compile(
    rf"{FILE}\s+(?:links|must link)\s+to\s+(?:the\s+)?(?:file\s+)?[`\"'“]?"
    rf"(?P<target>https?://[^\s`\"'”]+|{NAME})[`\"'”]?",
    re.IGNORECASE,
)


def read(clause: str) -> Rule | None:
    """`index.html contains "Total"`, `index.html links to about.html`."""
    links = _LINKS.fullmatch(clause)
    if links:
        page, target = links["file"], links["target"]
        return lambda repository: _links(repository, page, target)
    contains = _CONTAINS.fullmatch(clause)
    if contains is None:
        return None
    path, literal = contains["file"], quoted(contains.groupdict())
    if literal[0] in "#.<[":  # an element, in the way of a selector or a tag: no literal text
        return None
    return lambda repository: _contains(repository, path, literal)


def _contains(repository: Repository, path: str, literal: str) -> Finding:
    text = repository.text(path)
    if text is None:
        return failed(
            f"there is no {path}" if path not in repository.files else f"{path} is no text"
        )
    if literal in text:
        return passed(f"{path} contains {literal!r}")
    if literal.lower() in text.lower():
        return failed(f"{path} contains {literal!r} only in another case")
    return failed(f"{path} does not contain {literal!r}")


class _Targets(HTMLParser):
    """Collects where a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


def _links(repository: Repository, page: str, target: str) -> Finding:
    text = repository.text(page)
    if text is None:
        return failed(f"there is no {page}")
    targets = _Targets()
    targets.feed(text)
    if not {target, f"./{target}"} & targets.found:
        return failed(f"{page} has no href or src that is {target}")
    is_own = not target.startswith(("http://", "https://"))
    if is_own and target not in repository.files:
        return failed(f"{page} links to {target}, and there is no {target}")
    return passed(f"{page} links to {target}")
