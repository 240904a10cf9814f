"""The page that code writes: every element, and a script of which only the bodies are missing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from agent import scaffold
from agent.drafting.small import code
from agent.drafting.small.data import Loaded
from agent.drafting.small.elements import Element, camel
from agent.drafting.small.wanted import Wanted

_RESERVED = frozenset(
    {"case", "class", "default", "delete", "for", "in", "new", "package", "switch"}
)
_SHOWN = ("output", "ul", "ol", "table", "div", "canvas", "img", "a", "progress", "pre")


@dataclass(frozen=True, slots=True)
class Stub:
    """A function for the model to write: its name, what it is for, and the lines it begins with."""

    name: str
    purpose: str
    opening: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The page for what is wanted and for the files that it loads."""

    wanted: Wanted
    files: tuple[Loaded, ...]

    @property
    def head(self) -> tuple[code.Declared, ...]:
        """Declarations before the model's: the elements, the data, the loader."""
        lines = [
            f'const {element.constant} = document.getElementById("{element.id}");'
            for element in self.wanted.elements
        ]
        lines += [f"let {file.name} = {file.empty};" for file in self.files]
        if self.files:
            tables = any(file.kind == "rows" for file in self.files)
            lines.append(scaffold.text("prompts/small/load.js", files=self.files, tables=tables))
        return code.declarations("\n".join(lines))

    @property
    def stubs(self) -> tuple[Stub, ...]:
        return tuple(self._stubs())

    def wiring(self, script: str) -> str:
        """What comes after the model's code: listeners where it has none, and the start."""
        known = code.names(script)
        lines = [line for each in self.wanted.elements for line in _listening(each, script, known)]
        start = ["  await load();"] if self.files else []
        if "prepare" in known:
            start.append("  prepare();")
            start += [
                f"  {e.constant}.value = {json.dumps(e.value)};" for e in self._unfilled if e.value
            ]
        if "update" in known:
            start.append("  update();")
        if "start" not in known:
            lines += ["async function start() {", *start, "}"]
        lines.append('document.addEventListener("DOMContentLoaded", start);')
        return "\n".join(lines)

    def page(self, script: str) -> str:
        """The whole document around a complete script."""
        return scaffold.text(
            "prompts/small/skeleton.html", wanted=self.wanted, script=script.strip()
        )

    def _stubs(self) -> Iterator[Stub]:
        elements = self.wanted.elements
        if self._unfilled:
            names = " and ".join(f"#{each.id}" for each in self._unfilled)
            yield Stub(
                "prepare", f"Runs once, before the first update: fills the options of {names}."
            )
        readings = tuple(map(_reading, filter(_is_read, elements)))
        pressed = [e for e in elements if e.tag in ("button", "form")]
        for each in pressed:
            yield Stub(handler(each), f"Runs when #{each.id} is clicked, before update.", readings)
        shown = ", ".join(f"#{e.id}" for e in elements if e.tag in _SHOWN) or "everything"
        purpose = f"Shows {shown}. Runs on load and after every change and click."
        yield Stub("update", purpose, () if pressed else readings)

    @property
    def _unfilled(self) -> list[Element]:
        """Selects whose options the brief does not list: they come from data."""
        return [e for e in self.wanted.elements if e.tag == "select" and not e.options]


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


def handler(element: Element) -> str:
    """The function for a button's click or a form's submission."""
    return f"{camel(element.id)}{'Submitted' if element.tag == 'form' else 'Clicked'}"


def _listening(element: Element, script: str, known: frozenset[str]) -> Iterator[str]:
    """The listeners for an element, unless the script has one."""
    name = element.constant
    if f"{name}.addEventListener" in script or f"{name}.on" in script:
        return
    if element.tag in ("button", "form"):
        event = "submit" if element.tag == "form" else "click"
        calls = [f"{each}(event);" for each in (handler(element), "update") if each in known]
        held = "event.preventDefault(); " if element.tag == "form" else ""
        if calls:
            yield f'{name}.addEventListener("{event}", event => {{ {held}{" ".join(calls)} }});'
    elif element.is_control and "update" in known:
        yield f'{name}.addEventListener("input", update);'
        if element.tag == "select":
            yield f'{name}.addEventListener("change", update);'
