"""Checks that XML and SVG are well-formed, and that no element or comment of HTML stays open."""

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from agent.validity.fault import Fault

_SVG: Final = "http://www.w3.org/2000/svg svg"
# Elements whose content ends only at their own end tag: unclosed, they swallow the page.
_RAW: Final = re.compile(r"<(script|style|textarea|title)(?=[\s/>])[^>]*>", re.IGNORECASE)
_COMMENT: Final = "<!--"
_NEXT: Final = re.compile(f"{_RAW.pattern}|{_COMMENT}", re.IGNORECASE)


def of_xml(content: bytes) -> Iterator[Fault]:
    """Well-formed, and every prefix bound to a namespace."""
    _, fault = _parse(content)
    if fault:
        yield fault


def of_svg(content: bytes) -> Iterator[Fault]:
    """Well-formed, and in the namespace without which a browser shows no picture."""
    root, fault = _parse(content)
    if fault:
        yield fault
    elif root != _SVG:
        yield Fault(None, 'expected the root element <svg xmlns="http://www.w3.org/2000/svg">')


def _parse(content: bytes) -> tuple[str, Fault | None]:
    """The root element as `namespace name`, and what is wrong."""
    names: list[str] = []  # of the elements, in the order in which they begin
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: names.append(name)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        return "", Fault(error.lineno, f"not well-formed: {expat.ErrorString(error.code)}")
    except ValueError as error:  # an encoding that is stated and not known
        return "", Fault(None, f"not well-formed: {error}")
    return names[0], None


def of_html(text: str) -> Iterator[Fault]:
    """Only what swallows the rest of the page; browsers repair everything else."""
    if "<" not in text:
        yield Fault(None, "expected HTML, and there is no tag in it")
    place = 0
    while opening := _NEXT.search(text, place):
        name = (opening[1] or "").lower()
        end = _end(text, name, opening.end())
        if end is None:
            line = text.count("\n", 0, opening.start()) + 1
            what, closed_by = (f"<{name}>", f"</{name}>") if name else ("the comment", "-->")
            yield Fault(line, f"{what} is never closed; expected {closed_by}")
            return
        place = end


def _end(text: str, name: str, start: int) -> int | None:
    if not name:
        end = text.find("-->", start - 2)  # <!--> is a whole comment, too
        return None if end < 0 else end + 3
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, start)
    return closing.end() if closing else None
