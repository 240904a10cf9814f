"""Whether XML and SVG are well-formed, and HTML is not torn."""

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from agent.drafting.validity.finding import Finding

_SVG: Final = "http://www.w3.org/2000/svg svg"
# Elements whose content ends at their own end tag and nowhere else: unclosed, they eat the page.
_RAW: Final = re.compile(r"<(script|style|textarea|title)(?=[\s/>])[^>]*>", re.IGNORECASE)
_COMMENT: Final = "<!--"
_NEXT: Final = re.compile(f"{_RAW.pattern}|{_COMMENT}", re.IGNORECASE)


def of_xml(content: bytes) -> Iterator[Finding]:
    """Well-formed, and every prefix bound to a namespace."""
    _, finding = _parse(content)
    if finding:
        yield finding


def of_svg(content: bytes) -> Iterator[Finding]:
    """Well-formed, and in the namespace without which a browser shows no picture."""
    root, finding = _parse(content)
    if finding:
        yield finding
    elif root != _SVG:
        yield Finding(None, 'expected the root element <svg xmlns="http://www.w3.org/2000/svg">')


def _parse(content: bytes) -> tuple[str, Finding | None]:
    """The root element as `namespace name`, and what is wrong."""
    names: list[str] = []  # of the elements, in the order in which they begin
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: names.append(name)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        return "", Finding(error.lineno, f"not well-formed: {expat.ErrorString(error.code)}")
    except ValueError as error:  # an encoding that is stated and not known
        return "", Finding(None, f"not well-formed: {error}")
    return names[0], None


def of_html(text: str) -> Iterator[Finding]:
    """Only what tears a page apart: browsers mend the rest, and so do we not complain."""
    if "<" not in text:
        yield Finding(None, "expected HTML, and there is no tag in it")
    place = 0
    while opening := _NEXT.search(text, place):
        name = (opening[1] or "").lower()
        end = _end(text, name, opening.end())
        if end is None:
            line = text.count("\n", 0, opening.start()) + 1
            what, closed_by = (f"<{name}>", f"</{name}>") if name else ("the comment", "-->")
            yield Finding(line, f"{what} is never closed; expected {closed_by}")
            return
        place = end


def _end(text: str, name: str, start: int) -> int | None:
    if not name:
        end = text.find("-->", start - 2)  # <!--> is a whole comment, too
        return None if end < 0 else end + 3
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, start)
    return closing.end() if closing else None
