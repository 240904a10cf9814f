"""Names one change to a page in plain words, from its errors and its failed checks.

Small models copy code that they are shown into the page, so JavaScript checks are put into words.
The sentences around them are in `scaffolds/prompts/small/_change.md.jinja`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from agent.values import CheckKind, Outcome, Proof

_Q = r"[\"'`]"
_ELEMENT_VARIABLE = re.compile(
    rf"(?:const|let|var)\s+(?P<name>\w+)\s*=\s*(?P<expression>document\.(?:querySelector|getElementById)\(\s*{_Q}[^\"'`]*{_Q}\s*\))\s*;"
)
_ELEMENT = (
    r"document\.(?:querySelector(?P<all>All)?\(\s*[\"'](?P<selector>#?[^\"']+)[\"']\s*\)"
    r"|getElementById\(\s*[\"'](?P<id>[^\"']+)[\"']\s*\))"
)
_LITERAL = (
    r"(?:(?P<quote>[\"'`])(?P<text>(?:(?!(?P=quote)).)*)(?P=quote)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<truth>true|false))"
)
_SET_VALUE = re.compile(rf"{_ELEMENT}\.value\s*=\s*(?P<q>[\"'`])(?P<value>[^\"'`]*)(?P=q)")
_CLICK = re.compile(rf"{_ELEMENT}\.click\(\)")
_COMPARED = re.compile(
    rf"{_ELEMENT}\??\.(?P<what>textContent|innerText|value|innerHTML)(?:\.trim\(\))?\)?\s*(?P<sign>={{2,3}}|!={{1,2}}|>=?|<=?)\s*{_LITERAL}"
)
_NEARLY = re.compile(
    rf"Math\.abs\(\s*(?:parseFloat|Number)\(\s*{_ELEMENT}\.(?P<what>textContent|innerText|value)(?:\.trim\(\))?\s*\)\s*-\s*(?P<number>-?\d+(?:\.\d+)?)"
)
_COUNT = re.compile(
    rf"{_ELEMENT}(?:\.(?P<of>options|rows|children))?\.length\s*(?P<sign>={{2,3}}|>=?)\s*(?P<number>\d+)"
)
_CONTAINS = re.compile(
    rf"{_ELEMENT}\??\.(?:textContent|innerText|value|innerHTML)(?:\.trim\(\))?\.(?:includes|startsWith|endsWith)\(\s*[\"'](?P<text>[^\"']+)[\"']"
)
_HAS_CLASS = re.compile(rf"{_ELEMENT}\??\.classList\.contains\(\s*[\"'](?P<text>[^\"']+)[\"']")
_SIGNS = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most "}
_OBSERVED = re.compile(
    r"`[^`]*#(?P<id>[\w-]+)[^`]*(?:textContent|innerText|value)[^`]*` is "
    r"(?P<value>\"[^\"]*\"|[^;]*)"
)
_MONEY = re.compile(r"[$€£¥,]")
_ERROR = "uncaught error"
_SAME_UNIT = (0.02, 50)  # a value beyond these factors is in another unit


@dataclass(frozen=True, slots=True)
class CheckWording:
    """A JavaScript check in words: its actions on the page, its claims, and what they name."""

    actions: tuple[str, ...]
    claims: tuple[str, ...]
    texts: tuple[str, ...]
    subjects: tuple[str, ...]

    @classmethod
    def of(cls, check: str) -> "CheckWording":
        """Without claims where the check has no known form."""
        code = _spelled_out(check)
        found = sorted(_actions(code))
        seen = sorted(_claims(code))
        return cls(
            actions=_counted([words for _, words in found]),
            claims=tuple(dict.fromkeys(words for _, words, _, _ in seen)),
            texts=tuple(text for *_, text, _ in seen),
            subjects=tuple(dict.fromkeys(subject for *_, subject in seen)),
        )


def _counted(actions: list[str]) -> tuple[str, ...]:
    times = Counter(actions)
    return tuple(
        f"{action} {count} times" if count > 1 else action for action, count in times.items()
    )


def _spelled_out(check: str) -> str:
    """The check with its variables for elements replaced by their values."""
    for held in _ELEMENT_VARIABLE.finditer(check):
        pieces = re.split(rf"(?<![\w.$]){held['name']}(?=\.)", check)
        check = held["expression"].join(pieces)
    return check


def _actions(code: str) -> Iterator[tuple[int, str]]:
    for match in _SET_VALUE.finditer(code):
        yield match.start(), f'{_name(match)} is set to "{match["value"]}"'
    for match in _CLICK.finditer(code):
        yield match.start(), f"{_name(match)} is clicked"


def _claims(code: str) -> Iterator[tuple[int, str, str, str]]:
    for match in _COMPARED.finditer(code):
        text = next(t for t in (match["text"], match["number"], match["truth"]) if t is not None)
        yield match.start(), _shown(match, text), text, _name(match)
    for match in _NEARLY.finditer(code):
        yield (
            match.start(),
            f"the text of {_name(match)} must be the plain number {match['number']}",
            match["number"],
            _name(match),
        )
    for match in _COUNT.finditer(code):
        what = f"{_name(match)} {match['of'] or ''}".strip()
        yield (
            match.start(),
            f"there must be {_SIGNS.get(match['sign'], '')}{match['number']} × {what}",
            match["number"],
            _name(match),
        )
    for match in _CONTAINS.finditer(code):
        yield (
            match.start(),
            f'{_name(match)} must contain "{match["text"]}"',
            match["text"],
            _name(match),
        )
    for match in _HAS_CLASS.finditer(code):
        yield (
            match.start(),
            f'{_name(match)} must have the class "{match["text"]}"',
            match["text"],
            _name(match),
        )


def _shown(match: re.Match[str], text: str) -> str:
    what = "value" if match["what"] == "value" else "text"
    verb = "must not be" if match["sign"].startswith("!") else "must be"
    amount = _SIGNS.get(match["sign"], "")
    wanted = f"{amount}{text}" if match["number"] else f'"{text}"' if text else "empty"
    return f"the {what} of {_name(match)} {verb} {wanted}"


def _name(match: re.Match[str]) -> str:
    selector = f"#{match['id']}" if match["id"] else match["selector"]
    return selector if match["all"] or " " not in selector.strip() else f"the first {selector}"


class ChangeHint(StrEnum):
    """What to write, where the observed value shows it."""

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
    "of null": ChangeHint.NO_ELEMENT,
    "is not defined": ChangeHint.NOT_DEFINED,
    "before initialization": ChangeHint.TOO_EARLY,
}


@dataclass(frozen=True, slots=True)
class NamedChange:
    """An undeclared variable, an error, a sentence check, or claims that must hold after actions.

    `seen` are ids with the values they had, `decimals` the expected number of decimals. With
    nothing set it is a check that cannot be put into words.
    """

    undeclared_name: str = ""
    error: str = ""
    sentence: str = ""
    actions: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    seen: tuple[tuple[str, str], ...] = ()
    hints: tuple[ChangeHint, ...] = ()
    decimals: int = 0


def named_changes(proof: Proof, undeclared: Iterable[str] = ()) -> tuple[NamedChange, ...]:
    """Undeclared variables and errors first, as they cause other failures; then the failed checks.

    `undeclared` are variables that the browser resolves to elements of the same id, without an
    error.
    """
    undeclared_name = (NamedChange(undeclared_name=name) for name in undeclared)
    return tuple(dict.fromkeys((*undeclared_name, *_of_faults(proof), *_of_checks(proof))))


def _of_faults(proof: Proof) -> Iterator[NamedChange]:
    for fault in proof.faults:
        if fault.startswith(_ERROR):
            hints = tuple(hint for words, hint in _OF_ERRORS.items() if words in fault)
            yield NamedChange(error=fault, hints=hints)


def _of_checks(proof: Proof) -> Iterator[NamedChange]:
    """Checks run one after the other on one page, so the actions of an earlier one still hold."""
    actions: tuple[str, ...] = ()
    for verdict in proof.verdicts:
        has_failed = verdict.outcome is Outcome.FAILED
        if verdict.check.kind is CheckKind.SENTENCE:
            if has_failed:
                yield NamedChange(sentence=verdict.check.text)
            continue
        expected = CheckWording.of(verdict.check.text)
        actions = expected.actions or actions
        if has_failed:
            yield _of_check(expected, actions, verdict.observed)


def _of_check(expected: CheckWording, actions: tuple[str, ...], observed: str) -> NamedChange:
    if not expected.claims:
        return NamedChange()
    seen = tuple((found["id"], found["value"]) for found in _OBSERVED.finditer(observed))
    values = [value.strip('"') for _, value in seen]
    pairs = [(value, text) for value in values for text in expected.texts]
    hints = tuple(dict.fromkeys(hint for pair in pairs if (hint := _hint(*pair))))
    if not hints and not actions and "" in values:
        hints = (ChangeHint.EMPTY,)
    decimals = max((_decimals(text) for text in expected.texts), default=0)
    return NamedChange("", "", "", actions, expected.claims, seen, hints, decimals)


def _hint(seen: str, wanted: str) -> ChangeHint | None:
    """How the observed text differs from the expected text."""
    if "NaN" in seen:
        return ChangeHint.NOT_A_NUMBER
    if "undefined" in seen:
        return ChangeHint.UNDEFINED
    number, target = _number(seen), _number(wanted)
    if number is None or target is None or seen == wanted:
        return None
    if _MONEY.search(seen) and not _MONEY.search(wanted):
        return ChangeHint.PLAIN_NUMBER
    if target and not _SAME_UNIT[0] < abs(number / target) < _SAME_UNIT[1]:
        return ChangeHint.UNITS
    if _decimals(seen) > _decimals(wanted) and round(number, _decimals(wanted)) == target:
        return ChangeHint.ROUNDING
    return ChangeHint.DECIMALS if _decimals(seen) < _decimals(wanted) else None


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _number(text: str) -> float | None:
    try:
        return float(_MONEY.sub("", text))
    except ValueError:
        return None
