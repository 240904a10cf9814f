"""The functions that a skeleton leaves to the model: their names, purposes and first lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.drafting.small.elements import Element, camel

_RESERVED = {"case", "class", "default", "delete", "for", "in", "new", "package", "switch"}
_SHOWN = ("output", "ul", "ol", "table", "div", "canvas", "img", "a", "progress", "pre")


class When(StrEnum):
    """What calls a function."""

    FIRST = "first"  # once, before anything is shown
    PRESSED = "pressed"  # a button or a form
    ALWAYS = "always"  # on load and after every change and click


@dataclass(frozen=True, slots=True)
class Stub:
    """`about` are the ids that it fills, answers or shows; `opening` its first lines."""

    name: str
    when: When
    about: tuple[str, ...]
    opening: tuple[str, ...] = ()


def stubs_of(elements: Sequence[Element]) -> tuple[Stub, ...]:
    return tuple(_stubs(elements))


def unfilled(elements: Sequence[Element]) -> list[Element]:
    """Selects whose options the brief does not list: they come from data."""
    return [each for each in elements if each.tag == "select" and not each.options]


def handler(element: Element) -> str:
    """The function for a button's click or a form's submission."""
    return f"{camel(element.id)}{'Submitted' if element.tag == 'form' else 'Clicked'}"


def _stubs(elements: Sequence[Element]) -> Iterator[Stub]:
    if selects := unfilled(elements):
        yield Stub("prepare", When.FIRST, tuple(each.id for each in selects))
    readings = tuple(_reading(each) for each in elements if _is_read(each))
    pressed = [each for each in elements if each.tag in ("button", "form")]
    for each in pressed:
        yield Stub(handler(each), When.PRESSED, (each.id,), readings)
    shown = tuple(each.id for each in elements if each.tag in _SHOWN)
    yield Stub("update", When.ALWAYS, shown, () if pressed else readings)


def _is_read(element: Element) -> bool:
    return element.is_control and element.kind not in ("file", "radio")


def _reading(element: Element) -> str:
    """The line that takes a control's value as what it is."""
    name = camel(element.id)
    name = f"{name}Value" if name in _RESERVED else name
    if element.kind == "checkbox":
        return f"const {name} = {element.constant}.checked;"
    value = f"{element.constant}.value"
    return f"const {name} = {f'parseFloat({value})' if element.is_number else value};"
