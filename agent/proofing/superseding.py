"""Decides which checks of earlier rounds a later round has overridden: the newest round wins.

Two checks contradict each other where they state different values of the same thing. What cannot
be told from the checks, a model may claim, with the sentence of the new brief that says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.values import Check, CheckKind, Outcome, Verdict

_LITERAL = r"(?P<literal>\"[^\"]*\"|'[^']*'|`[^`$]*`|-?\d+(?:\.\d+)?|true|false|null)"
_EQUALS = re.compile(rf"(?P<subject>.+?)\s*(?P<operator>===?|!==?)\s*{_LITERAL}")
_COMPARES = re.compile(r"(?P<subject>.+?)\s*(?P<operator>>=|<=|>|<)\s*(?P<literal>-?\d+(?:\.\d+)?)")
_NEAR = re.compile(
    r"Math\.abs\((?P<subject>.+?)\s*-\s*\(?(?P<literal>-?\d+(?:\.\d+)?)\)?\)\s*<=?\s*[\d.e-]+"
)
_STATES = re.compile(
    r"(?P<subject>.*?\b(?:is|are|equals|reads|says|exactly|be|titled|called|named)\b:?)\s*"
    r"(?P<literal>\"[^\"]+\"|“[^”]+”|'[^']+'|\d+(?:\.\d+)?)\s*\.?",
    re.IGNORECASE | re.DOTALL,
)
_NEUTRAL = re.compile(r"\.trim\(\)|\?(?=\.)|\s+")
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a check, or one side of an `&&`, says of its subject."""

    subject: str
    operator: str
    literal: str

    def excludes(self, other: "_Statement") -> bool:
        """Whether both cannot be true at once."""
        if self.subject != other.subject:
            return False
        equalities = ("==", "==")
        if (self.operator, other.operator) == equalities:
            return self.literal != other.literal
        if {self.operator, other.operator} == {"==", "!="}:
            return self.literal == other.literal
        return self._excludes_number(other) or other._excludes_number(self)

    def _excludes_number(self, other: "_Statement") -> bool:
        """This one gives the exact number, the other one its bound."""
        if self.operator != "==":
            return False
        try:
            number, bound = float(self.literal), float(other.literal)
        except ValueError:
            return False
        holds = {
            ">=": number >= bound,
            "<=": number <= bound,
            ">": number > bound,
            "<": number < bound,
        }
        return not holds.get(other.operator, True)


def contradict(one: Check, other: Check) -> bool:
    """Whether two checks state different values of the same thing."""
    if one.kind is not other.kind:
        return False
    return any(a.excludes(b) for a in _statements(one) for b in _statements(other))


def with_superseded(verdicts: Sequence[Verdict], claimed: Sequence[Check]) -> tuple[Verdict, ...]:
    """The verdicts, with those of overridden checks said to be so.

    A failed check of an earlier round is overridden by a later check that contradicts it and
    passed, or by a claim that was accepted (`is_grounded`).
    """
    return tuple(_judged(verdict, verdicts, claimed) for verdict in verdicts)


def _judged(verdict: Verdict, all_: Sequence[Verdict], claimed: Sequence[Check]) -> Verdict:
    if verdict.outcome is not Outcome.FAILED:
        return verdict
    for later in all_:
        is_later = later.check.round > verdict.check.round and later.outcome is Outcome.PASSED
        if is_later and contradict(verdict.check, later.check):
            reason = f"round {later.check.round} asks for something else: {later.check.text}"
            return replace(verdict, outcome=Outcome.SUPERSEDED, observed=reason)
    if verdict.check in claimed:
        reason = "the brief of this round overrides it, as the model showed"
        return replace(verdict, outcome=Outcome.SUPERSEDED, observed=reason)
    return verdict


def is_grounded(sentence: str, brief: str) -> bool:
    """Whether a claim quotes the brief: its own words, and enough of them to say something."""
    quoted = " ".join(sentence.split()).strip(" .\"'“”").casefold()
    return len(quoted.split()) >= _FEWEST_WORDS and quoted in " ".join(brief.split()).casefold()


def _statements(check: Check) -> list[_Statement]:
    if check.kind is CheckKind.SENTENCE:
        found = _STATES.fullmatch(check.text.strip())
        subject = " ".join(found["subject"].casefold().split()) if found else ""
        return [_Statement(subject, "==", found["literal"].strip("\"'“”"))] if found else []
    if "||" in check.text:
        return []
    sides = (side.strip().removesuffix(";") for side in check.text.split("&&"))
    return [statement for side in sides if (statement := _statement(side))]


def _statement(side: str) -> _Statement | None:
    if found := _NEAR.fullmatch(side):
        return _Statement(_plain(found["subject"]), "==", _value(found["literal"]))
    if found := _EQUALS.fullmatch(side):
        return _Statement(_plain(found["subject"]), found["operator"][:2], _value(found["literal"]))
    if found := _COMPARES.fullmatch(side):
        return _Statement(_plain(found["subject"]), found["operator"], _value(found["literal"]))
    bare = side.lstrip("!")
    is_positive = (len(side) - len(bare)) % 2 == 0
    return _Statement(_plain(bare), "==", "present" if is_positive else "absent")


def _plain(subject: str) -> str:
    return _NEUTRAL.sub("", subject).replace("'", '"').replace("`", '"').removeprefix("return")


def _value(literal: str) -> str:
    return literal.strip("\"'`").strip()
