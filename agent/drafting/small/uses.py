"""What the JavaScript checks do with an element, as far as that tells what it has to be."""

import re
from collections.abc import Sequence

_Q = "[\"'`]"
_VALUE = rf"(?:(?P<q>{_Q})(?P<text>[^\"'`$]+)(?P=q)|(?P<number>-?\d+(?:\.\d+)?))"
_TOUCHES = re.compile(r"dispatchEvent|\.click\(")
_TYPE = re.compile(rf"\.type\s*===?\s*{_Q}(\w+){_Q}")
_SELECTING = re.compile(
    r"(?:querySelector(?:All)?|matches|closest)\(\s*(?P<q>[\"'`])(?P<selector>.*?)(?P=q)\s*\)"
)
_GETTING = re.compile(rf"getElementById\(\s*{_Q}([A-Za-z][\w-]*){_Q}")
_ID = re.compile(r"#([A-Za-z][\w-]*)")


def selected(script: str) -> list[str]:
    """The ids that a check looks for."""
    found = _GETTING.findall(script)
    for match in _SELECTING.finditer(script):
        found += _ID.findall(match["selector"])
    return found


def uses_of(name: str, scripts: Sequence[str]) -> str:
    """The code right behind each mention, a line each: behind the element itself after a `#`,
    behind a variable that holds it from the dot on."""
    lines: list[str] = []
    element = re.compile(
        rf"(?:(?:const|let|var)\s+(?P<held>\w+)\s*=\s*)?document\.(?:"
        rf"querySelector(?:All)?\(\s*{_Q}[^\"'`]*#{re.escape(name)}(?![\w-])"
        rf"|getElementById\(\s*{_Q}{re.escape(name)}(?={_Q}))(?P<rest>[^\n]{{0,40}})"
    )
    for script in scripts:
        for match in element.finditer(script):
            lines.append("#" + match["rest"])
            if match["held"]:
                lines += re.findall(rf"(?<![\w.]){match['held']}(\.[^\n;]{{0,40}})", script)
    return "\n".join(lines)


def type_in(uses: str) -> str:
    """The type of input that is compared with."""
    found = _TYPE.search(uses)
    return found[1] if found else ""


def value_of(name: str, scripts: Sequence[str]) -> str:
    """The value that a check which touches nothing compares with."""
    element = (
        rf"(?:querySelector\({_Q}#{re.escape(name)}{_Q}\)"
        rf"|getElementById\({_Q}{re.escape(name)}{_Q}\))"
    )
    compared = re.compile(rf"{element}\??\.value\)?(?:\.trim\(\))?\s*={{2,3}}\s*{_VALUE}")
    for script in scripts:
        found = compared.search(script)
        if found and not _TOUCHES.search(script):
            return found["text"] or found["number"]
    return ""
