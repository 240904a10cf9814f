"""Sentences about the quality and the sections of README.md, read strictly."""

import re

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.repository import Repository, Rule

FEWEST_WORDS = 100

_README = r"(?:the\s+)?(?:(?:repo(?:sitory)?'?s?)\s+)?`?readme(?:\.md)?`?(?:\s+file)?"
_QUALITY = re.compile(
    rf"{_README}\s+(?:is|must be|should be|looks)\s+"
    r"(?:(?:professional|complete|comprehensive|detailed|thorough|clear|well[- ]written"
    r"|well[- ]structured|informative|professionally written)(?:,?\s+(?:and\s+)?|$))+",
    re.IGNORECASE,
)
_HAS_QUALITY = re.compile(
    r"(?:the\s+)?(?:repo(?:sitory)?|project)\s+(?:has|contains|includes)\s+(?:a|an)\s+"
    r"(?:professional|complete|comprehensive|detailed)\s+`?readme(?:\.md)?`?",
    re.IGNORECASE,
)
_COVERS = re.compile(
    rf"{_README}\s+(?:has|contains|includes|covers|explains|documents|describes)\s+"
    r"(?:(?:the|a|an)\s+)?(?:sections?\s+(?:for|on|about|covering|with)\s+)?(?P<topics>[\w\s,/-]+?)"
    r"(?:\s+(?:sections?|headings?|instructions|information))?",
    re.IGNORECASE,
)
_TOPICS = {
    "summary": r"summary|overview|about|description|introduction|what",
    "setup": r"set-?\s?up|install|getting started|requirements|run",
    "usage": r"usage|use|how to",
    "code": r"code|how it works|explanation|structure|implementation",
    "licence": r"licen[sc]e",
}
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\bTODO\b|\bTBD\b|lorem ipsum|\[your[ -]|<your[ -]", re.IGNORECASE)


def read(clause: str) -> Rule | None:
    """`README.md is professional`, `README.md has setup and usage sections`."""
    if _QUALITY.fullmatch(clause) or _HAS_QUALITY.fullmatch(clause):
        return _is_professional
    covers = _COVERS.fullmatch(clause)
    topics = _known_topics(covers["topics"]) if covers else None
    return (lambda repository: _covers(repository, topics)) if topics else None


def _known_topics(text: str) -> list[str] | None:
    """The topics of a list such as `setup, usage and license`; None if one is not known."""
    found: list[str] = []
    for part in re.split(r",\s*(?:and\s+)?|\s+and\s+|\s*/\s*", text.strip().lower()):
        words = re.sub(r"\b(?:sections?|instructions|the|a|an|explanation)\b", " ", part).strip()
        topic = next((t for t, names in _TOPICS.items() if re.fullmatch(names, words)), None)
        if topic is None:
            return None
        found.append(topic)
    return found


def _covers(repository: Repository, topics: list[str]) -> Finding:
    text = repository.text("README.md")
    if text is None:
        return failed("there is no README.md")
    headings = " \n".join(_HEADING.findall(text)).lower()
    missing = [topic for topic in topics if not re.search(_TOPICS[topic], headings)]
    if missing:
        return failed(f"README.md has no heading about {', '.join(missing)}")
    return passed(f"README.md has headings about {', '.join(topics)}")


def _is_professional(repository: Repository) -> Finding:
    text = repository.text("README.md")
    if text is None:
        return failed("there is no README.md")
    words, placeholder = len(text.split()), _PLACEHOLDER.search(text)
    if words < FEWEST_WORDS:
        return failed(f"README.md has {words} words, fewer than {FEWEST_WORDS}")
    if placeholder:
        return failed(f"README.md has a placeholder: {placeholder.group()!r}")
    return _covers(repository, ["setup", "usage", "code", "licence"])
