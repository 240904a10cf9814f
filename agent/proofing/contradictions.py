"""Decides whether two checks contradict each other: they state different values of one thing.

Where that is not certain they do not: a check that is wrongly overridden is never repaired.
"""

import math
import re
from dataclasses import dataclass

from agent.values import Check, CheckKind

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`"
_NUMBER = r"-?\d+(?:\.\d+)?"
_LITERAL = rf"(?P<literal>{_STRING}|{_NUMBER}|true|false|null|undefined)"
_EQUALS = re.compile(rf"(?P<subject>.+?)\s*(?P<operator>===?|!==?)\s*{_LITERAL}", re.DOTALL)
_BOUNDS = re.compile(
    rf"(?P<subject>.+?)\s*(?P<operator>>=|<=|>|<)\s*(?P<literal>{_NUMBER})", re.DOTALL
)
_NEAR = re.compile(
    rf"Math\.abs\((?P<subject>.+?)\s*-\s*\(?(?P<literal>{_NUMBER})\)?\)"
    r"\s*<=?\s*(?P<within>[\d.]+(?:e-?\d+)?)",
    re.DOTALL,
)
_INCLUDES = re.compile(
    rf"(?P<negation>!?)(?P<subject>[^!].*?)\.includes\(\s*(?P<literal>{_STRING})\s*\)", re.DOTALL
)
_STATES = re.compile(
    r"(?P<subject>.*?\b(?:is|are|equals?|reads?|says?|be|titled|called|named)\b)"
    r"(?:\s+(?:not|exactly|now|equal\s+to))*:?\s*"
    rf"(?P<literal>\"[^\"]+\"|“[^”]+”|'[^']+'|{_NUMBER})\s*\.?",
    re.IGNORECASE | re.DOTALL,
)
_TOKEN = re.compile(rf"{_STRING}|&&|\|\||\?\.|\?\?|.", re.DOTALL)
_NEUTRAL = re.compile(rf"(?P<string>{_STRING})|\.trim\(\)|\?(?=\.)|\s+")
_QUOTES = tuple("\"'`“")
_FALSY = ("", "0", "false", "null", "undefined")
# Two things of such a kind can both be there: `a button named "Add"`, `one of the items is "Tea"`.
_INDEFINITE = re.compile(
    r"\b(?:an?|another|any|each|every|has|have|one|some|there|with)\b", re.IGNORECASE
)
_NEGATIVE = re.compile(r"\b(?:cannot|never|nor?|without)\b|n['’]t\b", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"\b(?:are|be|called|equals?|exactly|is|must|named|not|now|page|reads?|says?|shall|should|the"
    r"|titled|to|will)\b|:"
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a check, or one side of an `&&`, says of its subject.

    `within` is how far a number may be off. The operator of a bare expression is `truthy` or
    `falsy`.
    """

    subject: str
    operator: str
    literal: str = ""
    within: float = 0.0

    def excludes(self, other: "_Statement") -> bool:
        """Whether both cannot be true at once."""
        if self.subject != other.subject:
            return False
        return self._rules_out(other) or other._rules_out(self) or self._is_apart_from(other)

    def _rules_out(self, other: "_Statement") -> bool:
        """Whether this operator has a case against the other one."""
        mine, theirs = _value(self.literal), _value(other.literal)
        match self.operator, other.operator:
            case "==", "==":
                return mine != theirs and not self._number_beside(other)
            case "==", "!=":
                return not self.within and mine == theirs
            case "==", "includes":
                return theirs not in mine
            case (("==" | "includes"), "omits"):
                return theirs in mine
            case "truthy", "falsy":
                return True
            case "truthy", "==":
                return theirs in _FALSY
            case "falsy", "==":
                return theirs not in _FALSY
        return False

    def _is_apart_from(self, other: "_Statement") -> bool:
        """Whether both give numbers and no number satisfies both."""
        if not self._number_beside(other):
            return False
        (low, high, is_open), (other_low, other_high, is_other_open) = self._range, other._range
        lowest, highest = max(low, other_low), min(high, other_high)
        return lowest > highest or (lowest == highest and (is_open or is_other_open))

    def _number_beside(self, other: "_Statement") -> bool:
        """Whether both literals are numbers, at least one of them written as one."""
        literals = (self.literal, other.literal)
        if all(literal[:1] in _QUOTES for literal in literals):
            return False
        return all(re.fullmatch(_NUMBER, _value(literal)) for literal in literals)

    @property
    def _range(self) -> tuple[float, float, bool]:
        """The least and the greatest number, and whether they themselves are left out."""
        number = float(_value(self.literal))
        match self.operator:
            case "==":
                return number - self.within, number + self.within, False
            case ">" | ">=":
                return number, math.inf, self.operator == ">"
            case "<" | "<=":
                return -math.inf, number, self.operator == "<"
        return -math.inf, math.inf, False


def contradict(one: Check, other: Check) -> bool:
    """Whether two checks state different values of the same thing."""
    if one.kind is not other.kind:
        return False
    return any(a.excludes(b) for a in _statements(one) for b in _statements(other))


def _statements(check: Check) -> list[_Statement]:
    if check.kind is CheckKind.SENTENCE:
        return _stated(check.text.strip())
    return [_statement(side) for side in _sides(check.text.strip().removesuffix(";"))]


def _stated(text: str) -> list[_Statement]:
    """What a sentence says, where it speaks of one certain thing."""
    found = _STATES.fullmatch(text)
    if not found:
        return []
    before = text[: found.start("literal")].casefold()
    if _INDEFINITE.search(before) or _NEGATIVE.search(before):
        return []
    subject = " ".join(_LEFT_OUT.sub(" ", before).split())
    if not subject and "titled" in before:
        subject = "title"
    operator = "!=" if re.search(r"\bnot\b", before) else "=="
    return [_Statement(subject, operator, found["literal"])] if subject else []


def _sides(text: str) -> list[str]:
    """The sides of `&&` that all must hold; none where an alternative would do as well."""
    sides, depth, is_sequence = [""], 0, False
    for token in _TOKEN.findall(text):
        depth += (token in "([{") - (token in ")]}")
        if depth == 0 and token in ("||", "?"):
            return []
        is_sequence |= depth == 0 and token in ";,"
        if depth == 0 and token == "&&":
            sides.append("")
        else:
            sides[-1] += token
    if depth != 0:
        return []
    return [text] if is_sequence else [side.strip() for side in sides if side.strip()]


def _statement(side: str) -> _Statement:
    if found := _NEAR.fullmatch(side):
        return _Statement(_plain(found["subject"]), "==", found["literal"], float(found["within"]))
    if found := _EQUALS.fullmatch(side):
        return _Statement(_plain(found["subject"]), found["operator"][:2], found["literal"])
    if found := _BOUNDS.fullmatch(side):
        return _Statement(_plain(found["subject"]), found["operator"], found["literal"])
    if found := _INCLUDES.fullmatch(side):
        operator = "omits" if found["negation"] else "includes"
        return _Statement(_plain(found["subject"]), operator, found["literal"])
    bare = side.lstrip("!")
    is_positive = (len(side) - len(bare)) % 2 == 0
    return _Statement(_plain(bare), "truthy" if is_positive else "falsy")


def _plain(subject: str) -> str:
    """The subject without what changes nothing: white space outside strings, kinds of quotes."""
    plain = _NEUTRAL.sub(lambda found: _requoted(found["string"] or ""), subject)
    return plain.removeprefix("()=>").removeprefix("return")


def _requoted(string: str) -> str:
    return f'"{string[1:-1]}"' if string else ""


def _value(literal: str) -> str:
    return literal.strip("\"'`“”").strip()
