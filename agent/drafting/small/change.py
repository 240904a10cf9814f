"""One thing to change, in words that say what to write: from what failed and what was seen."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.drafting.small.expectation import Expectation
from agent.values import CheckKind, Outcome, Proof

_SEEN = re.compile(
    r"`[^`]*#(?P<id>[\w-]+)[^`]*(?:textContent|innerText|value)[^`]*` is "
    r"(?P<value>\"[^\"]*\"|[^;]*)"
)
_MONEY = re.compile(r"[$€£¥,]")


@dataclass(frozen=True, slots=True)
class Change:
    """What is wrong now, what must be, and how to write it; `hint` may be empty."""

    what: str
    seen: str
    hint: str


def changes(proof: Proof, undeclared: Iterable[str] = ()) -> tuple[Change, ...]:
    """Errors first, as they spoil the rest; then the checks that failed, in order.

    `undeclared` are variables that the script uses, has not, and the browser takes for elements.
    """
    lost = (
        Change(
            f"The variable {name} is used and never declared.",
            "",
            f"Declare `let {name}` with its data above the functions",
        )
        for name in undeclared
    )
    return tuple(dict.fromkeys((*lost, *_of_faults(proof), *_of_checks(proof))))


def _of_faults(proof: Proof) -> Iterator[Change]:
    for fault in proof.faults:
        if fault.startswith("uncaught error"):
            yield Change("The script must run without errors.", fault, _hint_of_error(fault))


def _of_checks(proof: Proof) -> Iterator[Change]:
    """Checks run one after the other on one page, so what an earlier one did still holds."""
    deeds: tuple[str, ...] = ()
    for verdict in proof.verdicts:
        if verdict.check.kind is CheckKind.SENTENCE:
            if verdict.outcome is Outcome.FAILED:
                yield Change(verdict.check.text, verdict.observed, "")
            continue
        expected = Expectation.of(verdict.check.text)
        deeds = expected.deeds or deeds
        if verdict.outcome is Outcome.FAILED:
            yield _of_check(expected, deeds, verdict.observed)


def _of_check(expected: Expectation, deeds: tuple[str, ...], observed: str) -> Change:
    if not expected.claims:
        return Change("Go through the request again and complete what is missing.", "", "")
    when = "When " + " and then ".join(deeds) if deeds else "When the page loads"
    what = f"{when}, {' and '.join(expected.claims)}."
    seen = [(found["id"], found["value"]) for found in _SEEN.finditer(observed)]
    now = ". ".join(f"Now #{name} has {value}" for name, value in seen)
    values = [value.strip('"') for _, value in seen]
    hints = dict.fromkeys(h for v in values for t in expected.texts if (h := _hint(v, t)))
    hint = " ".join(hints) or ("" if deeds else _default_hint(values))
    return Change(what, now, hint)


def _hint(seen: str, wanted: str) -> str:
    """What to write so that what was seen becomes what is wanted."""
    if "NaN" in seen:
        return "NaN means that something is not a number: use parseFloat on the value of the input."
    if "undefined" in seen:
        return "undefined means that a name or property is wrong: look at the names of the data."
    number, target = _number(seen), _number(wanted)
    if number is None or target is None or seen == wanted:
        return ""
    decimals = len(wanted.partition(".")[2])
    if _MONEY.search(seen) and not _MONEY.search(wanted):
        return "Show the plain number, without a currency sign and without thousands separators."
    if target and not 0.02 < abs(number / target) < 50:
        return "It is out by far: convert the units before calculating."
    shown = len(seen.partition(".")[2])
    if shown > decimals and round(number, decimals) == target:
        return f"Use toFixed({decimals})."
    if shown < decimals:
        return f"Show {decimals} decimals, or all there are, not {shown}."
    return ""


def _default_hint(values: list[str]) -> str:
    if any(value == "" for value in values):
        return "Compute it in update and set its textContent there."
    return ""


def _hint_of_error(fault: str) -> str:
    if "of null" in fault:
        return "An element that is used does not exist: use only the constants that are there."
    if "is not defined" in fault:
        return "Define what is not defined, or use the names that are there."
    if "before initialization" in fault:
        return "Put the variables above the functions that use them."
    return ""


def _number(text: str) -> float | None:
    try:
        return float(_MONEY.sub("", text))
    except ValueError:
        return None
