"""An element of the page, as the skeleton and its script know it."""

import re
from dataclasses import dataclass

NUMBER = r"-?\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Element:
    """`kind` is an input's type; `value` is what it starts with, `bounds` its least and most."""

    id: str
    tag: str
    kind: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    bounds: tuple[str, str] | None = None
    is_checked: bool = False

    @property
    def constant(self) -> str:
        """The name of the script's constant for it: `open-count` is `openCountEl`."""
        return f"{camel(self.id)}El"

    @property
    def label(self) -> str:
        words = re.sub(r"[-_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.id))
        return words[:1].upper() + words[1:]

    @property
    def is_control(self) -> bool:
        """People change its value."""
        return self.tag in ("input", "select", "textarea")

    @property
    def is_number(self) -> bool:
        """Its value is meant as a number."""
        numeric = bool(self.options) and all(re.fullmatch(NUMBER, o) for o in self.options)
        return self.kind in ("number", "range") or numeric


def camel(name: str) -> str:
    """An id as a JavaScript name."""
    first, *rest = [part for part in re.split(r"[-_]+", name) if part]
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in rest)
