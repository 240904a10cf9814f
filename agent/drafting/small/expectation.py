"""A JavaScript check in plain words, where its form is common: what is done, what must show.

Small models copy code that they are shown into the page, so checks reach them as sentences.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_Q = r"[\"'`]"
_HELD = re.compile(
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
_SET = re.compile(rf"{_ELEMENT}\.value\s*=\s*(?P<q>[\"'`])(?P<value>[^\"'`]*)(?P=q)")
_CLICK = re.compile(rf"{_ELEMENT}\.click\(\)")
_SHOWS = re.compile(
    rf"{_ELEMENT}\??\.(?P<what>textContent|innerText|value|innerHTML)(?:\.trim\(\))?\)?\s*(?P<sign>={{2,3}}|!={{1,2}}|>=?|<=?)\s*{_LITERAL}"
)
_ABOUT = re.compile(
    rf"Math\.abs\(\s*(?:parseFloat|Number)\(\s*{_ELEMENT}\.(?P<what>textContent|innerText|value)(?:\.trim\(\))?\s*\)\s*-\s*(?P<number>-?\d+(?:\.\d+)?)"
)
_COUNT = re.compile(
    rf"{_ELEMENT}(?:\.(?P<of>options|rows|children))?\.length\s*(?P<sign>={{2,3}}|>=?)\s*(?P<number>\d+)"
)
_HOLDS = re.compile(
    rf"{_ELEMENT}\??\.(?:textContent|innerText|value|innerHTML)(?:\.trim\(\))?\.(?:includes|startsWith|endsWith)\(\s*[\"'](?P<text>[^\"']+)[\"']"
)
_CLASS = re.compile(rf"{_ELEMENT}\??\.classList\.contains\(\s*[\"'](?P<text>[^\"']+)[\"']")
_SIGNS = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most "}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a check does to the page and what must then be so, in words, and about what."""

    deeds: tuple[str, ...]
    claims: tuple[str, ...]
    texts: tuple[str, ...]
    subjects: tuple[str, ...]

    @classmethod
    def of(cls, check: str) -> "Expectation":
        """Empty where the check has no form that is known."""
        code = _spelled_out(check)
        found = sorted(_deeds(code))
        seen = sorted(_claims(code))
        return cls(
            deeds=_counted([words for _, words in found]),
            claims=tuple(dict.fromkeys(words for _, words, _, _ in seen)),
            texts=tuple(text for *_, text, _ in seen),
            subjects=tuple(dict.fromkeys(subject for *_, subject in seen)),
        )


def _counted(deeds: list[str]) -> tuple[str, ...]:
    times = Counter(deeds)
    return tuple(f"{deed} {count} times" if count > 1 else deed for deed, count in times.items())


def _spelled_out(check: str) -> str:
    """The check with its variables for elements replaced by what they hold."""
    for held in _HELD.finditer(check):
        pieces = re.split(rf"(?<![\w.$]){held['name']}(?=\.)", check)
        check = held["expression"].join(pieces)
    return check


def _deeds(code: str) -> Iterator[tuple[int, str]]:
    for match in _SET.finditer(code):
        yield match.start(), f'{_name(match)} is set to "{match["value"]}"'
    for match in _CLICK.finditer(code):
        yield match.start(), f"{_name(match)} is clicked"


def _claims(code: str) -> Iterator[tuple[int, str, str, str]]:
    for match in _SHOWS.finditer(code):
        text = next(t for t in (match["text"], match["number"], match["truth"]) if t is not None)
        yield match.start(), _shown(match, text), text, _name(match)
    for match in _ABOUT.finditer(code):
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
    for match in _HOLDS.finditer(code):
        yield (
            match.start(),
            f'{_name(match)} must contain "{match["text"]}"',
            match["text"],
            _name(match),
        )
    for match in _CLASS.finditer(code):
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
