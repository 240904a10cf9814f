"""The page that code writes: every element, and a script of which only the bodies are missing."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent import scaffold
from agent.drafting.small import code
from agent.drafting.small.data import Loaded
from agent.drafting.small.elements import Element
from agent.drafting.small.stubs import Stub, handler, stubs_of, unfilled
from agent.drafting.small.wanted import Wanted


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
        return stubs_of(self.wanted.elements)

    def wiring(self, script: str) -> str:
        """What comes after the model's code: listeners where it has none, and the start."""
        known = {each.name: each.text for each in code.declarations(script)}
        lines = [line for each in self.wanted.elements for line in _listening(each, script, known)]
        if "start" not in known:
            lines += ["async function start() {", *self._starting(known), "}"]
        lines.append('document.addEventListener("DOMContentLoaded", start);')
        return "\n".join(lines)

    def page(self, script: str) -> str:
        """The whole document around a complete script."""
        return scaffold.text(
            "prompts/small/skeleton.html", wanted=self.wanted, script=script.strip()
        )

    def explanation(self, script: str) -> str:
        """How the code of the page works: true by construction."""
        names = code.names(script)
        stubs = [stub for stub in self.stubs if stub.name in names]
        return scaffold.prompt("small/explanation", stubs=stubs, files=self.files).strip()

    def _starting(self, known: Mapping[str, str]) -> Iterator[str]:
        if self.files:
            yield "  await load();"
        if "prepare" in known:
            yield "  await prepare();"
            for each in unfilled(self.wanted.elements):
                if each.value:
                    yield f"  {each.constant}.value = {json.dumps(each.value)};"
        if "update" in known:
            yield "  update();"


def _listening(element: Element, script: str, known: Mapping[str, str]) -> Iterator[str]:
    """The listeners for an element, unless the script has one."""
    name = element.constant
    if f"{name}.addEventListener" in script or f"{name}.on" in script:
        return
    if element.tag in ("button", "form"):
        yield from _pressed(element, known)
    elif element.is_control and "update" in known:
        yield f'{name}.addEventListener("input", update);'
        if element.tag == "select":  # tests that choose an option often tell of the change only
            yield f'{name}.addEventListener("change", update);'


def _pressed(element: Element, known: Mapping[str, str]) -> Iterator[str]:
    calls = [each for each in (handler(element), "update") if each in known]
    if re.search(r"\bupdate\(\)", known.get(handler(element), "")):
        calls = calls[:1]
    if calls:
        event = "submit" if element.tag == "form" else "click"
        held = "event.preventDefault(); " if element.tag == "form" else ""
        body = " ".join(f"{call}(event);" for call in calls)
        yield f'{element.constant}.addEventListener("{event}", event => {{ {held}{body} }});'
