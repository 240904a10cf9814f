"""One thing to change: what must be, what is, and how to write it, from what failed and was seen.

The words for it are in `scaffolds/prompts/small/_change.md.jinja`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from agent.drafting.small.expectation import Expectation
from agent.values import CheckKind, Outcome, Proof

_SEEN = re.compile(
    r"`[^`]*#(?P<id>[\w-]+)[^`]*(?:textContent|innerText|value)[^`]*` is "
    r"(?P<value>\"[^\"]*\"|[^;]*)"
)
_MONEY = re.compile(r"[$€£¥,]")
_ERROR = "uncaught error"
_FAR = (0.02, 50)  # what is out by more than these factors is in another unit


class Hint(StrEnum):
    """What to write, as far as what was seen tells."""

    NOT_A_NUMBER = "not a number"
    UNDEFINED = "undefined"
    PLAIN_NUMBER = "plain number"
    UNITS = "units"
    ROUNDING = "rounding"
    DECIMALS = "decimals"
    EMPTY = "empty"
    NO_ELEMENT = "no element"
    NOT_DEFINED = "not defined"
    TOO_EARLY = "too early"


_OF_ERRORS = {
    "of null": Hint.NO_ELEMENT,
    "is not defined": Hint.NOT_DEFINED,
    "before initialization": Hint.TOO_EARLY,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that is lost, an error, a sentence, or after some deeds some claims.

    `seen` are ids with what they had; `decimals` is how many are wanted. With nothing set it is
    a check that cannot be put into words.
    """

    lost: str = ""
    error: str = ""
    sentence: str = ""
    deeds: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    seen: tuple[tuple[str, str], ...] = ()
    hints: tuple[Hint, ...] = ()
    decimals: int = 0


def changes(proof: Proof, undeclared: Iterable[str] = ()) -> tuple[Change, ...]:
    """Errors first, as they spoil the rest; then the checks that failed, in order.

    `undeclared` are variables that the script uses, has not, and the browser takes for elements.
    """
    lost = (Change(lost=name) for name in undeclared)
    return tuple(dict.fromkeys((*lost, *_of_faults(proof), *_of_checks(proof))))


def _of_faults(proof: Proof) -> Iterator[Change]:
    for fault in proof.faults:
        if fault.startswith(_ERROR):
            hints = tuple(hint for words, hint in _OF_ERRORS.items() if words in fault)
            yield Change(error=fault, hints=hints)


def _of_checks(proof: Proof) -> Iterator[Change]:
    """Checks run one after the other on one page, so what an earlier one did still holds."""
    deeds: tuple[str, ...] = ()
    for verdict in proof.verdicts:
        has_failed = verdict.outcome is Outcome.FAILED
        if verdict.check.kind is CheckKind.SENTENCE:
            if has_failed:
                yield Change(sentence=verdict.check.text)
            continue
        expected = Expectation.of(verdict.check.text)
        deeds = expected.deeds or deeds
        if has_failed:
            yield _of_check(expected, deeds, verdict.observed)


def _of_check(expected: Expectation, deeds: tuple[str, ...], observed: str) -> Change:
    if not expected.claims:
        return Change()
    seen = tuple((found["id"], found["value"]) for found in _SEEN.finditer(observed))
    values = [value.strip('"') for _, value in seen]
    pairs = [(value, text) for value in values for text in expected.texts]
    hints = tuple(dict.fromkeys(hint for pair in pairs if (hint := _hint(*pair))))
    if not hints and not deeds and "" in values:
        hints = (Hint.EMPTY,)
    decimals = max((_decimals(text) for text in expected.texts), default=0)
    return Change("", "", "", deeds, expected.claims, seen, hints, decimals)


def _hint(seen: str, wanted: str) -> Hint | None:
    """How what was seen differs from what is wanted."""
    if "NaN" in seen:
        return Hint.NOT_A_NUMBER
    if "undefined" in seen:
        return Hint.UNDEFINED
    number, target = _number(seen), _number(wanted)
    if number is None or target is None or seen == wanted:
        return None
    if _MONEY.search(seen) and not _MONEY.search(wanted):
        return Hint.PLAIN_NUMBER
    if target and not _FAR[0] < abs(number / target) < _FAR[1]:
        return Hint.UNITS
    if _decimals(seen) > _decimals(wanted) and round(number, _decimals(wanted)) == target:
        return Hint.ROUNDING
    return Hint.DECIMALS if _decimals(seen) < _decimals(wanted) else None


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _number(text: str) -> float | None:
    try:
        return float(_MONEY.sub("", text))
    except ValueError:
        return None
