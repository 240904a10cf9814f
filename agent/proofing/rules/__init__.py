"""Reads sentences about a repository's files as rules, which the files alone decide.

A sentence is a rule only where the wordings of `patterns` account for every word of it;
anything else is left to a browser test. So a word that no pattern knows, such as "not", "only" or
"without" in an unusual place, never changes what a sentence means without being noticed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.patterns import patterns
from agent.proofing.rules.vocabulary import NAME
from agent.proofing.rules.wording import Claim, Files, Wording
from agent.values import Attachment, Outcome

_LITERAL = re.compile(
    r"\"([^\"]*)\"|`([^`]*)`|“([^”]*)”|(?<!\w)'([^']*)'(?!\w)|(https?://[^\s\"'`”]*[\w/#=&%-])"
)
_JOINT = re.compile(r"; (?:and )?|,? and |,? but |, ", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|does|has|have|contains?|includes?|exists?|links?|mentions?|match(?:es)?|equals?"
    r"|parses?|starts?|begins?|ends?|returns?|uses?)\b",
    re.IGNORECASE,
)
_LONGEST_SENTENCE = 600
_MOST_CLAUSES = 8

_MODAL = r"(?:must|should|shall|will|may|can|needs? to|ha(?:s|ve) to|ought to|(?:is|are) to)"
_PLAIN_FORMS = (
    (r"\b(is|are|do|does|has|have|must|should|shall|need|would|ca)n['’]t\b", r"\1 not"),
    (r"\bwon['’]t\b", "will not"),
    (r"\bcannot\b", "can not"),
    (r"\bca not\b", "can not"),
    (r"\bplease ", ""),
    (rf"\b{_MODAL} (?:not|never) be\b", "is not"),
    (rf"\b{_MODAL} be\b", "is"),
    (rf"\b{_MODAL} (?:not|never) ", "does not "),
    (rf"\b{_MODAL} (?!not\b)(?=\w)", "does "),
    (r"\bare\b", "is"),
    (r"\bdo not\b", "does not"),
    (r"\bis never\b", "is not"),
    (r"\bnever (?=(?:contain|include|have|exist|mention|link))", "does not "),
)
"""Contractions and modal verbs in one plain form, applied in this order."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A claim and the words that it was made in."""

    claim: Claim
    wording: Wording

    def finding(self, files: Files) -> Finding:
        path = self.wording.text("file")
        if path and path not in files.contents:
            return failed(f"there is no {path}")
        seen = self.claim(files, self.wording)
        if not self.wording.is_denied or seen.outcome is Outcome.UNPROVED:
            return seen
        return (failed if seen.outcome is Outcome.PASSED else passed)(seen.observed)


def is_rule(sentence: str) -> bool:
    """Whether the files decide this sentence."""
    return bool(_read(sentence))


def decide(
    sentence: str, contents: Mapping[str, bytes], attachments: Sequence[Attachment]
) -> Finding | None:
    """The finding, or None where the sentence is not a rule."""
    rules = _read(sentence)
    if not rules:
        return None
    files = Files(contents, attachments)
    findings = [rule.finding(files) for rule in rules]
    for outcome in (Outcome.FAILED, Outcome.UNPROVED):
        observed = [finding.observed for finding in findings if finding.outcome is outcome]
        if observed:
            return Finding(outcome, "; ".join(observed))
    return passed("; ".join(finding.observed for finding in findings))


def _read(sentence: str) -> tuple[_Rule, ...]:
    """The rules that the sentence states; empty unless all of it is rules."""
    if len(sentence) > _LONGEST_SENTENCE or "«" in sentence:
        return ()
    literals: list[str] = []

    def masked(match: re.Match[str]) -> str:
        literals.append(next(group for group in match.groups() if group is not None))
        return f"«{len(literals) - 1}»"

    text = " ".join(_LITERAL.sub(masked, sentence).split()).rstrip(".! ")
    for pattern, plain in _PLAIN_FORMS:
        text = re.sub(pattern, plain, text, flags=re.IGNORECASE)
    return _clauses(text, "", tuple(literals), _MOST_CLAUSES)


def _clauses(text: str, subject: str, literals: tuple[str, ...], most: int) -> tuple[_Rule, ...]:
    """The text as one rule, else as a rule, a joint, and the rest about the same subject."""
    if subject and _VERB.match(text):
        text = f"{subject} {text}"
    if rules := _rules(text, literals):
        return rules
    if most <= 1:
        return ()
    for joint in _JOINT.finditer(text):
        first = _rules(text[: joint.start()], literals)
        verb = _VERB.search(text)
        if first and verb:
            named = text[: verb.start()].strip()
            if rest := _clauses(text[joint.end() :], named, literals, most - 1):
                return (*first, *rest)
    return ()


def _rules(clause: str, literals: tuple[str, ...]) -> tuple[_Rule, ...]:
    """What one pattern makes of the clause: a rule for each file or text that it lists."""
    for pattern, claim, accepts in patterns():
        match = pattern.fullmatch(clause)
        if match is None:
            continue
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        wordings = Wording.each(groups, literals)
        if wordings and all(each.names_files(NAME) and accepts(each) for each in wordings):
            return tuple(_Rule(claim, wording) for wording in wordings)
    return ()
