"""Writes the page around a small model's functions: elements, data, listeners and the start."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent import scaffold
from agent.drafting.small.data_files import DataFile
from agent.drafting.small.element_inference import PageElement, javascript_name
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.script_parts import (
    Declaration,
    assigned_names,
    declarations,
    declared_names,
    dropped,
    joined,
    runnable,
    without_declarations,
    without_repeated_declarations,
)

_FUNCTIONS = "// What the page does"
_LISTENERS = "// When it does it"
_LISTENER = re.compile(r"^(?P<name>\w+)\.addEventListener\([^\n]*\);?[ \t]*$\n?", re.MULTILINE)
_START = re.compile(
    r"^(?:(?:await )?(?:update|load|prepare|start)\(\);?"
    r"|document\.addEventListener\([\"']DOMContentLoaded[\"'], (?:start|update|load)\);?)"
    r"[ \t]*$\n?",
    re.MULTILINE,
)
_RESERVED = {"case", "class", "default", "delete", "for", "in", "new", "package", "switch"}
_DISPLAYS = ("output", "ul", "ol", "table", "div", "canvas", "img", "a", "progress", "pre")


class RunsWhen(StrEnum):
    """What calls a function of the page."""

    FIRST = "first"  # once, before anything is shown
    PRESSED = "pressed"  # a click on a button, or a submitted form
    ALWAYS = "always"  # on load and after every change and click


@dataclass(frozen=True, slots=True)
class FunctionStub:
    """A function that the model writes. `about` are the ids that it fills, answers or shows;
    `opening` are its first lines."""

    name: str
    when: RunsWhen
    about: tuple[str, ...]
    opening: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The page of a specification and of the files that it loads."""

    spec: PageSpec
    files: tuple[DataFile, ...]

    @property
    def head(self) -> tuple[Declaration, ...]:
        """The declarations before the model's: elements, data, and the loader of the data."""
        lines = [
            f'const {element.constant} = document.getElementById("{element.id}");'
            for element in self.spec.elements
        ]
        lines += [f"let {file.name} = {file.empty};" for file in self.files]
        if self.files:
            tables = any(file.kind == "rows" for file in self.files)
            lines.append(scaffold.text("prompts/small/load.js", files=self.files, tables=tables))
        return declarations("\n".join(lines))

    @property
    def stubs(self) -> tuple[FunctionStub, ...]:
        return tuple(_stubs(self.spec.elements))

    def script(self, functions: str, earlier: Sequence[str]) -> str:
        """The complete script around the model's functions.

        `earlier` are functions of earlier attempts, from which dropped declarations are taken.
        """
        body = self._cleaned(functions)
        own = declared_names(body)
        head = "\n".join(_spaced(each) for each in self.head if each.name not in own)
        body = _completed(head, body, earlier)
        listeners = self._listeners(f"{head}\n{body}")
        return "\n".join((head, "", _FUNCTIONS, body, "", _LISTENERS, listeners))

    def page(self, script: str) -> str:
        """The whole document around a complete script."""
        return scaffold.text("prompts/small/skeleton.html", spec=self.spec, script=script.strip())

    def explanation(self, script: str) -> str:
        """How the code of the page works."""
        names = declared_names(script)
        stubs = [stub for stub in self.stubs if stub.name in names]
        return scaffold.prompt("small/explanation", stubs=stubs, files=self.files).strip()

    def _cleaned(self, functions: str) -> str:
        """The model's functions without calls that the skeleton makes, and without data: only the
        loader says what the files hold."""
        data = {file.name for file in self.files}
        body = without_declarations(_START.sub("", functions), data)
        return runnable(without_repeated_declarations(body)).strip("\n")

    def _listeners(self, script: str) -> str:
        """The code after the model's: listeners where the script has none, and the start."""
        known = {each.name: each.text for each in declarations(script)}
        lines = [line for each in self.spec.elements for line in _listening(each, script, known)]
        if "start" not in known:
            lines += ["async function start() {", *self._starting(known), "}"]
        lines.append('document.addEventListener("DOMContentLoaded", start);')
        return "\n".join(lines)

    def _starting(self, known: Mapping[str, str]) -> Iterator[str]:
        if self.files:
            yield "  await load();"
        if "prepare" in known:
            yield "  await prepare();"
            for each in _selects_of_data(self.spec.elements):
                if each.value:
                    yield f"  {each.constant}.value = {json.dumps(each.value)};"
        if "update" in known:
            yield "  update();"


def functions_in(script: str) -> str:
    """The part of a skeleton's complete script that the model wrote."""
    return script.partition(f"{_FUNCTIONS}\n")[2].partition(f"\n{_LISTENERS}")[0].strip("\n")


def without_stylesheet(page: str) -> str:
    """The page without the skeleton's stylesheet, which a model need not read or write again."""
    return page.replace(_stylesheet(), "", 1)


def with_stylesheet(page: str) -> str:
    """The page with the skeleton's stylesheet, before any style of its own."""
    place = re.search(r"<style\b|</head\s*>", page, re.IGNORECASE)
    at = place.start() if place else 0
    return f"{page[:at]}{_stylesheet()}{page[at:]}"


def _stylesheet() -> str:
    return f"<style>\n{scaffold.text('prompts/small/skeleton.css')}</style>\n"


def _completed(head: str, body: str, earlier: Sequence[str]) -> str:
    """The model's functions without listeners of unknown elements, and with the declarations that
    they lack."""
    known = declared_names(f"{head}\n{body}")
    body = _LISTENER.sub(lambda line: line[0] if line["name"] in known else "", body)
    body = joined(body, dropped(f"{head}\n{body}", earlier))
    names = assigned_names(f"{head}\n{body}")
    return f"var {', '.join(names)};\n\n{body}" if names else body


def _spaced(declared: Declaration) -> str:
    """The declaration, a function with an empty line before it."""
    return f"\n{declared.text}" if declared.is_function else declared.text


def _stubs(elements: Sequence[PageElement]) -> Iterator[FunctionStub]:
    if selects := _selects_of_data(elements):
        yield FunctionStub("prepare", RunsWhen.FIRST, tuple(each.id for each in selects))
    readings = tuple(_reading(each) for each in elements if _is_read(each))
    pressed = [each for each in elements if each.tag in ("button", "form")]
    for each in pressed:
        yield FunctionStub(_handler(each), RunsWhen.PRESSED, (each.id,), readings)
    shown = tuple(each.id for each in elements if each.tag in _DISPLAYS)
    yield FunctionStub("update", RunsWhen.ALWAYS, shown, () if pressed else readings)


def _selects_of_data(elements: Sequence[PageElement]) -> list[PageElement]:
    """Selects whose options the brief does not list: they come from data."""
    return [each for each in elements if each.tag == "select" and not each.options]


def _handler(element: PageElement) -> str:
    """The function for a button's click or a form's submission."""
    return f"{javascript_name(element.id)}{'Submitted' if element.tag == 'form' else 'Clicked'}"


def _is_read(element: PageElement) -> bool:
    return element.is_control and element.kind not in ("file", "radio")


def _reading(element: PageElement) -> str:
    """The line that reads a control's value in its own type."""
    name = javascript_name(element.id)
    name = f"{name}Value" if name in _RESERVED else name
    if element.kind == "checkbox":
        return f"const {name} = {element.constant}.checked;"
    value = f"{element.constant}.value"
    return f"const {name} = {f'parseFloat({value})' if element.is_number else value};"


def _listening(element: PageElement, script: str, known: Mapping[str, str]) -> Iterator[str]:
    """The listeners of an element, unless the script has one."""
    name = element.constant
    if f"{name}.addEventListener" in script or f"{name}.on" in script:
        return
    if element.tag in ("button", "form"):
        yield from _pressed(element, known)
    elif element.is_control and "update" in known:
        yield f'{name}.addEventListener("input", update);'
        if element.tag == "select":  # tests that choose an option often send only this event
            yield f'{name}.addEventListener("change", update);'


def _pressed(element: PageElement, known: Mapping[str, str]) -> Iterator[str]:
    calls = [each for each in (_handler(element), "update") if each in known]
    if re.search(r"\bupdate\(\)", known.get(_handler(element), "")):
        calls = calls[:1]
    if calls:
        event = "submit" if element.tag == "form" else "click"
        held = "event.preventDefault(); " if element.tag == "form" else ""
        body = " ".join(f"{call}(event);" for call in calls)
        yield f'{element.constant}.addEventListener("{event}", event => {{ {held}{body} }});'
