"""Checks that Python compiles and that the brackets of CSS match; the browser judges scripts."""

import re
import warnings
from collections.abc import Iterator
from typing import Final

from agent.validity.fault import Fault

_CSS_TOKEN: Final = re.compile(
    r"""(?P<comment>/\*.*?(?:\*/|\Z))|(?P<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)"""
    r"""|(?P<url>url\(\s*[^"'\s)][^)]*\)?)|(?P<bracket>[{}()\[\]])|\\.""",
    re.DOTALL,
)
_PARTNERS: Final = {"}": "{", ")": "(", "]": "["}


def of_python(text: str) -> Iterator[Fault]:
    """The first syntax error; the code is compiled and never run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a string is bad style, not a fault
            compile(text, "<draft>", "exec", dont_inherit=True)
    except SyntaxError as error:
        yield Fault(error.lineno, f"not Python: {error.msg}")
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        yield Fault(None, f"not compiled as Python: {error or type(error).__name__}")


def of_css(text: str) -> Iterator[Fault]:
    """The first bracket, string or comment that never closes, or closes nothing."""
    open_brackets: list[tuple[str, int]] = []
    for token in _CSS_TOKEN.finditer(text):
        if message := _unterminated(token):
            yield Fault(_line(text, token.start()), message)
            return
        bracket = token["bracket"]
        if not bracket:
            continue
        if bracket not in _PARTNERS:
            open_brackets.append((bracket, token.start()))
        elif open_brackets and open_brackets[-1][0] == _PARTNERS[bracket]:
            open_brackets.pop()
        else:
            yield Fault(_line(text, token.start()), f"{bracket} closes nothing")
            return
    if open_brackets:
        bracket, place = open_brackets[-1]
        yield Fault(_line(text, place), f"{bracket} is never closed")


def _unterminated(token: re.Match[str]) -> str | None:
    if token["comment"] and not (len(token[0]) >= 4 and token[0].endswith("*/")):
        return "the comment is never closed"
    if token["string"] and not (len(token[0]) >= 2 and token[0].endswith(token[0][0])):
        return "the string is never closed"
    return None


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
