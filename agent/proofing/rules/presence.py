"""Sentences that want files to be there."""

import re

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.repository import NAME, Repository, Rule

_ONE = (
    r"(?:(?:a|an|the)\s+)?(?:file\s+)?(?:(?:named|called)\s+)?"
    rf"[`\"'“]?(?:{NAME})[`\"'”]?(?:\s+file)?"
)
_MANY = rf"{_ONE}(?:(?:,\s*(?:and\s+)?|\s+and\s+){_ONE})*"
_THERE = (
    r"(?:in|at|to)\s+(?:the\s+)?(?:repo(?:sitory)?(?:'s)?\s+)?(?:root|repo(?:sitory)?)"
    r"(?:\s+of\s+the\s+repo(?:sitory)?)?"
)
_REPO = r"(?:repo(?:sitory)?|project)"
_HAS = r"(?:has|contains|includes|must contain)"
_PRESENT = r"(?:present|committed|there)"
_FORMS = (
    rf"(?P<files>{_MANY})\s+(?:exists?|(?:is|are)\s+{_PRESENT}|must exist)(?:\s+{_THERE})?",
    rf"(?P<files>{_MANY})\s+(?:is|are|must be)\s+{_THERE}",
    rf"(?:the\s+)?{_REPO}\s+(?:root\s+)?{_HAS}\s+(?P<files>{_MANY})(?:\s+{_THERE})?",
    rf"there\s+(?:is|are|must be)\s+(?P<files>{_MANY})(?:\s+{_THERE})?",
)


def read(clause: str) -> Rule | None:
    """`data.csv exists`, `Repo contains a.txt, b.json and c.svg`."""
    for form in _FORMS:
        match = re.fullmatch(form, clause, re.IGNORECASE)
        if match:
            names = re.findall(rf"(?<![\w./-])(?:{NAME})", match["files"])
            return lambda repository: _are_there(repository, names)
    return None


def _are_there(repository: Repository, names: list[str]) -> Finding:
    missing = [name for name in names if not _is_there(repository.files.get(name), name)]
    if missing:
        return failed(f"missing or empty: {', '.join(missing)}")
    return passed(f"{', '.join(names)}: there")


def _is_there(content: bytes | None, name: str) -> bool:
    """Empty counts as missing, except for markers such as `.nojekyll`."""
    return content is not None and (bool(content.strip()) or name.startswith("."))
