"""The outline of a page, read off its HTML: title, controls with their labels, and its script."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_CONTROLS = ("button", "input", "select", "textarea")
_NAMELESS_INPUTS = ("hidden", "submit", "reset", "button", "image")
_MOST_OPTIONS = 8
_FUNCTION = re.compile(
    r"\b(?:function\s+(?P<declared>[A-Za-z_$][\w$]*)\s*\("
    r"|(?:const|let|var)\s+(?P<assigned>[A-Za-z_$][\w$]*)\s*=\s*(?:async\s*)?(?:function\b"
    r"|(?:\([^()]*\)|[A-Za-z_$][\w$]*)\s*=>))"
)
_FOUND = (
    r"document\.(?:querySelector\(\s*[\"'`](?P<selector>[^\"'`]+)[\"'`]\s*\)"
    r"|getElementById\(\s*[\"'`](?P<id>[^\"'`]+)[\"'`]\s*\))"
)
_HELD = re.compile(rf"(?:const|let|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*=\s*{_FOUND}")
_LISTENS = re.compile(
    rf"(?:{_FOUND}|(?P<holder>[A-Za-z_$][\w$]*))\??\.addEventListener\(\s*[\"'`](?P<event>\w+)[\"'`]"
    r"\s*,\s*(?P<handler>[A-Za-z_$][\w$]*(?=\s*[,)]))?"
)
_ROUTE = re.compile(r"[\"'`](#/[\w/:-]*)[\"'`]")


@dataclass(frozen=True, slots=True)
class Control:
    """An element that people use. `kind` is its tag, or the `type` of an input.

    `label` is what the page calls it; `options` are a select's texts, `value` what it starts with.
    """

    kind: str
    id: str
    label: str
    value: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a script does on an event: `source` is a selector or a name, `handler` a function."""

    source: str
    event: str
    handler: str


@dataclass(frozen=True, slots=True)
class PageOutline:
    """What a page says of itself."""

    title: str
    ids: tuple[str, ...]
    headings: tuple[str, ...]
    controls: tuple[Control, ...]
    libraries: tuple[str, ...]
    scripts: tuple[str, ...]
    functions: tuple[str, ...]
    reactions: tuple[Reaction, ...]
    routes: tuple[str, ...]

    @classmethod
    def of(cls, html: str) -> "PageOutline":
        """Read off the source; what only a script makes is not in it."""
        page = _Page()
        page.feed(html)
        page.close()
        code = "\n".join(page.code)
        return cls(
            title=page.title,
            ids=tuple(page.ids),
            headings=tuple(page.headings),
            controls=tuple(page.labelled),
            libraries=tuple(page.libraries),
            scripts=tuple(page.scripts),
            functions=functions_of(code),
            reactions=reactions_of(code),
            routes=routes_of(html),
        )


def functions_of(code: str) -> tuple[str, ...]:
    """The named functions of a script, in order."""
    found = (match["declared"] or match["assigned"] for match in _FUNCTION.finditer(code))
    return tuple(dict.fromkeys(found))


def reactions_of(code: str) -> tuple[Reaction, ...]:
    """The events that a script listens to."""
    held = {match["name"]: _selector(match) for match in _HELD.finditer(code)}
    found = (
        Reaction(
            _selector(match) or held.get(match["holder"], match["holder"]),
            match["event"],
            match["handler"] or "",
        )
        for match in _LISTENS.finditer(code)
    )
    return tuple(dict.fromkeys(found))


def routes_of(code: str) -> tuple[str, ...]:
    """The addresses after a `#` between which a page of several views moves."""
    return tuple(dict.fromkeys(_ROUTE.findall(code)))


def _selector(match: re.Match[str]) -> str:
    return f"#{match['id']}" if match["id"] else match["selector"] or ""


class _Page(HTMLParser):
    """Collects the parts of a page; broken HTML gives what can be read of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.libraries: list[str] = []
        self.scripts: list[str] = []
        self.code: list[str] = []
        self._controls: list[dict[str, str]] = []
        self._options: dict[int, list[str]] = {}
        self._labels: dict[str, str] = {}
        self._open: list[str] = []
        self._label: tuple[str, list[str], list[int]] | None = None

    @property
    def labelled(self) -> list[Control]:
        """The controls with the words that belong to each."""
        return [
            Control(
                kind=control["kind"],
                id=control["id"],
                label=self._labels.get(control["id"]) or control["label"].strip(),
                value=control["value"],
                options=tuple(self._options.get(index, ())[:_MOST_OPTIONS]),
            )
            for index, control in enumerate(self._controls)
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = [*self._open[-8:], tag]
        found = {name: value or "" for name, value in attrs}
        if found.get("id"):
            self.ids.append(found["id"])
        if tag == "label":
            self._label = found.get("for", ""), [], []
        if tag in ("h1", "h2", "h3"):
            self.headings.append("")
        if tag == "option" and self._controls:
            self._options.setdefault(len(self._controls) - 1, []).append("")
        self._read_address(tag, found)
        if tag in _CONTROLS:
            self._add_control(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "label" and self._label:
            self._close_label(*self._label)
            self._label = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        within = self._open[-1] if self._open else ""
        if within == "script":
            self.code.append(data)
        if not words or within in ("script", "style"):
            return
        if within == "title" and not self.title and "svg" not in self._open:
            self.title = words
        heading = next((tag for tag in reversed(self._open) if tag in ("h1", "h2", "h3")), "")
        if heading and self.headings:
            self.headings[-1] = f"{self.headings[-1]} {words}".strip()
        self._add_words(within, words)

    def _add_words(self, within: str, words: str) -> None:
        """The words of a control, an option, or a label."""
        if within == "option" and (last := self._options.get(len(self._controls) - 1)):
            last[-1] = f"{last[-1]} {words}".strip()
        elif "button" in self._open and self._controls:
            self._controls[-1]["label"] += f" {words}"
        elif self._label and "select" not in self._open:
            self._label[1].append(words)

    def _add_control(self, tag: str, found: dict[str, str]) -> None:
        kind = (found.get("type") or "text").lower() if tag == "input" else tag
        if kind == "hidden":
            return
        if kind in _NAMELESS_INPUTS:
            kind, given = "button", found.get("value", "")
        else:
            given = found.get("aria-label") or found.get("placeholder") or ""
        value = found.get("value", "") if kind != "button" else ""
        if self._label:
            self._label[2].append(len(self._controls))
        self._controls.append(
            {"kind": kind, "id": found.get("id", ""), "label": given, "value": value}
        )

    def _close_label(self, named: str, words: list[str], inside: list[int]) -> None:
        text = " ".join(words).rstrip(":").strip()
        if named:
            self._labels[named] = text
        for index in inside:
            self._controls[index]["label"] = text or self._controls[index]["label"]

    def _read_address(self, tag: str, found: dict[str, str]) -> None:
        address = (found.get("src") if tag == "script" else found.get("href")) or ""
        if tag in ("script", "link") and address.startswith(("https://", "http://", "//")):
            self.libraries.append(address)
        elif tag == "script" and address:
            self.scripts.append(address)
