"""Sentences that want a file to be, byte for byte, what the brief came with."""

import re
from pathlib import PurePosixPath

from agent.proofing.finding import Finding, failed, passed, unproved
from agent.proofing.rules.repository import FILE, NAME, Repository, Rule

_ORIGINAL = (
    r"(?:the\s+)?(?:attached|attachment|original|provided|supplied)(?:\s+(?:file|attachment|one))?"
    rf"(?:\s+[`\"']?(?P<original>{NAME})[`\"']?)?"
)
_IS = r"(?:is|must be|remains|should be)"
_EXACTLY = r"(?:\s*,?\s*(?:exactly|byte[- ]for[- ]byte|unchanged))?"
_SAME = (
    r"(?:(?:byte[- ](?:for[- ]byte\s+)?)?(?:identical|equal)\s+to"
    r"|(?:exactly\s+|byte[- ]for[- ]byte\s+)?the same as"
    r"|(?:an?\s+)?(?:exact\s+)?copy of|unchanged from)"
)
_KEPT = (
    r"(?:committed|included|kept)\s+(?:exactly\s+)?"
    r"(?:as[- ]is|as attached|unchanged|unmodified|byte[- ]for[- ]byte)"
)
_FORMS = (
    rf"{FILE}\s+{_IS}\s+{_SAME}\s+{_ORIGINAL}{_EXACTLY}",
    rf"{FILE}\s+{_IS}\s+{_SAME}\s+[`\"']?(?P<original>{NAME})[`\"']?{_EXACTLY}",
    rf"{FILE}\s+(?:matches|equals)\s+{_ORIGINAL}{_EXACTLY}",
    rf"(?:the\s+)?(?:attachment|attached)\s+{FILE}\s+is\s+{_KEPT}",
    rf"{FILE}\s+is\s+{_KEPT}",
)


def read(clause: str) -> Rule | None:
    """`data.csv is identical to the attachment`, `data.csv is committed as-is`."""
    for form in _FORMS:
        match = re.fullmatch(form, clause, re.IGNORECASE)
        if match:
            path = match["file"]
            original = match.groupdict().get("original") or PurePosixPath(path).name
            return lambda repository: _is_same(repository, path, original)
    return None


def _is_same(repository: Repository, path: str, original: str) -> Finding:
    wanted = next((a.content for a in repository.attachments if a.name == original), None)
    if wanted is None:
        return unproved(f"no attachment is called {original}")
    if path not in repository.files:
        return failed(f"there is no {path}")
    content = repository.files[path]
    if content == wanted:
        return passed(f"{path} is the attachment, byte for byte")
    place = next(
        (i for i, (a, b) in enumerate(zip(content, wanted, strict=False)) if a != b),
        None,
    )
    where = f"from byte {place}" if place is not None else f"{len(content)} of {len(wanted)} bytes"
    return failed(f"{path} differs from the attachment {original} ({where})")
