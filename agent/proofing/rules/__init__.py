"""Repository rules: sentences that the draft's files alone decide, without a model or a browser.

A sentence is a rule only when every clause of it is clearly one, word by word; anything else is
left to a browser test. A reader takes a clause and gives the rule that it states, or None.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from agent.proofing.finding import Finding, passed
from agent.proofing.rules import (
    attached,
    contents,
    counts,
    formats,
    licence,
    presence,
    readme,
)
from agent.proofing.rules.repository import Repository, Rule
from agent.values import Attachment, Outcome

READERS: tuple[Callable[[str], Rule | None], ...] = (
    licence.read,
    readme.read,
    attached.read,
    formats.read,
    counts.read,
    contents.read,
    presence.read,
)

_JOINTS = re.compile(r";\s+|,?\s+and\s+|,\s+", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|`[^`]*`|“[^”]*”|(?<!\w)'[^']*'(?!\w)")
_VERB = re.compile(
    r"(?:is|are|has|have|contains?|includes?|exists?|mentions?|links?|matches|equals|parses|loads)\b"
)


def is_rule(sentence: str) -> bool:
    """Whether the files decide this sentence."""
    return bool(_read(sentence))


def decide(
    sentence: str, files: Mapping[str, bytes], attachments: Sequence[Attachment]
) -> Finding | None:
    """The finding, or None for a sentence that is no such rule."""
    rules = _read(sentence)
    if not rules:
        return None
    repository = Repository(files, attachments)
    findings = [rule(repository) for rule in rules]
    for outcome in (Outcome.FAILED, Outcome.UNPROVED):
        told = [finding.observed for finding in findings if finding.outcome is outcome]
        if told:
            return Finding(outcome, "; ".join(told))
    return passed("; ".join(finding.observed for finding in findings))


def _read(sentence: str) -> list[Rule]:
    """The rules that it states; empty unless all of it is rules."""
    text = " ".join(sentence.split()).rstrip(".! ")
    whole = _rule(text)
    if whole:
        return [whole]
    rules = [_rule(clause) for clause in _clauses(text)]
    return [rule for rule in rules if rule] if all(rules) else []


def _rule(clause: str) -> Rule | None:
    return next((rule for reader in READERS if (rule := reader(clause))), None)


def _clauses(text: str) -> list[str]:
    """The sentence cut at its joints, each piece with the subject of the one before it."""
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    cuts = [
        joint.span()
        for joint in _JOINTS.finditer(text)
        if not any(start < joint.start() < end for start, end in quotes)
    ]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    subject, clauses = "", []
    for piece in pieces:
        verb = _VERB.search(piece)
        if verb and verb.start() == 0 and subject:
            piece = f"{subject} {piece}"
        elif verb:
            subject = piece[: verb.start()].strip()
        clauses.append(piece)
    return clauses
